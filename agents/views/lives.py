"""The one answer to what many ask under a live: shown with its proof, approved, changed, taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from agents.models import GroupPass
from agents.showing.panel import shown
from agents.views import comments
from agents.views.runs import show_evidence
from connectors.contract import Form, Limits
from inbox import access, promoting
from inbox.access import Request
from inbox.models import CommentGroup, Message
from inbox.rules import Forbidden
from inbox.views.showing import refused, tell, toast


@require_GET
def show(request: Request, group: UUID) -> HttpResponse:
    return _slot(request, access.comment_group(group), editing="edit" in request.GET)


@require_POST
def approve(request: Request, group: UUID) -> HttpResponse:
    """As the machine wrote it, every statement checked."""
    row = access.comment_group(group)
    record = GroupPass.objects.filter(group=row).first()
    if record is None or not record.is_ready or not record.words:
        return refused(request, "There is no checked answer to approve: this one needs your words.")
    return _send(request, row, record.words, own_words=False, record=record)


@require_POST
def edit(request: Request, group: UUID) -> HttpResponse:
    """A person's words go out if nothing in them lacks a record, or if that was confirmed."""
    row, text = access.comment_group(group), request.POST.get("text", "").strip()
    if not text:
        return _slot(request, row, editing=True, problem="There is nothing to send.")
    record = GroupPass.objects.filter(group=row).first()
    doubtful = record.doubtful(text, request.organization, _limits(row)) if record else []
    if doubtful and not request.POST.get("confirmed"):
        return _slot(request, row, editing=True, doubtful=doubtful, typed=text)
    return _send(request, row, text, own_words=True, record=record)


@require_POST
def check(request: Request, group: UUID) -> HttpResponse:
    row = access.comment_group(group)
    record = GroupPass.objects.filter(group=row).first()
    text = request.POST.get("text", "")
    doubtful = record.doubtful(text, request.organization, _limits(row)) if record else []
    return render(request, "agents/_doubts.html", {"doubtful": doubtful})


@require_GET
def evidence(request: Request, record: UUID, number: int) -> HttpResponse:
    return show_evidence(request, get_object_or_404(GroupPass, pk=record), number)


@require_POST
def hide(request: Request, comment: UUID) -> HttpResponse:
    """As under any post: the comment gets a conversation of its own, done at once, which the deed belongs to."""
    row = access.live_comment(comment)
    conversation = promoting.set_aside(row, request.membership)
    message = get_object_or_404(Message, conversation=conversation, external_id=row.external_id)
    return comments.hide(request, message.pk)


def _send(
    request: Request, row: CommentGroup, text: str, *, own_words: bool, record: GroupPass | None
) -> HttpResponse:
    grounds = {"reading": str(record.pk)} if record else {}
    try:
        promoting.answer(row, text, request.membership, own_words=own_words, **grounds)
    except Forbidden as refusal:
        if own_words:
            return _slot(request, row, editing=True, typed=text, problem=str(refusal))
        return refused(request, str(refusal))
    undo = reverse("inbox:undo_answer", args=[request.organization.slug, row.pk])
    count = f"{row.count:,} who ask" if row.count > 1 else "the one who asks"
    said = f"Answered for {count}. It goes out in a moment."
    response = HttpResponse(toast(request, said, undo=undo, seconds=settings.UNDO_SECONDS))
    response["HX-Reswap"] = "none"
    return tell(response, advance=str(row.pk))


def _limits(row: CommentGroup) -> Limits:
    return replace(row.stream.channel.connector.limits, form=Form.PUBLIC)


def _slot(request: Request, row: CommentGroup, **more: Any) -> HttpResponse:
    record = GroupPass.objects.filter(group=row).first()
    context = {
        "group": row,
        "record": record,
        "answer": record,
        "shown": shown(record, record) if record and record.outcome else None,
        "limits": _limits(row),
        "undo_seconds": settings.UNDO_SECONDS,
        **more,
    }
    return render(request, "agents/_group_answer.html", context)
