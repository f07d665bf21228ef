from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from inbox import access, privately
from inbox.access import Request
from inbox.rules import Forbidden
from inbox.views.conversations import changed
from inbox.views.showing import refused


@require_POST
def create(request: Request, pk: UUID) -> HttpResponse:
    """Answer a `comment` of this conversation where nobody else reads it. The same `key` twice is the same answer."""
    text = request.POST.get("text", "").strip()
    conversation = access.locked_conversation(pk)
    comment = access.message(_id(request.POST.get("comment", "")))
    if comment.conversation_id != conversation.pk:
        raise Http404
    if not text:
        return refused(request, "There is nothing to send yet.")
    try:
        answer = privately.reply(comment, text, request.membership, key=request.POST.get("key", "")[:64])
    except Forbidden as refusal:
        return refused(request, str(refusal))
    return changed(
        request,
        pk,
        "Your private answer goes out in a moment.",
        undo=reverse("inbox:undo", args=[request.organization.slug, answer.pk]),
        seconds=settings.UNDO_SECONDS,
        sent={"form": "private", "conversation": str(pk)},
    )


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
