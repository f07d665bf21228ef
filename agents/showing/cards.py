"""What a card says of an action, to whom: where it stands, why, and what may be done about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from django.db.models import Q
from django.utils import timezone

from agents import access
from agents.models import Action, ActionState, Approval, Ended
from agents.verdict import Ruling, Verdict
from inbox.models import Conversation, Dispute, Membership, Order, OutgoingState, Role

SHOWN = 12  # of one conversation or order
TONES: dict[str, str] = {
    ActionState.WAITING: "warn",
    ActionState.FORBIDDEN: "bad",
    OutgoingState.QUEUED: "ai",
    OutgoingState.SENDING: "ai",
    OutgoingState.UNCERTAIN: "warn",
    OutgoingState.FAILED: "bad",
    Ended.ACCEPTED: "ai",
    Ended.BY_HAND: "warn",
    Ended.DONE: "good",
    Ended.REFUSED: "bad",
    Ended.UNKNOWN: "bad",
}
APPROVERS = {"agent": "any member", "supervisor": "a supervisor", "admin": "an admin"}


@dataclass(frozen=True)
class Card:
    RISKY: ClassVar[int] = 50  # of 100: looked at by itself, and shown in red

    action: Action
    viewer: Membership

    @cached_property
    def verdict(self) -> Verdict:
        return self.action.ruling

    @property
    def tone(self) -> str:
        return TONES.get(self.action.outcome, "")

    @property
    def approver(self) -> str:
        """Whose yes it needs: "a supervisor", or "another supervisor" where one asked for it."""
        asked, needed = self.action.proposed_by, self.verdict.approver
        if self.verdict.by_another and asked and self.verdict.counts(asked.role):
            return f"another {'member' if needed == Role.AGENT else needed}"
        return APPROVERS[needed]

    @cached_property
    def why_not(self) -> str:
        """Why the viewer's yes does not count; "" where it does."""
        return self.action.why_not(self.viewer)

    @property
    def can_approve(self) -> bool:
        return self.action.is_waiting and not self.why_not and not self.waits_for_shopper

    @property
    def waits_for_shopper(self) -> bool:
        return self.action.is_waiting and self.verdict.waits_for_shopper

    @property
    def can_undo(self) -> bool:
        return self.action.send_state == OutgoingState.QUEUED and self.action.tried_at is None

    @property
    def asks_how_it_ended(self) -> bool:
        return self.action.ended in {Ended.UNKNOWN, Ended.BY_HAND}

    @property
    def needs_somebody(self) -> bool:
        """Nothing goes on without a person."""
        return self.action.is_waiting or self.asks_how_it_ended

    @property
    def rules(self) -> list[str]:
        """The sentences that spoke, those that decided first."""
        reasons = sorted(self.verdict.reasons, key=lambda each: each.ruling != self.verdict.ruling)
        return [each.words for each in reasons]

    @property
    def is_forbidden(self) -> bool:
        return self.verdict.ruling == Ruling.FORBIDDEN

    @cached_property
    def decisions(self) -> list[Approval]:
        return list(self.action.approvals.all())

    @property
    def steps(self) -> list[str]:
        return self.action.what.steps(self.action) if self.action.ended == Ended.BY_HAND else []

    @property
    def page_there(self) -> str:
        """The seller's page for it, as far as one is known."""
        abouts = (self.action.dispute, self.action.back, self.action.order)
        return next((about.url for about in abouts if about is not None and about.url), "")

    @property
    def next_step(self) -> str:
        """What happens now, or what somebody should do; "" where the card's buttons say it."""
        action, there = self.action, self.action.channel
        if action.changes and action.is_waiting:
            return "It had been approved; something changed before it was done, so it needs another yes."
        if action.send_state == OutgoingState.UNCERTAIN and not action.ended:
            return f"Nothing to do for you: {there} is read before anything is repeated."
        if action.ended == Ended.REFUSED:
            return "It did not happen. Do something else, or tell the customer."
        if action.ended == Ended.UNKNOWN:
            return f"Look at {there}, then say below which it was. Its money stays reserved until then."
        if action.state == ActionState.EXPIRED:
            return "Nobody decided in time, so nothing happened. It can be proposed anew."
        return ""


def cards(actions: Iterable[Action], viewer: Membership) -> list[Card]:
    """Those that need somebody first, then the newest."""
    made = [Card(each, viewer) for each in actions]
    return sorted(made, key=lambda card: (not card.needs_somebody, card.action.is_over))


def of_conversation(conversation: Conversation, viewer: Membership) -> list[Card]:
    """Its own, and whatever else is open or was done lately for the same customer. Two queries."""
    lately = timezone.now() - Action.LIFETIME
    theirs = Q(customer=conversation.customer_id) & (
        Q(state=ActionState.WAITING) | Q(proposed_at__gte=lately)
    )
    return _newest(Q(conversation=conversation) | theirs, viewer)


def of_order(order: Order, viewer: Membership) -> list[Card]:
    return _newest(Q(order=order), viewer)


def of_dispute(dispute: Dispute, viewer: Membership) -> list[Card]:
    return _newest(Q(dispute=dispute), viewer)


def _newest(wanted: Q, viewer: Membership) -> list[Card]:
    rows = access.with_story(Action.objects.filter(wanted)).order_by("-proposed_at", "-id")
    return cards(rows[:SHOWN], viewer)
