from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from inbox import access
from inbox.access import Request
from inbox.templatetags.words import moment
from inbox.views.conversations import changed
from inbox.views.showing import refused


@require_POST
def create(request: Request, pk: UUID) -> HttpResponse:
    """`until` is a moment; without an offset it is meant in the organization's zone."""
    until = _moment(request.POST.get("until", ""))
    if until is None or until <= timezone.now():
        return refused(request, "Choose a time that is still to come.")
    access.locked_conversation(pk).snooze(until, request.membership)
    undo = reverse("inbox:reopen", args=[request.organization.slug, pk])
    return changed(
        request, pk, f"Back {moment(until)}, or when the customer writes.", undo=undo, advance=str(pk)
    )


def _moment(text: str) -> datetime | None:
    try:
        value = parse_datetime(text)
    except ValueError:
        return None
    return timezone.make_aware(value) if value and timezone.is_naive(value) else value
