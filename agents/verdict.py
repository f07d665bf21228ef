"""What the rules say about an action: one of three answers, with the sentences it rests on."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

ROLES = ("agent", "supervisor", "admin")  # inbox.models.Role: each may what those before it may
SHOPPER_YES = "shopper_yes"  # the rule that waits for the shopper


class Ruling(StrEnum):
    ALLOWED = "allowed"  # nobody else needs to look
    APPROVAL = "approval"  # somebody who may has to say yes
    FORBIDDEN = "forbidden"


@dataclass(frozen=True)
class Reason:
    """One rule that spoke. `sentence` is the policy's own, as the approver and the trail see it, with `detail`: what
    of this case it is about. `grants`: this rule alone lets it through without a person, where no other objects."""

    rule: str
    sentence: str
    ruling: Ruling = Ruling.ALLOWED
    detail: str = ""
    approver: str = ""
    by_another: bool = False
    grants: bool = False

    @property
    def words(self) -> str:
        return f"{self.sentence} {self.detail}".strip()


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
        return " ".join(each.words for each in self.reasons if each.ruling == self.ruling)

    @property
    def waits_for_shopper(self) -> bool:
        return any(each.rule == SHOPPER_YES and each.ruling == Ruling.APPROVAL for each in self.reasons)

    def counts(self, role: str) -> bool:
        """Does the yes of somebody in this role count?"""
        return ROLES.index(role) >= ROLES.index(self.approver)

    def is_stricter_than(self, other: Verdict) -> bool:
        """True where what `other` asked for is no longer enough."""
        needs_a_yes = self.ruling == Ruling.APPROVAL and other.ruling == Ruling.ALLOWED
        return needs_a_yes or ROLES.index(self.approver) > ROLES.index(other.approver)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Verdict:
        if not kept:  # erased with its customer
            return cls(Ruling.APPROVAL)
        reasons = tuple(Reason(**{**each, "ruling": Ruling(each["ruling"])}) for each in kept["reasons"])
        return cls(
            **{**kept, "ruling": Ruling(kept["ruling"]), "reasons": reasons, "risks": tuple(kept["risks"])}
        )
