from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from agents.actions.reasons import CONDITIONS
from agents.rules import fields
from agents.rules.rule import Rule
from agents.verdict import Reason

if TYPE_CHECKING:
    from agents.rules.case import Case
    from inbox.models import OrderLine


@dataclass(frozen=True, kw_only=True)
class Condition(Rule):
    """What the goods are like is asked of the shopper, and stands in the wish as `condition`."""

    name: ClassVar[str] = "condition"
    label: ClassVar[str] = "Condition of the goods"
    about: ClassVar[str] = "Unopened, unworn: what goods must be like to be taken back."
    is_public: ClassVar[bool] = True

    conditions: tuple[str, ...] = fields.many(
        "Only when the goods are", lambda: CONDITIONS, default=("unopened", "unused", "unworn"), need=True
    )
    but_for: tuple[str, ...] = fields.many("Not when the reason is", fields.reason_choices)

    def says(self) -> str:
        text = f"only when the goods are {fields.joined(dict(CONDITIONS)[each].lower() for each in self.conditions)}"
        if self.but_for:
            text += (
                f", unless it is {fields.joined(fields.reason_words(each).lower() for each in self.but_for)}"
            )
        return text

    def judge(self, case: Case, lines: Sequence[OrderLine]) -> Reason | None:
        if case.reason in self.but_for:
            return None
        said = str(case.wish.get("condition") or "")
        if not said:
            return self.asks("What they are like was not said: ask, or look at them when they are back.")
        detail = f"They are said to be {dict(CONDITIONS).get(said, said).lower()}."
        return self.agrees(detail) if said in self.conditions else self.forbids(detail)
