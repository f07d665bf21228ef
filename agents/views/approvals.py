"""The queue of actions: one at a time with everything on one screen, and several of one safe kind at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from agents import access
from agents.models import Action, NotAllowed
from agents.showing import queues
from agents.showing.cards import Card
from agents.views.actions import REASONS
from agents.views.reviewing import batch_answer, picked, queue_page
from inbox.access import Request


@require_GET
def queue(request: Request) -> HttpResponse:
    by_hand = request.GET.get("by") == "hand"
    context = {
        "name": "approvals",
        "by_hand": by_hand,
        "page": queues.approvals(request.GET.get("after", ""), by_hand=by_hand),
        "waits": queues.approvals_waiting(request.membership, by_hand=by_hand),
    }
    return queue_page(request, context, lambda pk: _item(request, pk))


@require_GET
def show(request: Request, action: UUID) -> HttpResponse:
    return render(request, "agents/_review_action.html", _item(request, action))


@require_POST
def approve_several(request: Request) -> HttpResponse:
    """Of one kind, and none that has to be looked at by itself. Money is added up and asked about first."""
    chosen = picked(request)
    rows = [access.action(pk) for pk in chosen]
    if len({row.kind for row in rows}) > 1:
        return batch_answer(request, [], ["Only actions of one kind can be approved together."])
    together = [row for row in rows if not why_alone(row)]
    if any(row.moves_money for row in together) and not request.POST.get("confirmed"):
        return _ask(request, together)
    approved, refused = [], []
    for row in rows:
        try:
            if why := why_alone(row):
                raise NotAllowed(why)
            row.approve(request.membership, chosen[row.pk])
            approved.append(row.pk)
        except NotAllowed as reason:
            refused.append(f"{row.order.number if row.order else row.what.label}: {reason}")
    return batch_answer(request, approved, refused)


def why_alone(action: Action) -> str:
    """Why it is never approved together with others; "" where it may be.

    Money above what the rules let any member approve is looked at by itself, and so is whatever seems risky or has
    changed since it was approved.
    """
    verdict = action.ruling
    if action.changes:
        return "Something changed since it was approved, so it is looked at by itself."
    if action.moves_money and verdict.approver != "agent":
        return "This much money is never approved together with others."
    if verdict.risk >= Card.RISKY:
        return "It is risky, so it is looked at by itself."
    return ""


def _ask(request: Request, rows: list[Action]) -> HttpResponse:
    totals: dict[str, Any] = {}
    for row in rows:
        if row.amount is not None:
            totals[row.currency] = totals.get(row.currency, 0) + row.amount
    context = {"rows": rows, "totals": totals.items(), "what": rows[0].what}
    response = render(request, "agents/_confirm_several.html", context)
    response["HX-Retarget"], response["HX-Reswap"] = "#act", "innerHTML"
    return response


def _item(request: Request, pk: UUID) -> dict[str, Any]:
    action = access.action(pk)
    return {
        "card": Card(action, request.membership),
        "action": action,
        "beside": queues.Beside.of(action.conversation, action.order),
        "reasons": REASONS,
    }
