"""The envelope of one organization: run in the background, kept as a row, and asked before anything may be automatic."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from uuid import UUID

from agents.envelope.running import Outcome, run_in
from agents.envelope.scenario import scenarios
from agents.models import EnvelopeRun, Policy, RunState
from config.tenancy import scope
from inbox.models import Membership

log = logging.getLogger(__name__)

_NAMED = 3  # failing scenarios in one sentence


def begin(by: Membership) -> EnvelopeRun:
    return EnvelopeRun.begin(by, len(scenarios()))


def run_envelope(organization_id: UUID, run_id: UUID) -> None:
    """All scenarios, each kept as soon as it ended. Outside any scope; called twice it runs once."""
    with scope(organization_id):
        run = EnvelopeRun.objects.filter(pk=run_id, state=RunState.WORKING, outcomes=[]).first()
    if run is None:
        return
    try:
        for outcome in run_in(organization_id, scenarios()):
            with scope(organization_id):
                run.hear(outcome)
    except Exception as error:
        log.exception("Envelope %s", run_id)
        with scope(organization_id):
            run.finish(f"{type(error).__name__}: {error}")
        return
    with scope(organization_id):
        run.finish()


def outcomes(run: EnvelopeRun) -> list[Outcome]:
    return [Outcome.from_json(each) for each in run.outcomes]


def why_not(intent: str, action: str = "") -> str:
    """Why this may not be automatic yet; "" where every scenario of it held in the last whole run."""
    last = EnvelopeRun.last_whole()
    if last is None:
        return "The Resolution Envelope was never run here. Run it first, under Machine → Envelope."
    if last.policy != (now := Policy.current().version):
        return f"The rules have changed since the Resolution Envelope was run (version {last.policy}, now {now}). Run it again."
    told = [Outcome.from_json(each) for each in last.of(intent, action)]
    if not told:
        return "No scenario of the Resolution Envelope tries this, so it can't become automatic."
    return _said([each for each in told if not each.passed], len(told))


def _said(failing: Sequence[Outcome], of: int) -> str:
    if not failing:
        return ""
    names = "; ".join(f"“{each.name}”" for each in failing[:_NAMED])
    more = f" and {len(failing) - _NAMED} more" if len(failing) > _NAMED else ""
    return f"{len(failing)} of its {of} scenarios fail in the Resolution Envelope: {names}{more}."
