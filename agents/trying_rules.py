"""Rules tried on what happened: what would have passed, waited or been refused, case by case. Nothing is written.

Cases are the actions of the last days, and what happened at the platforms without one: refunds, returns, cancellations.
They are judged as things were then, as far as records tell; there the shopper's words are not known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch, Q
from django.utils import timezone

from agents import policy
from agents.models import Action
from agents.rules.case import Case
from agents.rules.history import History
from agents.rules.rule import Rule
from agents.verdict import Reason, Ruling, Verdict
from connectors.contract import Money
from inbox.models import Order, Refund, Return

LIMIT = 150  # of each source, the newest: enough to see what a rule does, little enough to wait for


@dataclass(frozen=True)
class Tried:
    """One case under these rules, and under those in force."""

    action: Action
    at: datetime
    happened: str
    verdict: Verdict
    before: Verdict

    @property
    def decided(self) -> list[Reason]:
        return [each for each in self.verdict.reasons if each.ruling == self.verdict.ruling]

    @property
    def differs(self) -> bool:
        asked = (self.verdict.ruling, self.verdict.approver if self.verdict.ruling == Ruling.APPROVAL else "")
        return asked != (
            self.before.ruling,
            self.before.approver if self.before.ruling == Ruling.APPROVAL else "",
        )


@dataclass(frozen=True)
class Trial:
    days: int
    cases: list[Tried]
    is_cut: bool  # there were more than are shown

    @property
    def counts(self) -> Counter[Ruling]:
        return Counter(each.verdict.ruling for each in self.cases)

    @property
    def counts_before(self) -> Counter[Ruling]:
        return Counter(each.before.ruling for each in self.cases)

    @property
    def differing(self) -> int:
        return sum(each.differs for each in self.cases)


def try_rules(rules: Sequence[Rule], in_force: Sequence[Rule], days: int) -> Trial:
    """Inside a scope. A few dozen statements, and one or two a case."""
    since = timezone.now() - timedelta(days=days)
    found = [*_actions(since), *_refunds(since), *_returns(since), *_cancellations(since)]
    history = History.of(action for action, _, _ in found)
    cases = []
    for action, at, happened in sorted(found, key=lambda each: each[1], reverse=True):
        case = Case(action, at, history)
        cases.append(Tried(action, at, happened, policy.weigh(rules, case), policy.weigh(in_force, case)))
    sources = Counter(happened.partition(":")[0] for _, _, happened in found)
    return Trial(days, cases, is_cut=max(sources.values(), default=0) >= LIMIT)


Found = Iterator[tuple[Action, datetime, str]]


def _orders() -> Prefetch:
    return Prefetch("order", Order.objects.select_related("channel", "customer").prefetch_related(*_PARTS))


_PARTS = ("lines", "shipments", "refunds")


def _actions(since: datetime) -> Found:
    recent = Action.objects.filter(proposed_at__gte=since).select_related(
        "channel", "customer", "conversation"
    )
    for action in recent.prefetch_related(_orders()).order_by("-proposed_at")[:LIMIT]:
        yield action, action.proposed_at, f"Action: {action.standing.lower()}"


def _refunds(since: datetime) -> Found:
    """Those no action of ours brought about."""
    ours = Action.objects.filter(amount__isnull=False).exclude(external_id="").values("external_id")
    recent = Refund.objects.filter(refunded_at__gte=since).exclude(external_id__in=ours)
    for refund in recent.prefetch_related(_orders()).order_by("-refunded_at")[:LIMIT]:
        wish = {"amount": str(refund.amount)}
        effect = f"{Money(refund.amount, refund.currency)} of {refund.order.number} goes back"
        action = _pretend("refund", refund.order, refund.refunded_at, wish, effect)
        action.amount, action.currency = refund.amount, refund.currency
        yield action, refund.refunded_at, "Refund: at the platform"


def _returns(since: datetime) -> Found:
    recent = Return.objects.filter(requested_at__gte=since, order__isnull=False)
    for back in recent.prefetch_related(_orders()).order_by("-requested_at")[:LIMIT]:
        effect = f"Return {back.name} of {back.order.number}"
        action = _pretend("start_return", back.order, back.requested_at, {}, effect)
        yield action, back.requested_at, f"Return: {back.status}"


def _cancellations(since: datetime) -> Found:
    asked = Order.objects.filter(Q(cancelled_at__gte=since) | Q(cancel_requested_at__gte=since))
    for order in (
        asked.select_related("channel", "customer").prefetch_related(*_PARTS).order_by("-placed_at")[:LIMIT]
    ):
        at = order.cancel_requested_at or order.cancelled_at
        at = at - timedelta(seconds=1) if at == order.cancelled_at else at  # before it was cancelled
        action = _pretend("cancel", order, at, {}, f"The whole order {order.number} is cancelled")
        action.amount, action.currency = order.total, order.currency
        yield action, at, f"Cancellation: {'done' if order.cancelled_at else 'asked for'}"


def _pretend(kind: str, order: Order, at: datetime, wish: dict[str, str], effect: str) -> Action:
    """Never saved."""
    return Action(
        kind=kind,
        order=order,
        channel=order.channel,
        customer=order.customer,
        wish=wish,
        effect=effect,
        proposed_at=at,
        expires_at=at,
    )
