"""A platform in a few lines, for what happens on our side of the road: it remembers every effect it had.

The roads to the real ones, over HTTP, are tested with their sandboxes.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from connectors.channels.shopify.connector import Shopify
from connectors.commands import CancelOrder, Command, RefundOrder
from connectors.contract import Account, One, Outcome, Page, RawDelivery, Receipt, Wanted
from connectors.errors import ConnectorError
from connectors.events import CommandSettled, Ended, Event, FinancialStatus, OrderChanged, RefundData


@dataclass
class Platform(Shopify):
    """`order` is what it shows now. `trouble` is raised by the next call, before or (`after_effect`) after the deed."""

    order: OrderChanged | None = None
    effects: list[Command] = field(default_factory=list)
    trouble: BaseException | None = None
    after_effect: bool = False
    accepts_only: bool = False
    keys: dict[str, str] = field(default_factory=dict)
    settled: dict[str, CommandSettled] = field(default_factory=dict)

    commands = frozenset({RefundOrder, CancelOrder})

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
        if wanted.kind == "order":
            return Page([_raw(self.order)] if self.order else [])
        receipt = self.keys.get(wanted.external_id, wanted.external_id)
        if receipt not in self.keys.values():
            return Page()
        said = self.settled.get(receipt)
        if said is None and not self.accepts_only:
            said = CommandSettled(receipt, Ended.DONE, datetime.now(UTC))
        return Page([replace(_raw(said), key=receipt)] if said else [])

    def parse(self, account: Account, delivery: RawDelivery) -> Sequence[Event]:
        return [pickle.loads(delivery.body)]

    def _change(self, command: Command) -> None:
        self.effects.append(command)
        if isinstance(command, RefundOrder) and self.order:
            back = RefundData(uuid4().hex, command.amount, datetime.now(UTC))
            self.shows(
                refunds=[*self.order.refunds, back], financial_status=FinancialStatus.PARTIALLY_REFUNDED
            )

    def shows(self, **facts: Any) -> None:
        assert self.order
        self.order = replace(self.order, updated_at=datetime.now(UTC), **facts)

    def _stumble(self) -> None:
        trouble, self.trouble = self.trouble, None
        if isinstance(trouble, ConnectorError | BaseException):
            raise trouble


def _raw(event: Event) -> RawDelivery:
    return RawDelivery("fetched/thing", uuid4().hex, pickle.dumps(event))
