"""Proposes what was prepared, in the transaction that puts the answer on the table; takes back what is no longer wanted."""

from __future__ import annotations

import re
from dataclasses import replace

from agents import autonomy
from agents.actions.kind import NotPossible
from agents.models import Action, ActionState, Draft, DraftState, Run
from agents.proposing.preparing import Preparation
from agents.route import Decision
from agents.understanding.message import Understanding
from audit.record import Actor
from inbox.models import Message

_WITHDRAWS = re.compile(
    r"\bnever ?mind\b|\bforget (?:it|about it|that|my (?:last|request|message))\b|\bdisregard\b"
    r"|\bignore my (?:last|previous|earlier)\b|\b(?:i.ll|i will|i want to|i.d like to|i decided to) keep (?:it|them|the|my)\b"
    r"|\b(?:don.t|do not) (?:cancel|refund|return|exchange|change|send|resend)\b|\bno (?:need|longer necessary)\b"
    r"|\b(?:it|they|the \w+) (?:has |have )?(?:just )?(?:arrived|turned up|showed up)\b|\b(?:i )?found (?:it|the parcel)\b",
    re.IGNORECASE,
)
_MISSING = {"refund", "resend"}  # what is withdrawn by a parcel that turns up


def propose(run: Run, made: Preparation, decision: Decision) -> tuple[Decision, list[Action]]:
    """What can no longer be done after all is said, and blocks the answer that speaks of it."""
    proposed, unable = [], list(made.unable)
    for each in made.ready:
        if each.open:
            continue
        if each.instead_of:
            older = Action.objects.get(pk=each.instead_of)
            older.withdraw(_customer(run.message), "They ask for something else instead.")
        try:
            proposed.append(
                Action.propose(
                    each.want.kind,
                    each.want.wish,
                    None,
                    reason=each.want.why,
                    history=made.history,
                    order=each.order,
                    conversation=run.conversation,
                    run=run,
                )
            )
        except NotPossible as why:
            unable.append(f"Not prepared: {why}")
            decision = replace(decision, state=_held(decision.state))
    done = [f"Prepared: {action.what.label.lower()}" for action in proposed]
    if more := [*done, *unable]:
        decision = replace(decision, reason=". ".join([decision.reason.rstrip("."), *more])[:300])
    return decision, proposed


def settle(draft: Draft, proposed: list[Action], seen: Understanding) -> None:
    """Once there is a draft: an earned rule may say yes in a person's place, but to nobody in grief."""
    for action in proposed:
        action.draft = draft
        action.save(update_fields=["draft"])
        if not seen.grief:
            autonomy.act(action, draft.confidence, seen.language.code)


def withdraw(message: Message) -> list[Action]:
    """What the machine proposed and this message no longer wants; what nobody has begun to do. In the caller's scope."""
    said = _WITHDRAWS.search(message.text)
    if not said or message._state.adding:
        return []
    by = _customer(message)
    arrived = bool(re.search(r"arrived|up$|found", said.group(), re.IGNORECASE))
    open_ones = Action.objects.filter(
        conversation=message.conversation_id,
        proposed_by=None,
        proposed_at__lt=message.created_at,
        state__in=[ActionState.WAITING, ActionState.APPROVED],
    )
    meant = [each for each in open_ones if not arrived or each.kind in _MISSING]
    return [each for each in meant if each.withdraw(by, " ".join(message.text.split())[:300])]


def _customer(message: Message) -> Actor:
    return Actor("customer", str(message.customer_id or ""))


def _held(state: DraftState) -> DraftState:
    return DraftState.BLOCKED if state == DraftState.READY else state
