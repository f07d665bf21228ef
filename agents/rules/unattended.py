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
class Unattended(Rule):
    name: ClassVar[str] = "unattended"
    label: ClassVar[str] = "Without approval"
    about: ClassVar[str] = "Changes that move no money and that nobody has to approve."

    def says(self) -> str:
        return "without approval, as far as no money moves"

    def check(self) -> None:
        if not self.actions:
            raise ValueError("Tick the actions that nobody has to approve.")

    def judge(self, case: Case, lines: Sequence[OrderLine]) -> Reason | None:
        return None if case.moves_money else self.agrees(grants=True)
