"""One action as the rules look at it: what it is about, and what is known of order and shopper at that moment."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from agents.actions import swapping
from agents.actions.kind import NotPossible
from agents.actions.ordered import NOT_PAID, paid_for
from agents.rules.history import History
from connectors.events import FulfillmentStatus, ParcelStatus

if TYPE_CHECKING:
    from agents.models import Action
    from inbox.models import Message, Order, OrderLine


class Stage(StrEnum):
    """How far an order has come."""

    PENDING = "pending"  # nothing of it has left
    SENT = "sent"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class Case:
    """`at` is when it is judged: now, or, when rules are tried on the past, then. `action` may be unsaved."""

    def __init__(self, action: Action, at: datetime | None = None, history: History | None = None) -> None:
        self.action, self.at = action, at or timezone.now()
        self._history = history

    @property
    def wish(self) -> dict[str, Any]:
        return self.action.wish

    @property
    def reason(self) -> str:
        return str(self.wish.get("reason") or "")

    @property
    def order(self) -> Order | None:
        return self.action.order or (self.action.back.order if self.action.back else None)

    @property
    def amount(self) -> Decimal:
        return self.action.amount or Decimal("0.00")

    @property
    def worth(self) -> Decimal:
        """The money that moves; goods sent for nothing count with what was paid for them."""
        if self.action.amount is not None or self.order is None or self.order.financial_status in NOT_PAID:
            return self.amount
        named = self.wish.get("lines") or {}
        paid = (paid_for(line, named.get(line.external_id, line.quantity)) for line in self.lines)
        return sum(paid, Decimal("0.00"))

    @cached_property
    def history(self) -> History:
        return self._history or History.of([self.action])

    @cached_property
    def lines(self) -> list[OrderLine]:
        """Those the wish names, else all of the order."""
        if self.order is None:
            return []
        every = list(self.order.lines.all())
        swapped = [each["line"] for each in self.swaps]
        named = set(self.wish.get("lines") or swapped or [])
        return [line for line in every if line.external_id in named] if named else every

    @property
    def swaps(self) -> list[dict[str, Any]]:
        """What goes for what: [{line, quantity, variant}]."""
        return list(self.wish.get("swaps") or [])

    @cached_property
    def given_back(self) -> Decimal:
        """Of the order, until then: what the platform shows, and what other actions have done or are about to."""
        if self.order is None:
            return Decimal("0.00")
        shown = sum(
            (each.amount for each in self.order.refunds.all() if each.refunded_at < self.at), Decimal("0.00")
        )
        money = [each for each in self.others if each.amount]
        done = sum((each.amount for each in money if each.is_over), Decimal("0.00"))
        return max(shown, done) + sum((each.amount for each in money if not each.is_over), Decimal("0.00"))

    @property
    def moves_money(self) -> bool:
        """By its kind, or because what is wanted instead is cheaper."""
        return self.action.moves_money or self.action.amount is not None

    @property
    def money_goes_to(self) -> str | None:
        """ "original", "gift_card" or "store_credit"; None where nothing goes back."""
        return self.action.what.pays_to if self.action.amount is not None else None

    @cached_property
    def due(self) -> Decimal | None:
        """What the shopper has to pay for it: the difference of what is swapped, else the order. None: not known."""
        if not self.swaps:
            return self.order.total if self.order else None
        try:
            return swapping.due(self.action).amount
        except NotPossible:  # a case of the past, about goods that are gone
            return None

    @property
    def card_balance(self) -> Decimal | None:
        """What is left on the gift card that pays, as the wish says; None where nobody said."""
        said = self.wish.get("card_balance")
        return Decimal(str(said)) if said not in (None, "") else None

    @cached_property
    def stage(self) -> Stage:
        """Where there is no order, nothing has left."""
        order = self.order
        if order is None:
            return Stage.PENDING
        if order.cancelled_at and order.cancelled_at <= self.at:
            return Stage.CANCELLED
        if self.delivered_at:
            return Stage.DELIVERED
        every = list(order.shipments.all())
        gone = [each for each in every if each.shipped_at is None or each.shipped_at <= self.at]
        if order.fulfillment_status == FulfillmentStatus.UNFULFILLED:
            gone = [each for each in gone if each.status != ParcelStatus.PRE_TRANSIT]
            return Stage.SENT if gone else Stage.PENDING
        has_left = bool(gone) or (not every and order.fulfillment_status != FulfillmentStatus.CANCELLED)
        return Stage.SENT if has_left else Stage.PENDING

    @cached_property
    def delivered_at(self) -> datetime | None:
        """When the last parcel arrived; None while one is on its way."""
        if self.order is None:
            return None
        parcels = list(self.order.shipments.all())
        arrived = [
            each.delivered_at or each.shipped_at for each in parcels if each.status == ParcelStatus.DELIVERED
        ]
        times = [at for at in arrived if at and at <= self.at]
        return max(times) if times and len(times) == len(parcels) else None

    @cached_property
    def others(self) -> list[Action]:
        """Other actions about this order that were or may yet be carried out, proposed before this one is judged."""
        from agents.models import ActionState, Ended

        if self.order is None:
            return []
        live = type(self.action).objects.filter(order=self.order, proposed_at__lte=self.at)
        live = live.filter(state__in=[ActionState.WAITING, ActionState.APPROVED]).exclude(ended=Ended.REFUSED)
        return [
            each for each in live.exclude(pk=self.action.pk) if not each.is_over or each.ended == Ended.DONE
        ]

    @cached_property
    def heard(self) -> list[Message]:
        """What was said in its conversation until then, oldest first."""
        if self.action.conversation is None:
            return []
        return list(
            self.action.conversation.messages.filter(created_at__lte=self.at).order_by("created_at", "id")
        )

    @cached_property
    def asked(self) -> Message | None:
        """What the shopper wrote last until then."""
        if self.action.conversation is None:
            return None
        theirs = self.action.conversation.messages.filter(
            direction="in", automatic=False, created_at__lte=self.at
        )
        newest: Message | None = theirs.defer("text", "quoted").order_by("-created_at", "-id").first()
        return newest

    @cached_property
    def risk(self) -> tuple[int, tuple[str, ...]]:
        from agents.rules.score import score

        return score(self)
