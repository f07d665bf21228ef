from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from inbox import access
from inbox.access import Request
from inbox.models import Priority
from inbox.views.conversations import changed
from inbox.views.showing import refused


@require_POST
def create(request: Request, pk: UUID) -> HttpResponse:
    chosen = {str(value): value for value in Priority.values}.get(request.POST.get("priority", ""))
    conversation = access.locked_conversation(pk)
    if chosen is None:
        return refused(request, "Choose a priority.")
    conversation.prioritize(chosen, request.membership)
    return changed(request, pk, f"Priority: {conversation.get_priority_display().lower()}.")
