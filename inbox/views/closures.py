from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from inbox import access
from inbox.access import Request
from inbox.views.conversations import changed


@require_POST
def create(request: Request, pk: UUID) -> HttpResponse:
    access.locked_conversation(pk).close(request.membership)
    undo = reverse("inbox:reopen", args=[request.organization.slug, pk])
    return changed(request, pk, "Done.", undo=undo, advance=str(pk))


@require_POST
def delete(request: Request, pk: UUID) -> HttpResponse:
    """Open again, from done or snoozed."""
    access.locked_conversation(pk).reopen(request.membership)
    return changed(request, pk, "Open again.")
