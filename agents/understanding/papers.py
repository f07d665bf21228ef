"""What the text in a shopper's files adds: numbers, attempts at manipulation, and a wish where the message says none.

It is their words like any others, and told apart all the same: what an old invoice says is not what they ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agents.understanding.concealment import weighed
from agents.understanding.entities import Named, Paper, entities
from agents.understanding.intents import IntentKind
from agents.understanding.message import Setting, Understanding, understand
from connectors.hidden import HiddenKind

_READ = 4000  # characters of a file
_FROM_FILE = 0.6  # how much a wish in a file counts where the message says too little
# Programs that make PDFs cut words and turn lines as they please.
_TELLING = {HiddenKind.TAGS, HiddenKind.ENCODED}


def with_papers(seen: Understanding, setting: Setting) -> Understanding:
    named: list[Named] = []
    for paper in setting.papers:
        said = understand(paper.text[:_READ])
        named += _named(paper, setting)
        seen = _warned(seen, said, paper)
        if seen.intents[0].kind is IntentKind.UNSURE and said.intents[0].kind is not IntentKind.UNSURE:
            seen = replace(
                seen,
                intents=tuple(
                    replace(each, confidence=round(each.confidence * _FROM_FILE, 3)) for each in said.intents
                ),
            )
    return replace(seen, entities=replace(seen.entities, in_files=tuple(dict.fromkeys(named))))


def _named(paper: Paper, setting: Setting) -> Sequence[Named]:
    found = entities(paper.text, setting.country, today=setting.today)
    return [
        *(Named("order", number, paper.name) for number in found.order_numbers),
        *(Named("parcel", number, paper.name) for number in found.tracking_numbers),
    ]


def _warned(seen: Understanding, said: Understanding, paper: Paper) -> Understanding:
    if said.manipulation and not seen.manipulation:
        reason = f"holds a file ({paper.name}) that {said.manipulation_reason}"
        return replace(seen, manipulation=True, manipulation_reason=reason)
    return weighed(seen, [each for each in paper.hidden if HiddenKind(each["kind"]) in _TELLING])
