from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from agents.rules import fields
from agents.rules.case import Stage
from agents.rules.rule import Rule
from agents.verdict import Reason

if TYPE_CHECKING:
    from agents.rules.case import Case
    from inbox.models import OrderLine

WORDS = {
    Stage.PENDING: "is pending",
    Stage.SENT: "is on its way",
    Stage.DELIVERED: "was delivered",
    Stage.CANCELLED: "was cancelled",
}


@dataclass(frozen=True, kw_only=True)
class OrderStage(Rule):
    name: ClassVar[str] = "stage"
    label: ClassVar[str] = "How far the order is"
    about: ClassVar[str] = "Only while it is pending, or only after delivery."
    is_public: ClassVar[bool] = True

    stages: tuple[str, ...] = fields.many(
        "Only while the order",
        lambda: [(stage.value, words) for stage, words in WORDS.items()],
        default=(Stage.PENDING.value,),
        need=True,
    )

    def says(self) -> str:
        return f"only while the order {fields.joined(WORDS[Stage(each)] for each in self.stages)}"

    def judge(self, case: Case, lines: Sequence[OrderLine]) -> Reason | None:
        if case.order is None:
            return None
        detail = f"It {WORDS[case.stage]}."
        return self.agrees(detail) if case.stage in self.stages else self.forbids(detail)
