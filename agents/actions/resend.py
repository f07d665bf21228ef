from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms

from agents.actions import returned
from agents.actions.kind import Facts, Wish
from agents.actions.lines import LinesForm
from agents.actions.ordered import AboutOrder, all_lines, chosen, in_words
from agents.actions.reasons import OF_RESENDING, said
from agents.actions.stock import check_in_stock, stock_facts
from connectors.commands import Reason, ResendOrder

if TYPE_CHECKING:
    from agents.models import Action
    from inbox.models import OrderLine


class ResendForm(LinesForm):
    reason = forms.ChoiceField(choices=OF_RESENDING)
    note = forms.CharField(required=False, max_length=300, help_text="For the platform and the trail.")


class Resend(AboutOrder):
    """The same goods once more at no charge. They are worth money, so it is decided like money."""

    name = "resend"
    label = "Send again"
    icon = "repeat"
    command_type = ResendOrder
    moves_money = True
    form_class = ResendForm

    def suggest(self, action: Action) -> Wish:
        lines = all_lines(action.the_order)
        return {"reason": Reason.NOT_RECEIVED.value, "lines": lines if len(lines) == 1 else {}}

    def check(self, action: Action) -> None:
        super().check(action)
        returned.check_sent(action)
        for line, quantity in _lines(action):
            check_in_stock(line, quantity)

    def holds(self, action: Action) -> set[str]:
        """Nobody sends again what is being refunded."""
        return set(action.wish.get("lines") or {}) or set(all_lines(action.the_order))

    def reads(self, action: Action) -> list[tuple[str, str]]:
        return [
            ("product", line.product_id_external) for line, _ in _lines(action) if line.product_id_external
        ]

    def facts(self, action: Action) -> Facts:
        return {**super().facts(action), **stock_facts(_lines(action))}

    def effect(self, action: Action) -> str:
        return (
            f"{in_words(_lines(action))} of {action.the_order.number} is sent once more at no charge, as a new order "
            f"({said(action.wish.get('reason', ''))})."
        )

    def command(self, action: Action) -> ResendOrder:
        return ResendOrder(
            order_id=action.the_order.external_id,
            reason=Reason(action.wish.get("reason", Reason.OTHER)),
            lines=tuple((line.external_id, quantity) for line, quantity in chosen(action)),
            note=action.wish.get("note", ""),
        )

    def news(self, action: Action) -> str:
        return (
            f"We are sending {in_words(_lines(action))} of your order {action.the_order.number} once more, "
            "at no charge."
        )

    def steps(self, action: Action) -> list[str]:
        return [
            f"Open {action.the_order.number} on the seller's page and make a copy of it at no charge.",
            f"Keep only {in_words(_lines(action))} in it, and check the address.",
            "Save the new order's number as proof.",
        ]


def _lines(action: Action) -> list[tuple[OrderLine, int]]:
    return chosen(action) or [(line, line.quantity) for line in action.the_order.lines.all()]
