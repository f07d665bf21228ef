"""What a measure gives: a section of the page, in Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True)
class Section:
    """`body` is Markdown without a date, so that measuring twice changes nothing. `figures` are for tests."""

    title: str
    body: str
    figures: dict[str, float] = field(default_factory=dict)

    def as_markdown(self) -> str:
        return f"## {self.title}\n\n{self.body.strip()}\n"

    def as_page(self) -> str:
        return f"# {self.title}\n\n{self.body.strip()}\n"


def skipped(title: str, because: str) -> Section:
    return Section(title, f"Skipped: {because}")


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """The first column is words, the others are figures."""
    lines = [_row(heads), _row(["---", *["---:"] * (len(heads) - 1)])]
    return "\n".join([*lines, *(_row([str(cell) for cell in row]) for row in rows)])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def share(part: int, whole: int) -> str:
    """ "99.2 %", rounded down, so that 100 % means all; a dash of nothing."""
    if not whole:
        return "–"
    thousandths = int(Fraction(part, whole) * 1000)
    return f"{thousandths // 10}.{thousandths % 10} %"
