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
class Risk(Rule):
    name: ClassVar[str] = "risk"
    label: ClassVar[str] = "Risk"
    about: ClassVar[str] = (
        "New customers, many refunds, high values, other addresses, disputes: 0 to 100 points."
    )

    supervisor_from: int = fields.number("From so many points a supervisor", 40, most=100)
    admin_from: int = fields.number("From so many points an admin", 70, most=100)

    def says(self) -> str:
        return (
            f"with a risk of {self.supervisor_from} or more only with a supervisor’s yes, "
            f"of {self.admin_from} or more an admin’s"
        )

    def check(self) -> None:
        if self.admin_from < self.supervisor_from:
            raise ValueError("An admin comes after a supervisor, so with more points.")

    def judge(self, case: Case, lines: Sequence[OrderLine]) -> Reason | None:
        points, why = case.risk
        if points < self.supervisor_from:
            return None
        role = "admin" if points >= self.admin_from else "supervisor"
        return self.asks(f"The risk is {points}. {' '.join(why)}", role, by_another=True)
