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
class Only(Rule):
    """Denies by default: its actions are what it lets through, so it speaks about all others."""

    name: ClassVar[str] = "only"
    label: ClassVar[str] = "Nothing else"
    about: ClassVar[str] = (
        "Only the ticked actions are possible at all; whatever else is asked for, a person takes over."
    )

    def says(self) -> str:
        return "and nothing else: anything more is handed over to a person"

    def check(self) -> None:
        if not self.actions:
            raise ValueError("Tick what is possible.")

    def covers(self, case: Case) -> bool:
        channel = case.action.channel
        return not self.channels or channel.kind in self.channels or str(channel.pk) in self.channels

    def judge(self, case: Case, lines: Sequence[OrderLine]) -> Reason | None:
        return None if case.action.kind in self.actions else self.forbids()
