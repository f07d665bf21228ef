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
class FinalSale(Rule):
    name: ClassVar[str] = "final_sale"
    label: ClassVar[str] = "Final sale"
    about: ClassVar[str] = "Goods that nobody takes back: clearance, underwear, made to measure."
    is_public: ClassVar[bool] = True

    but_for: tuple[str, ...] = fields.many(
        "Still possible when the reason is",
        fields.reason_choices,
        "What arrives broken or wrong is made good.",
    )

    def says(self) -> str:
        text = "never, since these are final sale"
        if self.but_for:
            text += (
                f", unless it is {fields.joined(fields.reason_words(each).lower() for each in self.but_for)}"
            )
        return text

    def check(self) -> None:
        if not self.products:
            raise ValueError("Name the goods that are final sale.")

    def judge(self, case: Case, lines: Sequence[OrderLine]) -> Reason | None:
        if case.reason in self.but_for or not lines:
            return None
        return self.forbids(f"Final sale here: {fields.joined((line.title for line in lines), 'and')}.")
