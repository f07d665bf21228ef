"""What kinds about an order share: its lines, what was paid for them, and what can still go back."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from agents.actions.kind import Facts, Files, Kind, NotPossible, Wish
from agents.actions.lines import LinesForm
from agents.actions.wishing import WishForm
from connectors.contract import Money
from connectors.events import FinancialStatus

if TYPE_CHECKING:
    from agents.models import Action
    from inbox.models import Order, OrderLine

CENT = Decimal("0.01")
SHIPPING = "shipping"  # holds the postage, beside the ids of lines
NOT_PAID = {FinancialStatus.PENDING, FinancialStatus.AUTHORIZED, FinancialStatus.VOIDED}


class AboutOrder(Kind):
    """A kind whose facts are the order's own states."""

    form_class: ClassVar[type[WishForm]] = LinesForm

    def check(self, action: Action) -> None:
        if action.order is None:
            raise NotPossible(f"{self.label} needs an order.")

    def form(
        self, action: Action, data: Mapping[str, Any] | None = None, files: Files | None = None
    ) -> WishForm:
        if not issubclass(self.form_class, LinesForm):
            return super().form(action, data, files)
        return self.form_class(action.the_order, data, files, initial=action.wish or self.suggest(action))

    def facts(self, action: Action) -> Facts:
        order = action.the_order
        return {
            "Payment": order.financial_status,
            "Fulfilment": order.fulfillment_status,
            "Cancelled": "yes" if order.cancelled_at else "no",
            "Refunded so far": str(Money(refunded(order), order.currency)),
        }


def refundable(action: Action) -> Decimal:
    """What was paid for the order, less what has gone back and what other actions are about to give back."""
    order = action.the_order
    if order.financial_status in NOT_PAID:
        return Decimal("0.00")
    left = order.total - refunded(order) - _unseen(action)
    return max(left, Decimal("0.00"))


def refunded(order: Order) -> Decimal:
    """As the platform shows it."""
    return sum((refund.amount for refund in order.refunds.all()), Decimal("0.00"))


def _unseen(action: Action) -> Decimal:
    """Money of other actions that the platform does not show yet: on its way, or done and not in the order."""
    from agents.models import ActionState, Ended

    shown = {(refund.external_id, refund.amount) for refund in action.the_order.refunds.all()}
    ids, amounts = {external_id for external_id, _ in shown}, [amount for _, amount in shown]
    others = type(action).objects.filter(order=action.order, amount__isnull=False).exclude(pk=action.pk)
    total = Decimal("0.00")
    for other in others.filter(state__in=[ActionState.WAITING, ActionState.APPROVED]).exclude(
        ended=Ended.REFUSED
    ):
        if other.is_over and other.ended != Ended.DONE:
            continue
        if other.ended == Ended.DONE and (other.external_id in ids or other.amount in amounts):
            continue
        total += other.amount
    return total


def paid_for(line: OrderLine, quantity: int) -> Decimal:
    """Its share of what was paid for goods, after discounts and with tax, in the order's currency."""
    order = line.order
    if not order.subtotal or not line.quantity:
        return Decimal("0.00")
    goods = order.total - order.shipping
    share = goods * line.unit_price * quantity / order.subtotal
    return share.quantize(CENT, ROUND_HALF_UP)


def chosen(action: Action, wish: Mapping[str, Any] | None = None) -> list[tuple[OrderLine, int]]:
    """The lines and quantities a wish names (`lines`: {line id: quantity}); raises NotPossible for others."""
    wanted = (wish or action.wish).get("lines") or {}
    known = {line.external_id: line for line in action.the_order.lines.all()}
    picked = []
    for line_id, quantity in wanted.items():
        line = known.get(line_id)
        if line is None:
            raise NotPossible("The order has no such line any more.")
        if not isinstance(quantity, int) or not 0 < quantity <= line.quantity:
            raise NotPossible(f"{line.title}: there are {line.quantity}, not {quantity}.")
        picked.append((line, quantity))
    return picked


def all_lines(order: Order) -> Wish:
    return {line.external_id: line.quantity for line in order.lines.all()}


def in_words(lines: list[tuple[OrderLine, int]]) -> str:
    """ "2 × Field Jacket and Wool Cap"."""
    names = [f"{quantity} × {line.title}" if quantity > 1 else line.title for line, quantity in lines]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
