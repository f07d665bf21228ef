"""What is shown of an answer: sentences cut into plain words and claims, the sources they open, what was left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from agents.facts.evidence import Evidence, Kind
from agents.models import Draft, PassRecord, Run, RunState
from agents.showing import progress
from agents.showing.seen import Seen
from inbox.models import Conversation

MOST_SOURCES = 12


@dataclass(frozen=True)
class Piece:
    """A run of words; with a claim, it is underlined and opens its evidence."""

    text: str
    claim: dict[str, Any] | None = None
    evidence: Evidence | None = None
    source: int = 0  # its number among the sources shown


@dataclass(frozen=True)
class Source:
    """One record and the fields of it that are used."""

    number: int
    items: list[Evidence]

    @property
    def first(self) -> Evidence:
        return self.items[0]

    @property
    def label(self) -> str:
        """What kind of record, in few words: "UPS parcel", "UPS scan, Columbus, OH", "Order #1042"."""
        kind = self.first.record.partition(":")[0]
        if kind == "order":
            return f"Order {self.first.about}"
        if kind == "shipment":
            return f"{self.first.source} parcel"
        if kind == "scan":
            where = next((item.value for item in self.items if item.field == "place"), "")
            return f"{self.first.source} scan{', ' if where else ''}{where}"
        return self.first.source if kind == "passage" else self.first.label


@dataclass(frozen=True)
class Shown:
    """An answer, for agents/_text.html and agents/_sources.html."""

    paragraphs: list[list[Piece]]
    sources: list[Source]


class Answer(Protocol):
    """A draft, or what a trial came to."""

    sentences: Any  # [{text, evidence: [numbers]}]
    claims: Any  # agents.checking.verify.Claim, as JSON

    @property
    def hands_over(self) -> bool: ...


@dataclass(frozen=True)
class Gathered:
    """All facts of a pass, by record: what the answer used or could not have, and what was read besides."""

    used: list[Source]
    others: list[Source]


def gathered(answer: Answer | None, record: PassRecord) -> Gathered | None:
    """None where nothing was found."""
    items = record.evidence_items()
    claims = answer.claims if answer else []
    numbers = {claim["evidence"] for claim in claims} | {
        number for sentence in (answer.sentences if answer else []) for number in sentence["evidence"]
    }
    used = {item.record for item in items if item.number in numbers or item.kind == Kind.FAILURE}
    records = _by_record(items)
    if not records:
        return None
    return Gathered(
        [source for source in records if source.first.record in used],
        [source for source in records if source.first.record not in used],
    )


def _by_record(items: list[Evidence]) -> list[Source]:
    records: dict[str, list[Evidence]] = {}
    for item in items:
        records.setdefault(item.record, []).append(item)
    return [Source(number, group) for number, group in enumerate(records.values(), 1)]


def shown(answer: Answer, record: PassRecord) -> Shown:
    items = {item.number: item for item in record.evidence_items()}
    sources = _sources(answer, items)
    return Shown(_paragraphs(answer, items, sources), sources)


@dataclass(frozen=True)
class Panel:
    draft: Draft | None
    run: Run | None
    seen: Seen | None = None
    shown: Shown | None = None

    @property
    def is_working(self) -> bool:
        return self.run is not None and self.run.state == RunState.WORKING

    @property
    def writing(self) -> str:
        """What a model has written so far: unverified, and never to be approved."""
        return progress.read(self.run.pk) if self.run and self.is_working else ""


def panel(conversation: Conversation) -> Panel:
    run = (
        Run.objects.filter(conversation=conversation)
        .select_related("draft", "draft__message")
        .order_by("-started_at")
        .first()
    )
    draft = getattr(run, "draft", None) if run else None
    if run is None or draft is None or not draft.is_open:
        return Panel(None, run)
    draft.run = run
    draft.conversation = conversation
    return Panel(draft, run, Seen.of(run.understanding), shown(draft, run))


def _sources(answer: Answer, items: dict[int, Evidence]) -> list[Source]:
    """The records the text stands on, in order of first use."""
    supported = [c["evidence"] for c in answer.claims if c["is_supported"] and c["evidence"]]
    cited = [number for sentence in answer.sentences for number in sentence["evidence"]]
    used = [items[number] for number in dict.fromkeys(supported or cited) if number in items]
    if answer.hands_over:
        known = (item for item in items.values() if item.kind in {Kind.STATUS, Kind.POLICY, Kind.FAILURE})
        used = [item for item in known if not item.record.startswith("scan:")]  # the parcel tells the newest
    return _by_record(used)[:MOST_SOURCES]


def _paragraphs(answer: Answer, items: dict[int, Evidence], sources: list[Source]) -> list[list[Piece]]:
    paragraphs: list[list[Piece]] = [[]]
    for index, sentence in enumerate(answer.sentences):
        claims = sorted((c for c in answer.claims if c["sentence"] == index), key=lambda c: c["start"])
        paragraphs[-1] += _pieces(sentence["text"], claims, items, sources)
        if sentence["text"].endswith("\n"):
            paragraphs.append([])
        else:
            paragraphs[-1].append(Piece(" "))
    return [paragraph for paragraph in paragraphs if paragraph]


def _pieces(
    text: str, claims: list[dict[str, Any]], items: dict[int, Evidence], sources: list[Source]
) -> list[Piece]:
    number_of = {source.first.record: source.number for source in sources}
    pieces, at = [], 0
    for claim in claims:
        if claim["start"] < at:
            continue  # inside the one before
        pieces.append(Piece(text[at : claim["start"]]))
        evidence = items.get(claim["evidence"] or 0)
        number = number_of.get(evidence.record, 0) if evidence else 0
        pieces.append(Piece(text[claim["start"] : claim["end"]], claim, evidence, number))
        at = claim["end"]
    return [*pieces, Piece(text[at:])]
