"""A language model answers letters of the pretend world: which of its drafts can be proven, and what is stopped.

Any server that speaks OpenAI's API, as for drafts (docs/operations.md). Its figures are its own and differ from run
to run, so they have a page of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from agents.checking import manners
from agents.checking.proving import Proven, prove
from agents.checking.verify import Claim, verify
from agents.facts.evidence import Sentence
from agents.quality import pretend
from agents.quality.page import Section, share, table
from agents.quality.pretend import Letter
from agents.writing import model
from connectors.errors import ConnectorError

WHOLE, MENDED, INSTEAD, BLOCKED, FAILED = (
    "proven as it was written",
    "proven after leaving sentences out",
    "not proven: composed instead",
    "not proven: blocked",
    "no draft: composed",
)
_WAYS = (WHOLE, MENDED, INSTEAD, BLOCKED, FAILED)
_MOST_SHOWN = 30  # stopped sentences
_SPREAD = 3  # so many letters are looked at for each that is taken


@dataclass(frozen=True)
class Outcome:
    letter: Letter
    way: str
    wrote: Sequence[Sentence] = ()
    proven: Proven | None = None
    problem: str = ""  # why there is no draft

    @property
    def stopped(self) -> list[tuple[str, str]]:
        """(sentence, reason)"""
        if self.proven is None:
            return []
        blocked = [(each.text, each.reason) for each in self.proven.doubts]
        return [(each["text"], each["reason"]) for each in self.proven.left_out] + blocked


@dataclass
class Score:
    outcomes: list[Outcome] = field(default_factory=list)

    def count(self, way: str) -> int:
        return sum(each.way == way for each in self.outcomes)

    @property
    def sentences(self) -> int:
        return sum(len(each.wrote) for each in self.outcomes)

    @property
    def stopped(self) -> int:
        return sum(len(each.stopped) for each in self.outcomes)


def sample(most: int) -> list[Letter]:
    """As many as wanted, of all situations; those with few facts, since a small model reads slowly. What a person must
    answer is no task for a model."""
    letters = [each for each in pretend.letters() if not each.answer.needs_person]
    spread = letters[:: max(1, len(letters) // (most * _SPREAD))]
    return sorted(spread, key=lambda each: len(each.facts.evidence))[:most]


def run(letters: Iterable[Letter]) -> Iterator[Outcome]:
    for letter in letters:
        conversation = letter.message.conversation
        try:
            wrote = model.write(letter.message, conversation, letter.seen, letter.facts, []).answer
        except ConnectorError as error:
            yield Outcome(letter, FAILED, problem=error.message)
            continue
        proven = prove(wrote, partial(_hold, letter), letter.answer)
        yield Outcome(letter, _way(proven), wrote.sentences, proven)


def _hold(letter: Letter, sentences: Sequence[Sentence]) -> list[Claim]:
    claims = verify(sentences, letter.facts.evidence, now=letter.now, zone=letter.zone, limits=letter.limits)
    return claims + manners.breaches(sentences, letter.message.conversation.organization)


def _way(proven: Proven) -> str:
    if proven.is_instead:
        return INSTEAD
    if proven.doubts:
        return BLOCKED
    return MENDED if proven.left_out else WHOLE


def measure(most: int) -> Section:
    score = Score(list(run(sample(most))))
    total = len(score.outcomes)
    ways = table(
        ("what became of it", "drafts", "share"),
        [(way, score.count(way), share(score.count(way), total)) for way in _WAYS],
    )
    return Section(
        "With a language model",
        "Made by `manage.py quality --model`; do not edit it by hand. `tests/bench/small_model.py` serves a model.\n\n"
        f"{total} letters of the pretend world, answered by {_name(score)} from the same facts as `compose` gets. "
        f"{score.stopped} of the {score.sentences} sentences it wrote had no record behind them and were stopped; the "
        f"others are courtesy, or went with them.\n\n{ways}\n\n{_shown(score)}",
        {"whole": score.count(WHOLE) / total, "failed": score.count(FAILED) / total},
    )


def _name(score: Score) -> str:
    from config.model import model_config

    return f"`{model_config().draft_model}`"


def _shown(score: Score) -> str:
    stopped = [f"- {_line(text)} ({_line(why)})" for each in score.outcomes for text, why in each.stopped]
    passed = [
        f"- {_line(each.letter.name)}\n  > {_line(' '.join(one.text for one in each.proven.answer.sentences))}"
        for each in score.outcomes
        if each.proven and each.way in (WHOLE, MENDED)
    ]
    failed = Counter(each.problem for each in score.outcomes if each.problem)
    parts = [
        ("Stopped", stopped[:_MOST_SHOWN]),
        ("Proven, in full", passed),
        ("No draft", [f"- {count} × {why}" for why, count in failed.most_common()]),
    ]
    return "\n\n".join("\n".join([f"### {title}", "", *lines]) for title, lines in parts if lines)


def _line(text: str) -> str:
    return " ".join(text.split())
