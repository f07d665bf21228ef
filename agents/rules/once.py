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
class Once(Rule):
    name: ClassVar[str] = "once"
    label: ClassVar[str] = "How often"
    about: ClassVar[str] = (
        "At most so many times per order; several actions named together are counted together."
    )
    is_public: ClassVar[bool] = True

    times: int = fields.number("Times per order", 1, least=1, most=20)

    def says(self) -> str:
        return "at most once per order" if self.times == 1 else f"at most {self.times} times per order"

    def judge(self, case: Case, lines: Sequence[OrderLine]) -> Reason | None:
        if case.order is None:
            return None
        done = [each for each in case.others if not self.actions or each.kind in self.actions]
        detail = f"There {'is' if len(done) == 1 else 'are'} {len(done)} already." if done else ""
        return self.forbids(detail) if len(done) >= self.times else self.agrees()
