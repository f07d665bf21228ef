"""Mutation: one fact of a true draft changed, or one sentence added; the share that is noticed, kind by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from random import Random

from agents.checking.verify import verify
from agents.facts.evidence import Sentence
from agents.quality import additions, pretend, wordings
from agents.quality.changes import CHANGES, Around
from agents.quality.page import Section, share, table
from agents.quality.pretend import Letter

COMPOSED, FREE, EDITED = "composed", "free wording", "edited by a person"
PER_KIND = 60  # false drafts of one kind and one way of writing
_MOST_MISSED = 40  # kept as examples


@dataclass(frozen=True)
class Draft:
    """A true draft: its letter, and what it says."""

    letter: Letter
    sentences: tuple[Sentence, ...]
    written: str  # COMPOSED, FREE or EDITED


@dataclass(frozen=True)
class Lie:
    """A true draft of which sentence `index` says `text` instead (or after it, where `is_added`)."""

    kind: str
    draft: Draft
    index: int
    text: str
    is_added: bool = False

    @property
    def sentences(self) -> list[Sentence]:
        told = replace(self.draft.sentences[self.index], text=self.text)
        before, after = self.draft.sentences[: self.index], self.draft.sentences[self.index + 1 :]
        kept = [self.draft.sentences[self.index]] if self.is_added else []
        return [*before, *kept, told, *after]

    @property
    def place(self) -> int:
        return self.index + self.is_added


@dataclass
class Score:
    tried: Counter[tuple[str, str]] = field(default_factory=Counter)  # (kind, way of writing)
    caught: Counter[tuple[str, str]] = field(default_factory=Counter)
    true: Counter[str] = field(default_factory=Counter)
    blocked: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[str, str, str]] = field(default_factory=list)  # kind, way, sentence
    alarms: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # way, sentence, reason

    @property
    def kinds(self) -> list[str]:
        return list(dict.fromkeys(kind for kind, _ in self.tried))


@cache
def true_drafts() -> tuple[Draft, ...]:
    made = []
    for letter in pretend.letters():
        if letter.answer.needs_person:
            continue
        sentences = tuple(letter.answer.sentences)
        made.append(Draft(letter, sentences, COMPOSED))
        made.append(Draft(letter, _everything_cited(letter, sentences), EDITED))
        if free := wordings.freely(letter.facts, letter.limits.links_allowed):
            made.append(Draft(letter, tuple(free), FREE))
    return tuple(made)


def _everything_cited(letter: Letter, sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """As an edited text is held against the records: nobody says which record a sentence stands on."""
    numbers = tuple(item.number for item in letter.facts.evidence)
    return tuple(replace(each, evidence=numbers) for each in sentences)


def doubts(draft: Draft, sentences: Sequence[Sentence]) -> list[tuple[int, str, str]]:
    """(sentence, words, reason) of all that has no support."""
    letter = draft.letter
    claims = verify(sentences, letter.facts.evidence, now=letter.now, zone=letter.zone, limits=letter.limits)
    return [(each.sentence, each.text, each.reason) for each in claims if not each.is_supported]


def score(per_kind: int = PER_KIND, most_true: int | None = None, seed: int = 1) -> Score:
    result, rng = Score(), Random(seed)
    drafts = list(true_drafts())
    for draft in rng.sample(drafts, min(most_true or len(drafts), len(drafts))):
        found = doubts(draft, draft.sentences)
        result.true[draft.written] += 1
        result.blocked[draft.written] += bool(found)
        for index, _, reason in found:
            result.alarms[draft.written, draft.sentences[index].text, reason] += 1
    for lie in lies(drafts, per_kind, rng):
        key = (lie.kind, lie.draft.written)
        result.tried[key] += 1
        if any(index == lie.place for index, _, _ in doubts(lie.draft, lie.sentences)):
            result.caught[key] += 1
        elif len(result.missed) < _MOST_MISSED * len(CHANGES):
            result.missed.append((*key, lie.text))
    return result


def lies(drafts: Sequence[Draft], per_kind: int, rng: Random) -> Iterator[Lie]:
    """Up to `per_kind` of each kind and way of writing, over as many drafts as there are."""
    ways = (COMPOSED, FREE, EDITED)
    for kind in [*CHANGES, *additions.ADDED]:
        for way in ways:
            shuffled = [draft for draft in drafts if draft.written == way]
            rng.shuffle(shuffled)
            made = (lie for draft in shuffled if (lie := _lie(kind, draft, drafts, rng)))
            yield from _distinct(made, per_kind)


def _distinct(made: Iterator[Lie], most: int) -> Iterator[Lie]:
    seen: set[str] = set()
    for lie in made:
        if lie.text not in seen:
            seen.add(lie.text)
            yield lie
        if len(seen) >= most:
            return


def _lie(kind: str, draft: Draft, drafts: Sequence[Draft], rng: Random) -> Lie | None:
    places = [n for n, sentence in enumerate(draft.sentences) if draft.written == FREE or _is_body(draft, n)]
    rng.shuffle(places)
    if kind in additions.ADDED:
        return _addition(kind, draft, places, rng)
    stranger = rng.choice(drafts).letter
    while stranger.facts.focus is None or stranger.facts.focus.number == _number(draft):
        stranger = rng.choice(drafts).letter
    for place in places:
        sentence = draft.sentences[place]
        around = Around(draft.letter.facts, _meant(draft, place), stranger.facts)
        changed = CHANGES[kind](sentence.text, around, rng)
        if changed and changed != sentence.text:
            return Lie(kind, draft, place, changed)
    return None


def _addition(kind: str, draft: Draft, places: list[int], rng: Random) -> Lie | None:
    if kind == "added refund or replacement" and any(o.refunds for o in draft.letter.facts.orders):
        return None  # "I have refunded you" would be true
    for place in places[:1]:
        sentence = draft.sentences[place]
        if rng.random() < 0.3 and (longer := additions.with_tail(kind, sentence.text, rng)):
            return Lie(kind, draft, place, longer)
        return Lie(kind, draft, place, additions.added(kind, rng), is_added=True)
    return None


def _is_body(draft: Draft, place: int) -> bool:
    """What the composed answer cites something for."""
    return bool(draft.letter.answer.sentences[place].evidence)


def _meant(draft: Draft, place: int) -> tuple:
    numbers = draft.sentences[place].evidence if draft.written == FREE else draft.letter.answer.sentences[place].evidence  # fmt: skip
    return tuple(item for item in draft.letter.facts.evidence if item.number in set(numbers))


def _number(draft: Draft) -> str:
    return draft.letter.facts.focus.number if draft.letter.facts.focus else ""


def measure() -> Section:
    result = score()
    ways = (COMPOSED, FREE, EDITED)
    rows = [
        (kind, *(_of(result.caught[kind, way], result.tried[kind, way]) for way in ways))
        for kind in result.kinds
    ]
    tried = {way: sum(n for (_, w), n in result.tried.items() if w == way) for way in ways}
    caught = {way: sum(n for (_, w), n in result.caught.items() if w == way) for way in ways}
    rows.append(("**all**", *(_of(caught[way], tried[way]) for way in ways)))
    alarms = [(way, result.true[way], result.blocked[way], share(result.blocked[way], result.true[way])) for way in ways]  # fmt: skip
    body = (
        f"{_ABOUT}\n\n{table(('what was changed', *(f'{way}: caught' for way in ways)), rows)}\n\n"
        f"True drafts, untouched:\n\n{table(('written', 'drafts', 'blocked', 'share'), alarms)}"
    )
    return Section(
        "Inventions: one fact changed", f"{body}{_examples(result)}", _figures(result, tried, caught)
    )


_ABOUT = (
    "True answers to letters of the pretend world's shoppers (several situations, wishes, tones, channels and sets of "
    "rules), each then changed in one fact or given one more sentence. *Composed*: our own answer, citing what it "
    "stands on. *Free wording*: the same facts as a language model words them. *Edited by a person*: our answer held "
    "against everything known, as an edited draft is. An answer counts as caught only if the changed sentence is."
)


def _of(caught: int, tried: int) -> str:
    return f"{caught} of {tried} ({share(caught, tried)})" if tried else "–"


def _examples(result: Score) -> str:
    missed = [f"- {kind}, {way}: {text.strip()}" for kind, way, text in result.missed]
    alarms = [f"- {way}: {text.strip()} ({reason})" for way, text, reason in sorted(result.alarms)]
    parts = [("Not caught", missed), ("Wrongly blocked", alarms)]
    return "".join(f"\n\n{title}:\n\n" + "\n".join(lines[:30]) for title, lines in parts if lines)


def _figures(result: Score, tried: dict[str, int], caught: dict[str, int]) -> dict[str, float]:
    made = {f"caught, {way}": caught[way] / (tried[way] or 1) for way in tried}
    blocked = {f"blocked, {way}": result.blocked[way] / (result.true[way] or 1) for way in tried}
    whole = sum(caught.values()) / (sum(tried.values()) or 1)
    return made | blocked | {"caught": whole, "blocked": result.blocked.total() / result.true.total()}
