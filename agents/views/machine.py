"""Settings → Machine: how the machine is, and what was tried."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from agents.models import EnvelopeRun, Trial
from agents.showing import health
from agents.showing.lessons import turned_down
from config import model
from config.model import model_config
from inbox.access import Request, supervisors_only
from inbox.templatetags.plots import Point
from inbox.templatetags.words import counted

SHOWN = 10  # trials


@require_GET
@supervisors_only
def show(request: Request) -> HttpResponse:
    used = health.used()
    trials = Trial.kept().select_related("channel", "customer", "asked_by__user")
    context = {
        "model": model_config(),
        "breaker": model.health(),
        "used": used,
        "points": [_point(day, by_tokens=bool(used.tokens)) for day in used.days],
        "envelope": EnvelopeRun.newest(),
        "failure": health.last_failure(),
        "lessons": turned_down(),
        "trials": trials.defer("evidence", "understanding", "claims", "channel__credentials").order_by(
            "-started_at"
        )[:SHOWN],
    }
    return render(request, "settings/machine.html", context)


def _point(day: health.Day, *, by_tokens: bool) -> Point:
    name = f"{day.day:%b} {day.day.day}"
    said = f"{name}: {counted(day.passes, 'message,messages')}"
    if by_tokens:
        said += f", {counted(day.tokens, 'token,tokens')}, ${day.cost:.4f}"
    return Point(name, day.tokens if by_tokens else day.passes, said)
