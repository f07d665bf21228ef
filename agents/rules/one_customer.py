from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from agents.rules.rule import Rule
from agents.verdict import Reason

if TYPE_CHECKING:
    from agents.rules.case import Case
    from inbox.models import OrderLine


@dataclass(frozen=True, kw_only=True)
class OneCustomer(Rule):
    name: ClassVar[str] = "one_customer"
    label: ClassVar[str] = "One customer per conversation"
    about: ClassVar[str] = "Whoever writes gets changes to one customer’s orders, and to nobody else’s."

    def says(self) -> str:
        return "only for one customer per conversation"

    def judge(self, case: Case, lines: Sequence[OrderLine]) -> Reason | None:
        from agents.models import ActionState

        action = case.action
        if action.conversation is None or action.customer_id is None:
            return None
        before = type(action).objects.filter(conversation=action.conversation, proposed_at__lte=case.at)
        others = before.exclude(pk=action.pk).exclude(customer=action.customer_id).exclude(customer=None)
        if others.exclude(state=ActionState.FORBIDDEN).exists():
            return self.forbids("In this conversation something was asked for another customer already.")
        return self.agrees()
