from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django import forms

from agents.actions import returned
from agents.actions.kind import Facts, NotPossible, Wish, amount_of
from agents.actions.lines import LinesForm
from agents.actions.ordered import AboutOrder, all_lines, chosen, in_words, paid_for
from agents.actions.reasons import CONDITIONS, OF_RETURNS, said
from agents.actions.wishing import LabelField
from connectors.commands import Reason, StartReturn
from connectors.contract import Money

if TYPE_CHECKING:
    from agents.models import Action
    from inbox.models import OrderLine


class StartReturnForm(LinesForm):
    reason = forms.ChoiceField(choices=OF_RETURNS)
    condition = forms.ChoiceField(
        required=False, label="What the goods are like", choices=[("", "Not said"), *CONDITIONS]
    )
    note = forms.CharField(required=False, max_length=300, help_text="Why, in the customer's words.")
    label = LabelField(label="Return label")
    tracking_number = forms.CharField(required=False, max_length=60, help_text="Of that label.")
    restocking_fee = forms.DecimalField(
        required=False,
        min_value=Decimal("0.01"),
        max_digits=12,
        decimal_places=2,
        help_text="Kept when the goods are refunded; nothing where it is empty.",
    )


class StartAReturn(AboutOrder):
    """The seller opens it, approved from the start. Nothing goes back yet."""

    name = "start_return"
    label = "Start return"
    icon = "undo-2"
    command_type = StartReturn
    form_class = StartReturnForm

    def suggest(self, action: Action) -> Wish:
        lines = all_lines(action.the_order)
        return {"reason": Reason.CHANGED_MIND.value, "lines": lines if len(lines) == 1 else {}}

    def check(self, action: Action) -> None:
        super().check(action)
        returned.check_sent(action)
        returned.check_left(action, sum(quantity for _, quantity in _lines(action)))
        if (fee := _fee(action)) and fee.amount > (
            most := sum((paid_for(*each) for each in _lines(action)), Decimal(0))
        ):
            raise NotPossible(f"The fee can't be more than the {Money(most, fee.currency)} paid.")

    def facts(self, action: Action) -> Facts:
        return {**super().facts(action), "Returns": returned.in_words(action.the_order)}

    def effect(self, action: Action) -> str:
        order, wish = action.the_order, action.wish
        label = "with our label" if wish.get("label") else "without a label: they send it as they like"
        fee = f" {_fee(action)} is kept as a restocking fee." if _fee(action) else ""
        return (
            f"A return of {in_words(_lines(action))} from {order.number} is opened, {label} "
            f"({said(wish.get('reason', ''))}). No money goes back yet.{fee}{returned.condition(action)}"
        )

    def command(self, action: Action) -> StartReturn:
        wish = action.wish
        return StartReturn(
            order_id=action.the_order.external_id,
            lines=tuple((line.external_id, quantity) for line, quantity in _lines(action)),
            reason=Reason(wish.get("reason", Reason.OTHER)),
            note=wish.get("note", ""),
            label=returned.label(action),
            tracking_number=wish.get("tracking_number", ""),
            restocking_fee=_fee(action),
        )

    def news(self, action: Action) -> str:
        how = " You get its label with the return." if action.wish.get("label") else ""
        fee = f" {_fee(action)} is kept as a restocking fee." if _fee(action) else ""
        return (
            f"Your return of {in_words(_lines(action))} from order {action.the_order.number} is approved.{how}{fee} "
            "We write again when it is here."
        )

    def news_key(self, action: Action) -> str:
        return returned.key(action.channel_id, action.external_id, "approved")

    def steps(self, action: Action) -> list[str]:
        lines = in_words(_lines(action))
        return [
            f"Open {action.the_order.number} on the seller's page and start a return of {lines}.",
            *(["Upload the label that is kept here."] if action.wish.get("label") else []),
            "Save what the page shows afterwards as proof.",
        ]


def _lines(action: Action) -> list[tuple[OrderLine, int]]:
    """None named means all."""
    return chosen(action) or [(line, line.quantity) for line in action.the_order.lines.all()]


def _fee(action: Action) -> Money | None:
    if not action.wish.get("restocking_fee"):
        return None
    return Money(amount_of(action.wish, "restocking_fee"), action.the_order.currency)
