"""A platform of which nothing leaves: it shows what was staged, remembers every effect it had, and can lose an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from connectors.commands import CancelOrder, ChangeAddress, Command, RefundOrder, SendMessage, StartReturn
from connectors.contract import Account, Connector, One, Outcome, Page, RawDelivery, Receipt, Wanted
from connectors.errors import OutcomeUnknown
from connectors.events import (
    Event,
    FinancialStatus,
    FulfillmentStatus,
    OrderChanged,
    ProductChanged,
    RefundData,
    ReturnData,
    ReturnStatus,
)


@dataclass
class Pretend:
    """In the place of `real`, whose facts (capabilities, limits, commands) it keeps."""

    real: Connector
    orders: dict[str, OrderChanged] = field(default_factory=dict)
    products: dict[str, ProductChanged] = field(default_factory=dict)
    effects: list[Command] = field(default_factory=list)
    loses_answers: int = 0  # so many of the next answers get lost after the deed
    receipts: dict[str, str] = field(default_factory=dict)  # by key
    shown: dict[bytes, Event] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def perform(self, account: Account, command: Command, key: str) -> Receipt:
        """Once a key, as platforms with such keys do; what has none there is looked for by `fetch` before a repeat."""
        if key not in self.receipts:
            self.receipts[key] = f"receipt-{uuid4().hex[:8]}"
            self.effects.append(command)
            self._change(command)
        if self.loses_answers:
            self.loses_answers -= 1
            raise OutcomeUnknown("The answer was lost.")
        return Receipt(Outcome.SENT, self.receipts[key], datetime.now(UTC))

    def send(self, account: Account, message: SendMessage, key: str) -> Receipt:
        raise NotImplementedError("Nothing is sent from here.")

    def fetch(self, account: Account, wanted: Wanted) -> Page:
        if not isinstance(wanted, One):
            return Page()
        if wanted.kind == "command":
            return self._command(wanted)
        kept: dict[str, dict[str, Event]] = {"order": {**self.orders}, "product": {**self.products}}
        event = kept.get(wanted.kind, {}).get(wanted.external_id)
        return Page([self._raw(event)] if event else [])

    def parse(self, account: Account, delivery: RawDelivery) -> Sequence[Event]:
        return [self.shown[bytes(delivery.body)]]

    def _command(self, wanted: One) -> Page:
        """By its key, or by the receipt it was accepted with."""
        receipt = self.receipts.get(wanted.external_id, wanted.external_id)
        if receipt not in self.receipts.values():
            return Page()
        return Page(receipt=Receipt(Outcome.SENT, receipt, datetime.now(UTC)))

    def _raw(self, event: Event) -> RawDelivery:
        name = uuid4().hex
        self.shown[name.encode()] = event
        return RawDelivery("fetched/staged", name, name.encode())

    def _change(self, command: Command) -> None:
        """The order as it looks from now on."""
        order = self.orders.get(getattr(command, "order_id", ""))
        if order is None:
            return
        now = datetime.now(UTC)
        changed: dict[str, Any] = {}
        if isinstance(command, RefundOrder):
            back = RefundData(uuid4().hex, command.amount, now)
            changed = {
                "refunds": [*order.refunds, back],
                "financial_status": FinancialStatus.PARTIALLY_REFUNDED,
            }
        elif isinstance(command, CancelOrder) and not command.lines:
            changed = {"cancelled_at": now, "fulfillment_status": FulfillmentStatus.CANCELLED}
        elif isinstance(command, ChangeAddress):
            changed = {"shipping_address": command.address}
        elif isinstance(command, StartReturn):
            pieces = sum(quantity for _, quantity in command.lines)
            name = f"{order.number}-R{len(order.returns) + 1}"
            back_again = ReturnData(uuid4().hex, name, ReturnStatus.OPEN, requested_at=now, quantity=pieces)
            changed = {"returns": [*order.returns, back_again]}
        self.orders[order.external_id] = replace(order, updated_at=now, **changed)
