"""A comment is hidden from everybody but its writer, or shown again."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from agents.actions.kind import NotPossible
from agents.models import Action, ActionState
from inbox import access
from inbox.access import Request
from inbox.views.showing import refused, tell, toast


@require_POST
def hide(request: Request, message: UUID) -> HttpResponse:
    """`hidden`: "1" or "0". Two clicks are one wish: the second finds the first on its way, or the comment so already."""
    comment = access.message(message)
    talk = access.locked_conversation(comment.conversation_id)
    wish = {"comment": comment.external_id, "hidden": request.POST.get("hidden") == "1"}
    underway = Action.objects.filter(
        conversation=talk, kind="hide_comment", wish__comment=comment.external_id, state=ActionState.APPROVED
    )
    if underway.filter(send_state__in=["queued", "sending", "uncertain"]).exists():
        return refused(request, "This comment is being hidden or shown already.")
    try:
        action = Action.propose("hide_comment", wish, request.membership, conversation=talk)
    except NotPossible as reason:
        return refused(request, str(reason))
    said = (
        "The comment is hidden in a moment." if wish["hidden"] else "The comment is shown again in a moment."
    )
    undo = reverse("agents:undo_action", args=[request.organization.slug, action.pk])
    response = HttpResponse(toast(request, said, undo=undo, seconds=settings.UNDO_SECONDS))
    response["HX-Reswap"] = "none"
    return tell(response, changed={"conversation": str(talk.pk)})
