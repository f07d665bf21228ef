"""How a draft came about: the page of a run, and the record behind each statement."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from agents import access
from agents.drafting import STEPS
from agents.models import PassRecord, Run, RunState, Trial
from agents.showing.panel import gathered, shown
from agents.showing.seen import Seen
from inbox.access import Request


@require_GET
def show(request: Request, run: UUID) -> HttpResponse:
    return render(request, "agents/run.html", pass_context(access.run(run)))


@require_GET
def evidence(request: Request, run: UUID, number: int) -> HttpResponse:
    return show_evidence(request, access.run(run), number)


def pass_context(record: Run | Trial) -> dict[str, object]:
    """For agents/_pass.html: every step of a pass."""
    answer = record.answer
    took = {step["name"]: step for step in record.steps}
    steps = [*(step.__name__.strip("_") for step in STEPS), "route"]
    return {
        "record": record,
        "answer": answer,
        "blocked": [claim for claim in answer.claims if not claim["is_supported"]] if answer else [],
        "seen": Seen.of(record.understanding),
        "shown": shown(answer, record) if answer else None,
        "facts": gathered(answer, record),
        "facts_count": len(record.evidence),
        "took": took,
        "total_ms": round(sum(step["ms"] for step in record.steps)),
        "waiting_for": [name for name in steps if name not in took]
        if record.state == RunState.WORKING
        else [],
    }


def show_evidence(request: Request, record: PassRecord, number: int) -> HttpResponse:
    """The record as it was when the draft was made: the field that was cited, and its neighbours."""
    items = record.evidence_items()
    item = next((item for item in items if item.number == number), None)
    beside = [each for each in items if item and each.record == item.record]
    return render(
        request, "agents/_evidence.html", {"item": item, "record": beside}, status=200 if item else 404
    )
