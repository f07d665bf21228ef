from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from connectors.segments import segments
from connectors.wording import breaches
from inbox import access
from inbox.access import Request
from inbox.rules import Forbidden
from inbox.views.conversations import changed
from inbox.views.showing import refused


@require_POST
def create(request: Request, pk: UUID) -> HttpResponse:
    """A reply. The same `key` twice is the same answer; `close` also marks the conversation done."""
    text = request.POST.get("text", "").strip()
    conversation = access.locked_conversation(pk)
    if not text:
        return refused(request, "There is nothing to send yet.")
    try:
        message = conversation.reply(text, request.membership, key=request.POST.get("key", "")[:64])
    except Forbidden as refusal:
        return refused(request, str(refusal))
    at_once = conversation.limits.at_once
    also = "Done. " if request.POST.get("close") else ""
    if also:
        conversation.close(request.membership)
    return changed(
        request,
        pk,
        f"{also}{'Your reply is there.' if at_once else 'Your reply goes out in a moment.'}",
        undo="" if at_once else reverse("inbox:undo", args=[request.organization.slug, message.pk]),
        seconds=settings.UNDO_SECONDS,
        sent={"form": "reply", "conversation": str(pk)},
        **({"advance": str(pk)} if also else {}),
    )


@require_POST
def check(request: Request, pk: UUID) -> HttpResponse:
    """As a person types: what of it the channel forbids, at its place, and in how many segments it would go."""
    text, limits = request.POST.get("text", ""), access.conversation(pk).limits
    found = [(text[each.start : each.end], each) for each in breaches(text, limits)]
    return render(
        request,
        "inbox/breaches.html",
        {"found": found, "segments": segments(text.strip()) if limits.segmented else None},
    )


@require_POST
def undo(request: Request, pk: UUID) -> HttpResponse:
    """Take a reply back while nobody has begun to send it; its words return to the composer."""
    message = access.message(pk)
    conversation = access.locked_conversation(message.conversation_id)
    if not conversation.take_back(message, request.membership):
        return refused(request, "Too late to undo: the message is already on its way.")
    conversation.reopen(request.membership)
    if message.template:
        return changed(request, conversation.pk, "Not sent.")
    return changed(
        request,
        conversation.pk,
        "Not sent. Your words are back in the reply box.",
        restore={"conversation": str(conversation.pk), "text": message.text},
    )


@require_POST
def retry(request: Request, pk: UUID) -> HttpResponse:
    message = access.message(pk)
    if not message.requeue():
        return refused(request, "This message is not waiting for another try.")
    message.wake()
    conversation = access.locked_conversation(message.conversation_id)
    conversation.mark(remove=("not_delivered",))
    conversation.tell()
    return changed(request, conversation.pk, "Trying again.")
