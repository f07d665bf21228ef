"""What the rules say about an action: one of three answers, with the sentences it rests on."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Ruling(StrEnum):
    ALLOWED = "allowed"  # nobody else needs to look
    APPROVAL = "approval"  # somebody who may has to say yes
    FORBIDDEN = "forbidden"


@dataclass(frozen=True)
class Reason:
    """One rule that spoke. `sentence` is the policy's own, as the approver and the trail see it."""

    rule: str
    sentence: str
    ruling: Ruling = Ruling.ALLOWED


@dataclass(frozen=True)
class Verdict:
    """`approver` is the least role whose yes counts (inbox.models.Role); `by_another`: not who asked for it.
    `risk` is 0 to 100, with what it is made of."""

    ruling: Ruling
    reasons: tuple[Reason, ...] = ()
    approver: str = "agent"
    by_another: bool = False
    risk: int = 0
    risks: tuple[str, ...] = ()
    version: int = 0  # of the policy

    @property
    def because(self) -> str:
        """The sentences that decided."""
        return " ".join(each.sentence for each in self.reasons if each.ruling == self.ruling)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Verdict:
        reasons = tuple(
            Reason(each["rule"], each["sentence"], Ruling(each["ruling"])) for each in kept["reasons"]
        )
        return cls(
            **{**kept, "ruling": Ruling(kept["ruling"]), "reasons": reasons, "risks": tuple(kept["risks"])}
        )
