from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from agents.rules import fields
from agents.rules.rule import Rule
from agents.verdict import Reason

if TYPE_CHECKING:
    from agents.rules.case import Case
    from inbox.models import OrderLine


@dataclass(frozen=True, kw_only=True)
class Because(Rule):
    name: ClassVar[str] = "because"
    label: ClassVar[str] = "Allowed reasons"
    about: ClassVar[str] = "Only for some reasons: an order is cancelled when it is no longer needed."
    is_public: ClassVar[bool] = True

    reasons: tuple[str, ...] = fields.many("Only when the reason is", fields.reason_choices, need=True)

    def says(self) -> str:
        named = [f"“{fields.reason_words(each, self.actions)}”" for each in self.reasons]
        return f"only for {fields.joined(named)}"

    def judge(self, case: Case, lines: Sequence[OrderLine]) -> Reason | None:
        if case.reason in self.reasons:
            return self.agrees()
        said = (
            f"The reason is “{fields.reason_words(case.reason, [case.action.kind])}”." if case.reason else ""
        )
        return self.forbids(said or "No reason is named.")
