"""A platform in a few lines, for what happens on our side of the road: it remembers every effect it had.

The roads to the real ones, over HTTP, are tested with their sandboxes.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from uuid import uuid4

from django.utils import timezone

from agents.execute import execute
from agents.models import Action
from connectors.channels.shopify.connector import Shopify
from connectors.commands import Command, DecideReturn, RefundOrder, ReturnDecision
from connectors.contract import Account, One, Outcome, Page, RawDelivery, Receipt, Wanted
from connectors.errors import ConnectorError
from connectors.events import (
    CommandSettled,
    DisputeChanged,
    Event,
    FinancialStatus,
    OrderChanged,
    ProductChanged,
    RefundData,
    ReturnStatus,
)
from tests.world import World

_DECIDED = {
    ReturnDecision.APPROVE: ReturnStatus.OPEN,
    ReturnDecision.DECLINE: ReturnStatus.DECLINED,
    ReturnDecision.RECEIVED: ReturnStatus.CLOSED,
}


@dataclass
class Platform(Shopify):
    """`order` is what it shows now. `trouble` is raised by the next call, before or (`after_effect`) after the deed."""

    order: OrderChanged | None = None
    product: ProductChanged | None = None
    dispute: DisputeChanged | None = None
    effects: list[Command] = field(default_factory=list)
    trouble: BaseException | None = None
    after_effect: bool = False
    accepts_only: bool = False
    keys: dict[str, str] = field(default_factory=dict)
    settled: dict[str, CommandSettled] = field(default_factory=dict)

    commands = frozenset(get_args(Command))

    def perform(self, account: Account, command: Command, key: str) -> Receipt:
        if not self.after_effect:
            self._stumble()
        if key not in self.keys:
            self.keys[key] = f"receipt-{uuid4().hex[:8]}"
            self._change(command)
        if self.after_effect:
            self._stumble()
        outcome = Outcome.ACCEPTED if self.accepts_only else Outcome.SENT
        return Receipt(outcome, self.keys[key], datetime.now(UTC))

    def fetch(self, account: Account, wanted: Wanted) -> Page:
        assert isinstance(wanted, One)
        if wanted.kind in {"order", "product", "dispute"}:
            shown = getattr(self, wanted.kind)
            return Page([_raw(shown)] if shown else [])
        receipt = self.keys.get(wanted.external_id, wanted.external_id)
        if receipt not in self.keys.values():
            return Page()
        outcome = Outcome.ACCEPTED if self.accepts_only else Outcome.SENT
        found = Receipt(outcome, receipt, datetime.now(UTC))
        said = self.settled.get(receipt)
        return Page([_raw(said)] if said else [], receipt=found)

    def parse(self, account: Account, delivery: RawDelivery) -> Sequence[Event]:
        return [pickle.loads(delivery.body)]

    def _change(self, command: Command) -> None:
        self.effects.append(command)
        if isinstance(command, RefundOrder) and self.order:
            back = RefundData(uuid4().hex, command.amount, datetime.now(UTC))
            self.shows(
                refunds=[*self.order.refunds, back], financial_status=FinancialStatus.PARTIALLY_REFUNDED
            )

        if isinstance(command, DecideReturn) and self.order:
            self.decides(command.return_id, _DECIDED[command.decision])

    def decides(self, return_id: str, status: ReturnStatus) -> None:
        assert self.order
        backs = [
            replace(back, status=status) if back.external_id == return_id else back
            for back in self.order.returns
        ]
        self.shows(returns=backs)

    def shows(self, **facts: Any) -> None:
        assert self.order
        self.order = replace(self.order, updated_at=datetime.now(UTC), **facts)

    def _stumble(self) -> None:
        trouble, self.trouble = self.trouble, None
        if isinstance(trouble, ConnectorError | BaseException):
            raise trouble


def _raw(event: Event) -> RawDelivery:
    return RawDelivery(
        "fetched/command" if isinstance(event, CommandSettled) else "fetched/thing",
        uuid4().hex,
        pickle.dumps(event),
    )


def approved(world: World, action: Action) -> Action:
    with world.inside():
        action.approve(world.sam, action.fingerprint)
    return action


def later(world: World) -> None:
    """Every wait is over and every silent worker counts as dead."""
    long_ago = timezone.now() - timedelta(hours=1)
    with world.inside():
        Action.objects.filter(send_state__in=["queued", "uncertain"]).update(send_after=long_ago)
        Action.objects.filter(send_state="sending").update(claimed_at=long_ago)


def work(world: World, action: Action, times: int = 1) -> Action:
    """A worker looks, as often as told, with enough time between."""
    for _ in range(times):
        later(world)
        execute(world.organization.pk, action.pk)
    with world.inside():
        action.refresh_from_db()
    return action
