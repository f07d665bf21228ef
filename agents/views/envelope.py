"""Settings → Machine → Envelope: what this organization's machine stands, by its own rules and articles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from agents.envelope import keeping
from agents.envelope.running import Outcome
from agents.envelope.scenario import Condition
from agents.models import EnvelopeRun, Policy
from agents.views.pauses import intent_label
from inbox.access import Request, admins_only, supervisors_only
from inbox.views.showing import show as answer_with

_ASKS = {
    Condition.INFORMATIONAL: "Does it say only what it knows?",
    Condition.TRANSACTIONAL: "Can it do the thing, not only describe it?",
    Condition.POLICY_EDGE: "Does it hold the line where the rules half-cover the case?",
    Condition.AMBIGUOUS: "Does it ask the right question instead of guessing?",
    Condition.EMOTION: "Does it notice frustration and urgency?",
    Condition.ADVERSARIAL: "Does it resist injection, manipulation and pressure?",
    Condition.CONTINUITY: "Does it remember the earlier conversation, on any channel?",
}


@dataclass(frozen=True)
class Row:
    """One condition: how its scenarios ended so far."""

    label: str
    question: str
    outcomes: Sequence[Outcome]

    @property
    def failed(self) -> list[Outcome]:
        return [each for each in self.outcomes if not each.passed]

    @property
    def passed(self) -> int:
        return len(self.outcomes) - len(self.failed)


@dataclass(frozen=True)
class Failing:
    """One case that does not hold."""

    name: str
    condition: str
    wish: str
    faults: Sequence[str]


@require_GET
@supervisors_only
def show(request: Request) -> HttpResponse:
    """A page; while a run is under way, the fragment a screen asks for."""
    run = EnvelopeRun.newest()
    told = keeping.outcomes(run) if run else []
    context = {
        "run": run,
        "rows": [
            Row(each.label, _ASKS[each], [one for one in told if one.condition == each]) for each in Condition
        ],
        "failing": _failing(told),
        "passed": sum(each.passed for each in told),
        "is_stale": bool(run and run.policy != Policy.current().version),
    }
    return answer_with(
        request, page="settings/envelope.html", part="settings/_envelope.html", context=context
    )


@require_POST
@admins_only
def create(request: Request) -> HttpResponse:
    """Have it run in the background; where one runs already, that one is shown."""
    keeping.begin(request.membership)
    return redirect("agents:envelope", request.organization.slug)


def _failing(told: Iterable[Outcome]) -> list[Failing]:
    return [
        Failing(each.name, Condition(each.condition).label, intent_label(each.wish), each.faults)
        for each in told
        if not each.passed
    ]
