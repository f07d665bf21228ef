"""One case and what must hold of it, as scenarios/*.yaml say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from agents.understanding.intents import IntentKind

_FOLDER = Path(__file__).parent / "scenarios"
Plain = Mapping[str, Any]


class Condition(StrEnum):
    """The file of its scenarios is named after it."""

    INFORMATIONAL = "informational"
    TRANSACTIONAL = "transactional"
    POLICY_EDGE = "policy_edge"
    AMBIGUOUS = "ambiguous"
    EMOTION = "emotion"
    ADVERSARIAL = "adversarial"
    CONTINUITY = "continuity"

    @property
    def label(self) -> str:
        return self.replace("_", " ").capitalize()


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """Orders, products and earlier words are read by staging.py, `holds` by judging.py, `deeds` by doing.py. In all
    words {0}, {1} … stand for the numbers of the orders, in their order."""

    condition: Condition
    name: str
    wish: IntentKind  # what it belongs to: it stands between this wish and automatic answers
    writes: str
    holds: Plain = field(default_factory=dict)
    house: str = "northpine"
    channel: str = "email"
    subject: str = ""
    orders: Sequence[Plain] = ()  # the first is the writer's newest; those with `of` are somebody else's
    products: Sequence[Plain] = ()
    earlier: Sequence[Plain] = ()  # oldest first
    deeds: Sequence[Plain] = ()

    @property
    def key(self) -> str:
        return f"{self.condition}: {self.name}"

    @classmethod
    def read(cls, condition: Condition, said: Plain) -> Scenario:
        """Raises TypeError for a word there is not."""
        return cls(condition=condition, **{**said, "wish": IntentKind(said["wish"])})


@cache
def scenarios() -> tuple[Scenario, ...]:
    return tuple(each for condition in Condition for each in _of(condition))


def _of(condition: Condition) -> Iterable[Scenario]:
    path = _FOLDER / f"{condition}.yaml"
    for said in yaml.safe_load(path.read_text()) if path.exists() else ():
        yield Scenario.read(condition, said)


def sample(per_condition: int, of: Iterable[Scenario] | None = None) -> list[Scenario]:
    """Evenly over each condition's list."""
    chosen: list[Scenario] = []
    for condition in Condition:
        every = [each for each in of or scenarios() if each.condition is condition]
        step = max(1, len(every) // per_condition)
        chosen += every[::step][:per_condition]
    return chosen
