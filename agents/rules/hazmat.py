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
class Hazmat(Rule):
    name: ClassVar[str] = "hazmat"
    label: ClassVar[str] = "Dangerous goods"
    about: ClassVar[str] = "Batteries, aerosols, perfume: what must not simply be put in the post."
    is_public: ClassVar[bool] = True

    needs_admin: bool = fields.yes(
        "An admin may allow it", False, "Where a carrier takes them under its own terms. Else it is refused."
    )

    def says(self) -> str:
        return (
            f"{'only with an admin’s yes' if self.needs_admin else 'never'}, since these are dangerous goods"
        )

    def check(self) -> None:
        if not self.products:
            raise ValueError("Name the goods that are dangerous to send.")

    def judge(self, case: Case, lines: Sequence[OrderLine]) -> Reason | None:
        if not lines:
            return None
        detail = f"Dangerous goods here: {fields.joined((line.title for line in lines), 'and')}."
        return self.asks(detail, "admin") if self.needs_admin else self.forbids(detail)
