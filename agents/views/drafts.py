"""The draft beside a conversation, and the queue of drafts."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from agents import access
from agents.models import Draft, DraftState
from agents.models.draft import NotApprovable
from agents.showing import queues
from agents.showing.panel import panel
from agents.tasks import wake_readers
from agents.views.reviewing import batch_answer, picked, queue_page
from agents.views.wishes import LETTERS
from inbox import access as inbox
from inbox.access import Request
from inbox.models import Conversation, Message
from inbox.views.showing import refused, tell, toast

REASONS = ("Wrong facts", "Wrong tone", "Not what was asked", "Should be handled by a person", "Other")


@require_GET
def show(request: Request, conversation: UUID) -> HttpResponse:
    return _panel(request, inbox.conversation(conversation), editing="edit" in request.GET)


@require_POST
def approve(request: Request, draft: UUID) -> HttpResponse:
    row = access.draft(draft)
    try:
        reply = row.approve(request.membership)
    except NotApprovable as refusal:
        if _in_queue(request):
            return refused(request, str(refusal))
        return _panel(request, row.conversation, problem=str(refusal))
    return _sent(request, row, reply)


@require_POST
def approve_several(request: Request) -> HttpResponse:
    """Of one intent, each as the machine wrote it with every statement checked."""
    rows = [access.draft(pk) for pk in picked(request)]
    if len({tuple(row.intents) for row in rows}) > 1:
        return batch_answer(
            request, [], ["Only drafts about one and the same thing can be approved together."]
        )
    approved, why = [], []
    for row in rows:
        try:
            row.approve(request.membership)
            approved.append(row.pk)
        except NotApprovable as reason:
            why.append(f"{row.conversation.customer}: {reason}")
    return batch_answer(request, approved, why)


@require_POST
def edit(request: Request, draft: UUID) -> HttpResponse:
    """Keep the edited words; with `send`, send them if nothing in them lacks a record, or if that was confirmed."""
    row = access.draft(draft)
    text = request.POST.get("text", "").strip()
    if not text:
        return _panel(request, row.conversation, problem="There is nothing to send.", editing=True)
    try:
        doubtful = row.edit(text, request.membership)
        if doubtful and request.POST.get("send") and not request.POST.get("confirmed"):
            return _panel(request, row.conversation, doubtful=doubtful, editing=True, typed=text)
        if request.POST.get("send"):
            return _sent(request, row, row.approve(request.membership, confirmed=True))
    except NotApprovable as refusal:
        return _panel(request, row.conversation, problem=str(refusal))
    return _panel(request, row.conversation)


@require_POST
def check(request: Request, draft: UUID) -> HttpResponse:
    """As the person types: which statements have no record behind them."""
    doubtful = access.draft(draft).doubtful(request.POST.get("text", ""))
    return render(request, "agents/_doubts.html", {"doubtful": doubtful})


@require_POST
def reject(request: Request, draft: UUID) -> HttpResponse:
    row = access.draft(draft)
    row.reject(request.POST.get("reason", "") or "Other", request.membership)
    if _in_queue(request):
        if row.state != DraftState.REJECTED:
            return refused(request, f"This draft is {row.get_state_display().lower()} already.")
        return _decided(request, row, "Rejected. Nothing is sent.")
    return _panel(request, row.conversation)


@require_POST
def again(request: Request, draft: UUID) -> HttpResponse:
    row = access.draft(draft)
    wake_readers(row.tenant, [row.message_id], again=True)
    context = {"conversation": row.conversation, "waiting": True, "in_queue": _in_queue(request)}
    return render(request, "agents/_draft.html", context)


@require_GET
def queue(request: Request) -> HttpResponse:
    """All drafts that wait for a person, oldest first."""
    context = {
        "name": "drafts",
        "page": queues.drafts(request.GET.get("after", "")),
        "waits": queues.drafts_waiting(),
    }
    return queue_page(request, context, lambda pk: _item(access.draft(pk)))


@require_GET
def review(request: Request, draft: UUID) -> HttpResponse:
    return render(request, "agents/_review_draft.html", _item(access.draft(draft)))


def _item(draft: Draft) -> dict[str, Any]:
    talk = draft.conversation
    return {**_context(talk), "draft": draft, "beside": queues.Beside.of(talk), "in_queue": True}


def _in_queue(request: Request) -> bool:
    return "in_queue" in request.POST or "in_queue" in request.GET


def _decided(request: Request, draft: Draft, said: str, undo: str = "") -> HttpResponse:
    response = HttpResponse(toast(request, said, undo=undo, seconds=settings.UNDO_SECONDS, target="this"))
    response["HX-Reswap"] = "none"
    changed = {"conversation": str(draft.conversation_id)}
    return tell(response, acted={"decided": str(draft.pk)}, changed=changed)


def _sent(request: Request, draft: Draft, reply: Message) -> HttpResponse:
    undo = ""
    if not draft.conversation.limits.at_once:
        undo = reverse("inbox:undo", args=[request.organization.slug, reply.pk])
    if _in_queue(request):
        return _decided(request, draft, "Approved. It goes out in a moment.", undo)
    response = _panel(request, draft.conversation, sent=True, undo=undo)
    response["HX-Trigger"] = json.dumps({"changed": {"conversation": str(draft.conversation_id)}})
    return response


def _panel(request: Request, conversation: Conversation, **more: object) -> HttpResponse:
    context = {**_context(conversation), "in_queue": _in_queue(request), **more}
    return render(request, "agents/_draft.html", context)


def _context(conversation: Conversation) -> dict[str, Any]:
    return {
        "conversation": conversation,
        "panel": panel(conversation),
        "reasons": REASONS,
        "letters": LETTERS.items(),
        "undo_seconds": settings.UNDO_SECONDS,
    }
