"""What is asked for is proposed, held against the rules, agreed to and carried out, and its effects are counted.

A deed, in the words of scenarios/*.yaml:

    kind: cancel             a kind of agents/actions/
    by: machine              it must have been proposed with the answer; else (agent) a member proposes it
    wish: {reason: ...}      over what the kind suggests; "{1}" names the first line
    order: 1                 which of the scenario's orders; the first
    needs: supervisor        the least role whose yes counts, or "shopper" first, or "nobody"
    leaves: true             it stays as it was proposed: nobody says yes
    ends: done               or forbidden, impossible, by_hand, waiting
    rule: window             what forbids it
    amount: "147.00"         what moves
    trouble: lost_answer     the platform does it and its answer gets lost
    command: CancelOrder     what the platform is asked for
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from agents.actions import kind as kind_of
from agents.actions.kind import NotPossible
from agents.envelope.houses import Staff
from agents.envelope.scenario import Plain
from agents.envelope.staging import Staged, answered, writes
from agents.execute import execute, follow
from agents.models import Action, ActionState, Consent, Ended
from agents.models.consent import question
from agents.verdict import Ruling
from inbox import polling
from inbox.models import Channel, ChannelState, OutgoingState

_LOOKS = 4  # times a worker comes by: one that does it, and others that must find it done


@dataclass
class Done:
    """How a deed ended: "done", "forbidden", "impossible", "by_hand", or where it got stuck."""

    ended: str
    action: Action | None = None
    why: str = ""
    effects: tuple[Any, ...] = ()  # what the platform was asked for, and did

    @property
    def rules(self) -> set[str]:
        reasons = self.action.ruling.reasons if self.action else ()
        return {each.rule for each in reasons if each.ruling == Ruling.FORBIDDEN}


def carry_out(staged: Staged, said: Plain, staff: Staff) -> Done:
    """In the caller's scope, as far as the rules let it."""
    before = len(staged.effects)
    try:
        action = _proposed(staged, said, staff)
    except NotPossible as reason:
        return Done("impossible", why=str(reason))
    if action is None:
        return Done("not proposed", why="The machine proposed no such action.")
    if action.state == ActionState.FORBIDDEN:
        _work(staged, action, said)
        return _done(staged, action, before, "forbidden")
    if said.get("leaves"):
        return _done(staged, action, before, str(action.state))
    if action.is_waiting:
        _agree(staged, action, staff)
    if action.is_by_hand:
        return _done(staged, action, before, "by_hand")
    _work(staged, action, said)
    ended = "done" if action.ended == Ended.DONE else action.outcome
    return _done(staged, action, before, ended)


def _done(staged: Staged, action: Action, before: int, ended: str) -> Done:
    return Done(ended, action, action.problem or action.ruling.because, tuple(staged.effects[before:]))


def _proposed(staged: Staged, said: Plain, staff: Staff) -> Action | None:
    order = staged.orders[said.get("order", 1) - 1]
    if said.get("by") == "machine":
        made = Action.objects.filter(kind=said["kind"], proposed_by=None, order=order)
        found: Action | None = made.order_by("-proposed_at").first()
        return found
    for other in Action.objects.filter(order=order, proposed_by=None, state=ActionState.WAITING):
        other.reject(staff.supervisor, "A member does it another way.")
    about: dict[str, Any] = {"order": order, "conversation": staged.conversation}
    blank = Action(kind=said["kind"], **about)
    wish = {**kind_of(said["kind"]).suggest(blank), **_wish(said.get("wish", {}))}
    return Action.propose(said["kind"], wish, staff.agent, **about)


def _wish(said: Plain) -> dict[str, Any]:
    """`lines: {1: 2}` is two pieces of the first line."""
    wish = dict(said)
    if isinstance(wish.get("lines"), dict):
        wish["lines"] = {f"line-{place}": pieces for place, pieces in wish["lines"].items()}
    return wish


def _agree(staged: Staged, action: Action, staff: Staff) -> None:
    """The shopper first, where the rules wait for them; then the least role that counts."""
    if action.ruling.waits_for_shopper and action.conversation:
        answered(action.conversation, question(action), ago=0)
        Consent.hear(writes(staged, "Yes please"))
        action.refresh_from_db()
    if not action.is_waiting:
        return
    by = {"agent": staff.agent, "supervisor": staff.supervisor, "admin": staff.admin}[action.ruling.approver]
    action.approve(staff.supervisor if action.why_not(by) else by, action.fingerprint)


def _work(staged: Staged, action: Action, said: Plain) -> None:
    """Workers come by again and again: with an answer that got lost, after the deed, at the same time."""
    Channel.objects.filter(pk=action.channel_id).update(state=ChannelState.ACTIVE)
    platform = staged.platforms[action.channel.kind]
    platform.loses_answers = 1 if said.get("trouble") == "lost_answer" else 0
    for _ in range(_LOOKS):
        long_ago = timezone.now() - timedelta(hours=1)
        waiting = Action.objects.filter(pk=action.pk)
        waiting.filter(send_state__in=[OutgoingState.QUEUED, OutgoingState.UNCERTAIN]).update(
            send_after=long_ago
        )
        waiting.filter(send_state=OutgoingState.SENDING).update(claimed_at=long_ago)
        execute(staged.organization_id, action.pk)
    follow(staged.organization_id, action.pk)
    polling.sweep(staged.organization_id)  # the order as it is afterwards
    Channel.objects.filter(pk=action.channel_id).update(state=ChannelState.PAUSED)
    action.refresh_from_db()


def faults(said: Plain, done: Done, *, own_rules: bool = False) -> Iterator[str]:
    """What is not as the deed says; with an organization's `own_rules` only what holds whatever these are."""
    name = said["kind"]
    wanted = said.get("ends", "done")
    if done.ended == "forbidden" and done.effects:
        yield f"{name}: forbidden, and done all the same"
    if len(done.effects) > 1:
        yield f"{name}: {len(done.effects)} effects at the platform"
    if done.ended == "done" and len(done.effects) != 1:
        yield f"{name}: said to be done with {len(done.effects)} effects at the platform"
    if own_rules:
        return
    if done.ended != wanted:
        yield f"{name}: {done.ended} instead of {wanted}. {done.why}".strip()
        return
    if (rule := said.get("rule")) and rule not in done.rules:
        yield f"{name}: refused by {', '.join(sorted(done.rules)) or 'nothing'} instead of {rule}"
    if "amount" in said and str(done.action.amount if done.action else "") != said["amount"]:
        yield f"{name}: {done.action.amount if done.action else 'nothing'} instead of {said['amount']}"
    if "command" in said and [type(each).__name__ for each in done.effects] != [said["command"]]:
        yield f"{name}: asked for {[type(each).__name__ for each in done.effects]}"
    if "needs" in said and done.action and said["needs"] not in _needed(done.action):
        yield f"{name}: needs {' and '.join(sorted(_needed(done.action)))} instead of {said['needs']}"


def _needed(action: Action) -> set[str]:
    """As it was asked for: what the verdict says now is after the shopper's yes."""
    verdict = action.ruling
    needed = {verdict.approver} if verdict.ruling == Ruling.APPROVAL else {"nobody"}
    shopper = Consent.objects.filter(action=action).exists()
    return needed | ({"shopper"} if shopper else set())
