"""Hands a conversation to a person: by the first rule that fits, or because the machine has no answer to give."""

from __future__ import annotations

from dataclasses import dataclass

from agents.conditions import Situation, fits, situations
from agents.models import DraftState, Handoff, HandoffRule, Run, RunState
from agents.route import Decision
from inbox.models import Conversation

TRIED = 200  # past messages a rule is tried against


def consider(run: Run, decision: Decision) -> Handoff | None:
    """None where nothing calls for it, or a person has the conversation already. The caller holds its row locked."""
    rule = first_fitting(run)
    if rule is None and decision.state != DraftState.HANDOFF:
        return None
    rows = Conversation.objects.select_related("organization", "channel", "customer", "assignee")
    conversation = rows.get(pk=run.conversation_id)
    if conversation.taken_at:
        return None
    if rule:
        return rule.hand_over(conversation, run.message)
    because = "The machine has no answer of its own to give."
    conversation.hand_over(None, because=because)
    made: Handoff = Handoff.objects.create(conversation=conversation, message=run.message, because=because)
    return made


def first_fitting(run: Run) -> HandoffRule | None:
    rules = list(HandoffRule.kept().filter(is_on=True))
    if not rules:
        return None
    [case] = situations([run])
    return next((rule for rule in rules if fits(rule, case)), None)


@dataclass(frozen=True)
class Tried:
    """What a rule would have done with the newest messages the machine read."""

    cases: list[Situation]  # that it fits, newest first
    of: int  # messages it was tried against
    earlier: dict[int, int]  # by place of another rule: how many of the cases that one takes first


def try_on_the_past(rule: HandoffRule) -> Tried:
    """`rule` may be unsaved. Nothing is written."""
    runs = (
        Run.objects.filter(state=RunState.DONE, number=1)
        .exclude(understanding={})
        .select_related("conversation__customer", "conversation__channel", "message")
        .defer("evidence", "summary", "steps")
        .order_by("-started_at")
    )
    every = situations(list(runs[:TRIED]))
    cases = [case for case in every if fits(rule, case)]
    before = [
        each
        for each in HandoffRule.kept().filter(is_on=True).exclude(pk=rule.pk)
        if not rule.place or each.place < rule.place
    ]
    earlier: dict[int, int] = {}
    for case in cases:
        first = next((other.place for other in before if fits(other, case)), None)
        if first is not None:
            earlier[first] = earlier.get(first, 0) + 1
    return Tried(cases, len(every), earlier)
