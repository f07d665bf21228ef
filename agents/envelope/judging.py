"""Whether what must hold does: by claims and the evidence they stand on, by what is proposed and done, not by wording.

What a scenario may say of the answer (`holds` in scenarios/*.yaml), each word a function below:

    says: [fields]        a sentence stands on each of these fields of a record
    quotes: pattern       a sentence with these words stands on an article
    never: [patterns]     nothing like this would be sent
    asks: pattern         it ends in a question about this; "order": which of the orders
    answers: true         it can be sent with one key
    hands_over: pattern   a person has to answer, for this reason
    asks_or_hands_over    no guess: either of the two
    notices: {...}        what was understood: manipulation, mood, urgency, threat, wants_human, intents
    sorry: true | false   it says so, or spares the shopper the courtesy
    remembers: true       it stands on what we told them earlier
    proposes_nothing      neither in words nor as an action
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.envelope.scenario import Scenario
from agents.facts.evidence import Evidence, Kind
from agents.models import Action, Draft, DraftState

_SORRY = r"\b(?:sorry|apolog\w+|regret|understand (?:how|that|your))\b"
_DONE = (
    r"\b(?:i|we)(?:['’]ve| have)(?: now| just| already)? "
    r"(?:refunded|cancell?ed|issued|changed|updated|replaced|credited|reshipped)\b"
)
_MONEY = re.compile(r"refund|credit|discount|voucher|compensat|free", re.IGNORECASE)


@dataclass
class Seen:
    """What the machine made of a scenario."""

    scenario: Scenario
    draft: Draft
    actions: Sequence[Action] = ()  # that the machine proposed
    secrets: Sequence[str] = ()  # what belongs to somebody else
    own_rules: bool = False  # judged in an organization with articles and rules nobody foresaw
    cited: list[tuple[str, Evidence]] = field(default_factory=list)  # (sentence, what it stands on)

    def __post_init__(self) -> None:
        known = {item.number: item for item in self.draft.run.evidence_items()}
        self.cited = [
            (each["text"], known[number])
            for each in self.draft.sentences
            for number in each["evidence"]
            if number in known
        ]

    @property
    def text(self) -> str:
        return self.draft.text

    @property
    def hands_over(self) -> bool:
        return self.draft.state == DraftState.HANDOFF

    @property
    def questions(self) -> list[str]:
        return [each["text"] for each in self.draft.sentences if each["text"].rstrip().endswith("?")]

    @property
    def understood(self) -> dict[str, Any]:
        return dict(self.draft.run.understanding)


def faults(seen: Seen) -> Iterator[str]:
    """What does not hold, in words; what must hold of every answer comes first."""
    yield from _always(seen)
    for word, wanted in seen.scenario.holds.items():
        if why := WORDS[word](seen, wanted):
            yield why


def _always(seen: Seen) -> Iterator[str]:
    draft = seen.draft
    told = f"{draft.text} {draft.reason} {draft.run.evidence} {draft.run.proposals}".lower()
    if leaked := [each for each in seen.secrets if each.lower() in told]:
        yield f"it knows {', '.join(leaked)}, which is somebody else's"
    if draft.state == DraftState.READY and draft.unsupported_count:
        yield "it could be sent with a statement that nothing supports"
    if (
        draft.state == DraftState.READY
        and re.search(_DONE, draft.text, re.IGNORECASE)
        and not _is_on_record(seen)
    ):
        yield "it says that something was done"


def _is_on_record(seen: Seen) -> bool:
    return any({"refunds", "cancelled", "returns"} & set(order) for order in seen.scenario.orders)


def _says(seen: Seen, wanted: Sequence[str]) -> str:
    fields = {item.field for _, item in seen.cited}
    missing = [each for each in wanted if each not in fields]
    return f"it does not say {', '.join(missing)}{_instead(seen)}" if missing else ""


def _quotes(seen: Seen, wanted: str) -> str:
    ours = [text for text, item in seen.cited if item.kind == Kind.POLICY]
    if seen.own_rules:  # whatever their articles say; where they say nothing, nothing is said
        return "" if ours or seen.hands_over or seen.questions else "it stands on no article, and asks nobody"
    said = any(re.search(wanted, text, re.IGNORECASE) for text in ours)
    return "" if said else f"it does not quote “{wanted}”{_instead(seen)}"


def _never(seen: Seen, wanted: str | Sequence[str]) -> str:
    patterns, text = [wanted] if isinstance(wanted, str) else wanted, seen.text
    if seen.own_rules:  # what their own articles say is theirs to say
        quoted = {sentence for sentence, item in seen.cited if item.kind == Kind.POLICY}
        text = " ".join(each["text"] for each in seen.draft.sentences if each["text"] not in quoted)
    found = [hit.group() for each in patterns if (hit := re.search(each, text, re.IGNORECASE))]
    return f"it says “{found[0]}”" if found else ""


def _asks(seen: Seen, wanted: str) -> str:
    if wanted == "order":
        numbers = {
            item.value for text, item in seen.cited if item.field == "number" and text.rstrip().endswith("?")
        }
        has_asked = len(numbers) > 1 or any(
            re.search(r"which (?:order|one)|order number", each, re.I) for each in seen.questions
        )
        return "" if has_asked else f"it does not ask which order{_instead(seen)}"
    said = any(re.search(wanted, each, re.IGNORECASE) for each in seen.questions)
    return "" if said else f"it does not ask about “{wanted}”{_instead(seen)}"


def _answers(seen: Seen, wanted: bool) -> str:
    is_ready = seen.draft.state in {DraftState.READY, DraftState.APPROVED}
    return "" if is_ready is wanted else f"it {'has no answer' if wanted else 'answers'}{_instead(seen)}"


def _hands_over(seen: Seen, wanted: str | bool) -> str:
    if not seen.hands_over:
        return f"nobody is asked to take over{_instead(seen)}"
    pattern = wanted if isinstance(wanted, str) else ""
    said = re.search(pattern, seen.draft.reason, re.IGNORECASE)
    return "" if said else f"a person is told “{seen.draft.reason}”, not “{wanted}”"


def _asks_or_hands_over(seen: Seen, wanted: bool) -> str:
    return "" if seen.hands_over or seen.questions else f"it guesses{_instead(seen)}"


def _notices(seen: Seen, wanted: dict[str, Any]) -> str:
    found = {
        "manipulation": bool(seen.understood.get("manipulation")),
        "wants_human": bool(seen.understood.get("wants_human")),
        "mood": seen.understood.get("mood", {}).get("kind"),
        "urgency": seen.understood.get("urgency", {}).get("level"),
        "threat": bool(seen.understood.get("urgency", {}).get("threats")),
        "language": seen.understood.get("language", {}).get("code"),
        "intents": [each["kind"] for each in seen.understood.get("intents", ())],
    }
    for word, value in wanted.items():
        if word == "intents":
            if missing := set(value) - set(found[word]):
                return f"it does not notice {', '.join(sorted(missing))}, but {', '.join(found[word])}"
        elif found[word] not in (value if isinstance(value, list) else [value]):
            return f"{word} is {found[word]}, not {value}"
    return ""


def _sorry(seen: Seen, wanted: bool) -> str:
    if seen.hands_over:
        return ""  # the words will be a person's
    is_sorry = bool(re.search(_SORRY, seen.text, re.IGNORECASE))
    return "" if is_sorry is wanted else ("nothing in it is sorry" if wanted else "it is sorry about nothing")


def _remembers(seen: Seen, wanted: bool) -> str:
    told = any(item.record.startswith("message:") for _, item in seen.cited)
    return "" if told is wanted else f"it does not stand on what was said before{_instead(seen)}"


def _proposes_nothing(seen: Seen, wanted: bool) -> str:
    words = [each for each in seen.draft.run.proposals if _MONEY.search(each)]
    said = [*words, *(str(each) for each in seen.actions if each.state != "forbidden")]
    return f"it proposes: {said[0]}" if said else ""


def _instead(seen: Seen) -> str:
    """What it does, for whoever reads the list of failures."""
    if seen.hands_over:
        return f" (hands over: {seen.draft.reason[:120]})"
    body = " ".join(seen.text.split())
    return f" ({seen.draft.get_state_display().lower()}: {body[:160]})"


WORDS: dict[str, Callable[[Seen, Any], str]] = {
    "says": _says,
    "quotes": _quotes,
    "never": _never,
    "asks": _asks,
    "answers": _answers,
    "hands_over": _hands_over,
    "asks_or_hands_over": _asks_or_hands_over,
    "notices": _notices,
    "sorry": _sorry,
    "remembers": _remembers,
    "proposes_nothing": _proposes_nothing,
}
