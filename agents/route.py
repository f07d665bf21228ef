"""Where a draft goes: ready for one key, blocked until it is edited, or to a person with everything known."""

from __future__ import annotations

from dataclasses import dataclass, replace

from agents.checking.verify import Claim
from agents.facts.known import Facts
from agents.models import Draft, DraftState, Handoff, Run
from agents.understanding.message import Understanding
from agents.writing.compose import Composed


@dataclass(frozen=True)
class Decision:
    state: DraftState
    confidence: float
    reason: str  # in words, for the panel's header


def decide(seen: Understanding, facts: Facts, answer: Composed, claims: list[Claim]) -> Decision:
    confidence = max((intent.confidence for intent in seen.intents), default=0.0)
    if answer.needs_person:
        return Decision(DraftState.HANDOFF, confidence, answer.reason)
    unsupported = [claim for claim in claims if not claim.is_supported]
    if unsupported:
        first = unsupported[0]
        return Decision(DraftState.BLOCKED, confidence, f"“{first.text}”: {first.reason}"[:300])
    if any(parcel.failure for order in facts.orders for parcel in order.parcels):
        confidence *= 0.8
    return Decision(DraftState.READY, round(confidence, 3), answer.reason)


def handed(decision: Decision, handoff: Handoff) -> Decision:
    """What lies on the table beside a hand-off: the rule's words, or what the machine would have answered."""
    if handoff.rule is None:
        return decision
    state = DraftState.READY if handoff.drafted else decision.state
    return replace(decision, state=state, reason=f"{handoff.said} {decision.reason}"[:300])


def switched_off() -> Decision:
    """Settings → Autonomy says that the machine keeps out of this."""
    return Decision(DraftState.HANDOFF, 0.0, "The machine is switched off for this kind of message here.")


def silent(why: str) -> Decision:
    """Nothing can be written there: what is known is shown, for whoever calls back."""
    return Decision(DraftState.HANDOFF, 0.0, why[:300])


def fall_back(run: Run) -> None:
    """The machine could not do it: a person gets the conversation, and can see why."""
    Draft.propose(
        run,
        DraftState.HANDOFF,
        [],
        [],
        reason="The machine could not read this message. Everything is kept; the run says why.",
    )
