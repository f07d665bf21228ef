"""The draft beside a conversation, the queue of drafts, and the records they stand on."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from agents import access
from agents.models import Draft
from agents.models.draft import OPEN, NotApprovable
from agents.panel import panel
from agents.tasks import run_pass
from inbox import access as inbox
from inbox.access import Request
from inbox.models import Conversation

REASONS = ("Wrong facts", "Wrong tone", "Not what was asked", "Should be handled by a person", "Other")


@require_GET
def show(request: Request, conversation: UUID) -> HttpResponse:
    return _panel(request, inbox.conversation(conversation))


@require_POST
def approve(request: Request, draft: UUID) -> HttpResponse:
    row = access.draft(draft)
    try:
        row.approve(request.membership)
    except NotApprovable as refusal:
        return _panel(request, row.conversation, problem=str(refusal), status=409)
    response = _panel(request, row.conversation)
    response["HX-Trigger"] = "waybill:sent"
    return response


@require_POST
def edit(request: Request, draft: UUID) -> HttpResponse:
    """Keep the edited words; with `send`, send them if nothing in them lacks a record, or if that was confirmed."""
    row = access.draft(draft)
    text = request.POST.get("text", "").strip()
    if not text:
        return _panel(request, row.conversation, problem="There is nothing to send.", status=422)
    try:
        doubtful = row.edit(text, request.membership)
        if doubtful and not request.POST.get("confirmed"):
            return _panel(request, row.conversation, doubtful=doubtful, editing=True)
        if request.POST.get("send"):
            row.approve(request.membership)
    except NotApprovable as refusal:
        return _panel(request, row.conversation, problem=str(refusal), status=409)
    response = _panel(request, row.conversation)
    if request.POST.get("send"):
        response["HX-Trigger"] = "waybill:sent"
    return response


@require_POST
def check(request: Request, draft: UUID) -> HttpResponse:
    """As the person types: which statements have no record behind them."""
    doubtful = [claim for claim in access.draft(draft).claims_in(request.POST.get("text", "")) if not claim.is_supported]
    return render(request, "agents/_doubts.html", {"doubtful": doubtful})


@require_POST
def reject(request: Request, draft: UUID) -> HttpResponse:
    row = access.draft(draft)
    row.reject(request.POST.get("reason", "") or "Other", request.membership)
    return _panel(request, row.conversation)


@require_POST
def again(request: Request, draft: UUID) -> HttpResponse:
    row = access.draft(draft)
    transaction.on_commit(
        partial(
            run_pass.delay,
            organization_id=str(row.organization_id),
            message_id=str(row.message_id),
            again=True,
        )
    )
    return render(request, "agents/_draft.html", {"conversation": row.conversation, "waiting": True})


@require_GET
def evidence(request: Request, run: UUID, number: int) -> HttpResponse:
    """The record as it was when the draft was made."""
    row = access.run(run)
    item = next((item for item in row.evidence_items() if item.number == number), None)
    return render(request, "agents/_evidence.html", {"item": item, "run": row}, status=200 if item else 404)


@require_GET
def run(request: Request, run: UUID) -> HttpResponse:
    return render(request, "agents/run.html", {"run": access.run(run)})


@require_GET
def queue(request: Request) -> HttpResponse:
    """All drafts that wait for a person, oldest first."""
    waiting = (
        Draft.objects.filter(state__in=OPEN)
        .select_related("conversation__customer", "conversation__channel")
        .defer("sentences", "claims")
        .order_by("made_at", "id")
    )
    page = Paginator(waiting, 50).get_page(request.GET.get("page"))
    return render(request, "agents/queue.html", {"page": page})


def _panel(request: Request, conversation: Conversation, *, status: int = 200, **more: object) -> HttpResponse:
    context = {"conversation": conversation, "panel": panel(conversation), "reasons": REASONS, **more}
    return render(request, "agents/_draft.html", context, status=status)
