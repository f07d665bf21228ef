from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from django import forms

from agents.actions.kind import NotPossible, Wish, amount_of
from agents.actions.ordered import SHIPPING, AboutOrder, all_lines, refundable
from agents.actions.wishing import WishForm
from connectors.commands import GiveStoreCredit
from connectors.contract import Money

if TYPE_CHECKING:
    from agents.models import Action


class CreditForm(WishForm):
    amount = forms.DecimalField(
        min_value=Decimal("0.01"),
        max_digits=12,
        decimal_places=2,
        help_text="At most what is left of the order.",
    )
    expires_on = forms.DateField(required=False, help_text="Empty: it never expires.")
    note = forms.CharField(required=False, max_length=300, help_text="For the platform and the trail.")


class StoreCredit(AboutOrder):
    """Money to spend in the shop, in place of money back."""

    name = "store_credit"
    label = "Store credit"
    icon = "wallet"
    command_type = GiveStoreCredit
    moves_money = True
    pays_to = "store_credit"
    form_class = CreditForm

    def suggest(self, action: Action) -> Wish:
        return {"amount": str(refundable(action))}

    def check(self, action: Action) -> None:
        super().check(action)
        order, amount, left = action.the_order, amount_of(action.wish), refundable(action)
        if not left:
            raise NotPossible(f"Nothing of {order.number} is left to give back.")
        if amount > left:
            raise NotPossible(f"Only {Money(left, order.currency)} of {order.number} can still go back.")
        if (ends := ends_at(action.wish)) and ends <= datetime.now(UTC):
            raise NotPossible("The credit would have expired already.")

    def money(self, action: Action) -> Money:
        return Money(amount_of(action.wish), action.the_order.currency)

    def holds(self, action: Action) -> set[str]:
        return {*all_lines(action.the_order), SHIPPING}

    def effect(self, action: Action) -> str:
        until = f" until {action.wish['expires_on']}" if action.wish.get("expires_on") else ""
        return (
            f"The customer of {action.the_order.number} gets {self.money(action)} to spend in the shop{until}. "
            "Nothing goes back the way it was paid."
        )

    def command(self, action: Action) -> GiveStoreCredit:
        return GiveStoreCredit(
            amount=self.money(action),
            order_id=action.the_order.external_id,
            expires_at=ends_at(action.wish),
            note=action.wish.get("note", ""),
        )

    def news(self, action: Action) -> str:
        until = f" It is good until {action.wish['expires_on']}." if action.wish.get("expires_on") else ""
        return f"We have given you {self.money(action)} of store credit for your order {action.the_order.number}.{until}"

    def steps(self, action: Action) -> list[str]:
        return [
            f"Open the customer of {action.the_order.number} on the seller's page.",
            f"Give {self.money(action)} of store credit or a gift card of that amount.",
            "Save what the page shows afterwards as proof.",
        ]


def ends_at(wish: Wish) -> datetime | None:
    """The last second of a wish's `expires_on`."""
    if not wish.get("expires_on"):
        return None
    return datetime.combine(date.fromisoformat(wish["expires_on"]), time(23, 59, 59), UTC)
