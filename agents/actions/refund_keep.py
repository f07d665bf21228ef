from __future__ import annotations

from typing import TYPE_CHECKING

from agents.actions.kind import Facts, NotPossible, Wish
from agents.actions.ordered import all_lines, chosen, in_words, refundable
from agents.actions.refund import Refund
from connectors.commands import Reason
from connectors.events import FulfillmentStatus

if TYPE_CHECKING:
    from agents.models import Action


class RefundKeep(Refund):
    """Money back without goods back: cheaper than a return for both sides."""

    name = "refund_keep"
    label = "Refund without return"
    icon = "gift"

    def suggest(self, action: Action) -> Wish:
        lines = all_lines(action.the_order)
        return {
            "amount": str(refundable(action)),
            "reason": Reason.DAMAGED.value,
            "lines": lines if len(lines) == 1 else {},
        }

    def check(self, action: Action) -> None:
        super().check(action)
        order = action.the_order
        if order.fulfillment_status == FulfillmentStatus.UNFULFILLED:
            raise NotPossible(
                f"{order.number} has not left yet, so there is nothing to keep. Cancel it instead."
            )

    def facts(self, action: Action) -> Facts:
        backs = sorted(f"{back.name} {back.status}" for back in action.the_order.returns.all())
        return {**super().facts(action), "Returns": ", ".join(backs) or "none"}

    def effect(self, action: Action) -> str:
        return f"{super().effect(action)} The customer keeps {_goods(action)}; nothing has to come back."

    def news(self, action: Action) -> str:
        return f"{super().news(action)} You can keep {_goods(action)}: nothing has to come back."

    def steps(self, action: Action) -> list[str]:
        money = self.money(action)
        return [
            f"Open {action.the_order.number} on the seller's page.",
            f"Refund {money} without asking for a return.",
            "Save what the page shows afterwards as proof.",
        ]


def _goods(action: Action) -> str:
    return in_words(chosen(action)) or "the goods"
