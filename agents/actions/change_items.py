from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from agents.actions import swapping
from agents.actions.kind import Facts, Files, NotPossible, Wish
from agents.actions.ordered import AboutOrder
from agents.actions.swapping import SwapForm
from agents.actions.wishing import WishForm
from connectors.commands import ChangeItems
from connectors.contract import Money
from connectors.events import FulfillmentStatus

if TYPE_CHECKING:
    from agents.models import Action


class ChangeTheItems(AboutOrder):
    """Another variant of the same product, in an order that has not left."""

    name = "change_items"
    label = "Change items"
    icon = "replace"
    command_type = ChangeItems

    def form(
        self, action: Action, data: Mapping[str, Any] | None = None, files: Files | None = None
    ) -> WishForm:
        return SwapForm(action.the_order, data, files, initial=action.wish or self.suggest(action))

    def suggest(self, action: Action) -> Wish:
        return {"swaps": []}

    def check(self, action: Action) -> None:
        super().check(action)
        order = action.the_order
        if order.cancelled_at:
            raise NotPossible(f"{order.number} is cancelled.")
        if order.fulfillment_status != FulfillmentStatus.UNFULFILLED or order.shipments.exists():
            raise NotPossible(
                f"{order.number} has left already: its items can't be changed any more, only exchanged."
            )
        swapping.chosen_swaps(action)

    def money(self, action: Action) -> Money | None:
        return swapping.goes_back(action)

    def holds(self, action: Action) -> set[str]:
        """What is changed is not cancelled or refunded as well."""
        return {each["line"] for each in action.wish.get("swaps") or []}

    def reads(self, action: Action) -> list[tuple[str, str]]:
        return swapping.products(action)

    def facts(self, action: Action) -> Facts:
        return {**super().facts(action), **swapping.facts(action)}

    def effect(self, action: Action) -> str:
        return (
            f"{swapping.in_words(action)}, in {action.the_order.number} before it leaves. "
            f"{swapping.due_in_words(action)}"
        )

    def command(self, action: Action) -> ChangeItems:
        return ChangeItems(
            order_id=action.the_order.external_id,
            swaps=swapping.swaps(action),
            due=swapping.due(action),
            note=action.wish.get("note", ""),
        )

    def news(self, action: Action) -> str:
        owed = swapping.due(action)
        price = f" You then owe {owed}." if owed.amount > 0 else ""
        return f"We have changed your order {action.the_order.number}: {swapping.in_words(action)}.{price}"

    def steps(self, action: Action) -> list[str]:
        return [
            f"Open {action.the_order.number} on the seller's page, make sure that it has not left, and edit it.",
            f"Change {swapping.in_words(action)}. {swapping.due_in_words(action)}",
            "Save what the page shows afterwards as proof.",
        ]
