from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms

from agents.actions.kind import NotPossible
from agents.actions.refund import Refund, RefundForm

if TYPE_CHECKING:
    from agents.models import Action


class CardForm(RefundForm):
    card = forms.CharField(
        max_length=40, label="The gift card they have", help_text="Its last characters. Never the whole code."
    )


class RefundToCard(Refund):
    """Money back onto a gift card the shopper has. By hand: no platform lets others top one up."""

    name = "refund_to_card"
    label = "Refund to gift card"
    icon = "credit-card"
    command_type = None
    form_class = CardForm
    pays_to = "gift_card"

    def check(self, action: Action) -> None:
        super().check(action)
        if not str(action.wish.get("card") or "").strip():
            raise NotPossible("Name the gift card they have.")

    def effect(self, action: Action) -> str:
        return f"{self.money(action)} of {action.the_order.number} goes onto their gift card {_card(action)}."

    def news(self, action: Action) -> str:
        number = action.the_order.number
        return (
            f"We have put {self.money(action)} for your order {number} onto your gift card {_card(action)}."
        )

    def steps(self, action: Action) -> list[str]:
        return [
            f"Open the gift card {_card(action)} on the seller's page and make sure that it is the customer's.",
            f"Put {self.money(action)} onto it.",
            f"Note at {action.the_order.number} that it is refunded there, so that nobody refunds it once more.",
        ]


def _card(action: Action) -> str:
    return f"…{str(action.wish['card']).strip()[-4:]}"
