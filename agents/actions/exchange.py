from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms

from agents.actions import returned, swapping
from agents.actions.kind import Facts, Files, Wish
from agents.actions.ordered import AboutOrder
from agents.actions.reasons import CONDITIONS, OF_RETURNS
from agents.actions.swapping import SwapForm
from agents.actions.wishing import LabelField, WishForm
from connectors.commands import ExchangeLines, Reason
from connectors.contract import Money

if TYPE_CHECKING:
    from agents.models import Action


class ExchangeForm(SwapForm):
    reason = forms.ChoiceField(choices=OF_RETURNS)
    condition = forms.ChoiceField(
        required=False, label="What the goods are like", choices=[("", "Not said"), *CONDITIONS]
    )
    label = LabelField(label="Return label")
    tracking_number = forms.CharField(required=False, max_length=60, help_text="Of that label.")


class Exchange(AboutOrder):
    """What was delivered comes back, and another variant of the same product goes out for it."""

    name = "exchange"
    label = "Exchange"
    icon = "arrow-left-right"
    command_type = ExchangeLines

    def form(
        self, action: Action, data: Mapping[str, Any] | None = None, files: Files | None = None
    ) -> WishForm:
        return ExchangeForm(action.the_order, data, files, initial=action.wish or self.suggest(action))

    def suggest(self, action: Action) -> Wish:
        return {"reason": Reason.CHANGED_MIND.value, "swaps": []}

    def check(self, action: Action) -> None:
        super().check(action)
        returned.check_sent(action)
        returned.check_left(action, sum(each.quantity for each in swapping.chosen_swaps(action)))

    def money(self, action: Action) -> Money | None:
        return swapping.goes_back(action)

    def holds(self, action: Action) -> set[str]:
        """What is exchanged is not refunded as well."""
        return {each["line"] for each in action.wish.get("swaps") or []}

    def reads(self, action: Action) -> list[tuple[str, str]]:
        return swapping.products(action)

    def facts(self, action: Action) -> Facts:
        backs = {"Returns": returned.in_words(action.the_order)}
        return {**super().facts(action), **backs, **swapping.facts(action)}

    def effect(self, action: Action) -> str:
        label = "with our label" if action.wish.get("label") else "without a label: they send it as they like"
        return (
            f"{swapping.in_words(action)}, of {action.the_order.number}. What they have comes back, {label}. "
            f"{swapping.due_in_words(action)}{returned.condition(action)}"
        )

    def command(self, action: Action) -> ExchangeLines:
        wish = action.wish
        return ExchangeLines(
            order_id=action.the_order.external_id,
            swaps=swapping.swaps(action),
            reason=Reason(wish.get("reason", Reason.OTHER)),
            due=swapping.due(action),
            note=wish.get("note", ""),
            label=returned.label(action),
            tracking_number=wish.get("tracking_number", ""),
        )

    def news(self, action: Action) -> str:
        owed = swapping.due(action)
        price = f" You then owe {owed}." if owed.amount > 0 else ""
        label = " You get a label for it." if action.wish.get("label") else ""
        return (
            f"Your exchange for order {action.the_order.number} is set up: {swapping.in_words(action)}. "
            f"Please send back what you have.{label}{price}"
        )

    def news_key(self, action: Action) -> str:
        return returned.key(action.channel_id, action.external_id, "approved")

    def steps(self, action: Action) -> list[str]:
        return [
            f"Open {action.the_order.number} on the seller's page and start a return with an exchange.",
            f"Choose {swapping.in_words(action)}. {swapping.due_in_words(action)}",
            "Save what the page shows afterwards as proof.",
        ]
