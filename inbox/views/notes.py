from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from inbox import access
from inbox.access import Request
from inbox.views.conversations import changed
from inbox.views.showing import refused


@require_POST
def create(request: Request, pk: UUID) -> HttpResponse:
    """Only members see it: nothing here leads to a customer."""
    text = request.POST.get("text", "").strip()
    if not text:
        return refused(request, "The note is empty.")
    access.locked_conversation(pk).note(text, request.membership)
    return changed(request, pk, "Noted.", sent={"form": "note", "conversation": str(pk)})
