"""The envelope as a table: how many of each condition's scenarios hold, and what does not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agents.envelope.running import Outcome
from agents.envelope.scenario import Condition
from agents.quality.page import Section, share, table

_EXCERPT = re.compile(r" \((?:ready|blocked|approved|needs a person|hands over): .*\)$")
_ABOUT = (
    "Made by `manage.py envelope --write`; do not edit it by hand. "
    "Every scenario is of ours (`agents/envelope/scenarios/`): orders, parcels, earlier words and rules are put on "
    "stage in an organization of its own, the whole pass is made, what is proposed is carried out at a platform that "
    "counts its effects, and all of it is undone. What must hold is judged by claims, evidence, proposals and effects."
)


@dataclass(frozen=True)
class Ran:
    """All scenarios, run one way: "without a model"."""

    way: str
    outcomes: Sequence[Outcome]

    def of(self, condition: Condition) -> list[Outcome]:
        return [each for each in self.outcomes if each.condition == condition]

    @property
    def failed(self) -> list[Outcome]:
        return [each for each in self.outcomes if not each.passed]


def section(runs: Sequence[Ran], *, excerpts: bool = False) -> Section:
    """`excerpts` of the answers hold days, so a page without them stays the same from day to day."""
    heads = (
        "condition",
        *(head for ran in runs for head in (f"{ran.way}: scenarios", "passed", "failed", "share")),
    )
    rows = [(each.label, *_cells(ran.of(each) for ran in runs)) for each in Condition]
    rows.append(("**all**", *_cells(ran.outcomes for ran in runs)))
    failing = "\n\n".join(f"### Failing {ran.way}\n\n{_list(ran, excerpts)}" for ran in runs)
    figures = {ran.way: 1 - len(ran.failed) / (len(ran.outcomes) or 1) for ran in runs}
    return Section("The Resolution Envelope", f"{_ABOUT}\n\n{table(heads, rows)}\n\n{failing}", figures)


def _cells(every: Iterable[Sequence[Outcome]]) -> list[object]:
    cells: list[object] = []
    for outcomes in every:
        passed = sum(each.passed for each in outcomes)
        cells += [len(outcomes), passed, len(outcomes) - passed, share(passed, len(outcomes))]
    return cells


def _list(ran: Ran, excerpts: bool) -> str:
    lines = [
        f"- {Condition(each.condition).label}, {each.name}: {' · '.join(_line(fault, excerpts) for fault in each.faults)}"
        for each in sorted(
            ran.failed, key=lambda each: (list(Condition).index(Condition(each.condition)), each.name)
        )
    ]
    return "\n".join(lines) or "None."


def _line(text: str, excerpts: bool) -> str:
    line = " ".join(text.split()).replace("|", "/")
    return line if excerpts else _EXCERPT.sub("", line)
