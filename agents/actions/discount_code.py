from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django import forms

from agents.actions.kind import NotPossible, Wish, amount_of
from agents.actions.ordered import AboutOrder
from agents.actions.store_credit import ends_at
from agents.actions.wishing import WishForm
from connectors.commands import MakeDiscount
from connectors.contract import Money

if TYPE_CHECKING:
    from agents.models import Action

_CODE = re.compile(r"[A-Z0-9-]{4,24}")
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that looks like another
_LASTS = timedelta(days=90)


class DiscountForm(WishForm):
    code = forms.CharField(max_length=24, help_text="4 to 24 letters, digits or dashes. It works once.")
    percent = forms.DecimalField(
        required=False, min_value=Decimal("1"), max_value=Decimal("100"), max_digits=5, decimal_places=2
    )
    amount = forms.DecimalField(
        required=False,
        min_value=Decimal("0.01"),
        max_digits=12,
        decimal_places=2,
        help_text="Instead of a percentage.",
    )
    expires_on = forms.DateField(required=False)
    note = forms.CharField(required=False, max_length=100, help_text="Its title on the platform.")


class DiscountCode(AboutOrder):
    """Something off the next order. It is worth money, so it is decided like money."""

    name = "discount_code"
    label = "Discount code"
    icon = "ticket-percent"
    command_type = MakeDiscount
    moves_money = True
    form_class = DiscountForm

    def suggest(self, action: Action) -> Wish:
        code = "SORRY-" + "".join(secrets.choice(_LETTERS) for _ in range(6))
        return {"code": code, "percent": "10", "expires_on": (datetime.now(UTC) + _LASTS).date().isoformat()}

    def check(self, action: Action) -> None:
        super().check(action)
        wish = action.wish
        if not _CODE.fullmatch(str(wish.get("code", "")).upper()):
            raise NotPossible("The code needs 4 to 24 letters, digits or dashes.")
        if bool(wish.get("percent")) == bool(wish.get("amount")):
            raise NotPossible("Give either a percentage or an amount.")
        if wish.get("percent") and not 0 < amount_of(wish, "percent") <= 100:
            raise NotPossible("The percentage must be above 0 and at most 100.")
        if wish.get("amount"):
            amount_of(wish)
        if (ends := ends_at(wish)) and ends <= datetime.now(UTC):
            raise NotPossible("The code would have expired already.")

    def effect(self, action: Action) -> str:
        return (
            f"The customer of {action.the_order.number} gets the code {_code(action)}: {_worth(action)} "
            f"off one order{_until(action)}."
        )

    def command(self, action: Action) -> MakeDiscount:
        wish = action.wish
        return MakeDiscount(
            code=_code(action),
            percent=amount_of(wish, "percent") if wish.get("percent") else None,
            amount=Money(amount_of(wish), action.the_order.currency) if wish.get("amount") else None,
            order_id=action.the_order.external_id,
            expires_at=ends_at(wish),
            title=wish.get("note", "") or f"For order {action.the_order.number}",
        )

    def news(self, action: Action) -> str:
        return (
            f"Here is {_worth(action)} off your next order: {_code(action)}. It works once{_until(action)}."
        )

    def steps(self, action: Action) -> list[str]:
        return [
            f"On the seller's page, make the code {_code(action)} for one use{_until(action)}.",
            f"It gives {_worth(action)} off.",
            "Save what the page shows afterwards as proof.",
        ]


def _code(action: Action) -> str:
    return str(action.wish["code"]).upper()


def _worth(action: Action) -> str:
    wish = action.wish
    if wish.get("percent"):
        return f"{amount_of(wish, 'percent').normalize():f} %"
    return str(Money(amount_of(wish), action.the_order.currency))


def _until(action: Action) -> str:
    return f", until {action.wish['expires_on']}" if action.wish.get("expires_on") else ""
