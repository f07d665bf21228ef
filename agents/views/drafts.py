"""The draft beside a conversation, and the queue of drafts."""

from __future__ import annotations

import json
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from agents import access
from agents.models import Draft
from agents.models.draft import NotApprovable
from agents.showing.panel import panel, waiting
from agents.tasks import wake_readers
from agents.views.wishes import LETTERS
from inbox import access as inbox
from inbox.access import Request
from inbox.models import Conversation, Message

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
        return _panel(request, row.conversation, problem=str(refusal))
    return _sent(request, row, reply)


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
    return _panel(request, row.conversation)


@require_POST
def again(request: Request, draft: UUID) -> HttpResponse:
    row = access.draft(draft)
    wake_readers(row.tenant, [row.message_id], again=True)
    return render(request, "agents/_draft.html", {"conversation": row.conversation, "waiting": True})


@require_GET
def queue(request: Request) -> HttpResponse:
    """All drafts that wait for a person, oldest first."""
    return render(request, "agents/queue.html", {"page": waiting(request.GET.get("after", ""))})


def _sent(request: Request, draft: Draft, reply: Message) -> HttpResponse:
    undo = reverse("inbox:undo", args=[request.organization.slug, reply.pk])
    response = _panel(request, draft.conversation, sent=True, undo=undo)
    response["HX-Trigger"] = json.dumps({"changed": {"conversation": str(draft.conversation_id)}})
    return response


def _panel(request: Request, conversation: Conversation, **more: object) -> HttpResponse:
    context = {
        "conversation": conversation,
        "panel": panel(conversation),
        "reasons": REASONS,
        "letters": LETTERS.items(),
        "undo_seconds": settings.UNDO_SECONDS,
        **more,
    }
    return render(request, "agents/_draft.html", context)
