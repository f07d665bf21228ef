from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from agents.facts.theirs import Theirs
from agents.rules import fields
from agents.rules.rule import Rule
from agents.verdict import Reason

if TYPE_CHECKING:
    from agents.rules.case import Case
    from inbox.models import Conversation, Order, OrderLine

WAYS = [
    ("address", "writing from the contact on the order"),
    ("code", "a code sent to the order’s contact"),
    ("name_and_postcode", "the name and postcode on the order"),
]


@dataclass(frozen=True, kw_only=True)
class Identified(Rule):
    """A member who acts without a conversation answers for it; in one, whoever writes has to be the buyer."""

    name: ClassVar[str] = "identified"
    label: ClassVar[str] = "Who is asking"
    about: ClassVar[str] = "Before anything of an order changes, it is known that its buyer asks."

    ways: tuple[str, ...] = fields.many("Known by", lambda: WAYS, default=("address", "code"), need=True)

    def says(self) -> str:
        return f"only for its buyer, known by {fields.joined(dict(WAYS)[each] for each in self.ways)}"

    def judge(self, case: Case, lines: Sequence[OrderLine]) -> Reason | None:
        conversation, order = case.action.conversation, case.order
        if conversation is None or order is None:
            return None
        from agents.models import IdentityCheck

        if "address" in self.ways and self._writes_as_buyer(case, conversation, order):
            return self.agrees("They write from the order’s contact.")
        if "code" in self.ways and order.pk in IdentityCheck.proven(conversation):
            return self.agrees("They gave the code that was sent to the order’s contact.")
        if "name_and_postcode" in self.ways and self._named(case, order):
            return self.agrees("They gave the name and the postcode on the order.")
        return self.forbids("Who writes has not shown to be the buyer.")

    def _writes_as_buyer(self, case: Case, conversation: Conversation, order: Order) -> bool:
        """By the very name on the order; by another one that was joined to it only where it is known who writes."""
        if conversation.customer_id != order.customer_id:
            return False
        is_its_name = conversation.came_as_id == order.came_as_id
        if case.asked is None:
            return is_its_name
        theirs = Theirs.of(conversation, case.asked)
        return theirs.is_proven or (is_its_name and theirs.other is None)

    def _named(self, case: Case, order: Order) -> bool:
        """In the shopper's own words, both of them, each as a whole word."""
        address = order.shipping_address
        said = " ".join(each.text for each in case.heard if not each.is_out)
        wanted = [str(address.get("name") or ""), str(address.get("postal_code") or "")]
        return all(part and re.search(rf"\b{re.escape(part)}\b", said, re.IGNORECASE) for part in wanted)
