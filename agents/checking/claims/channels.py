"""On which channel something was said: "as we told you on Instagram", "your message by e-mail".

Only a record of it proves that, and there is none where it is not known who writes: what was said elsewhere is then
nobody's to repeat.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, partial

from agents.checking.claims.ground import Found, Ground, Verdict, first
from agents.facts.evidence import Kind
from connectors import registry

_SAID = (
    r"(?:told|tells?|wrote|written|writing|said|mention\w*|promis\w+|answer\w*|repl(?:y|ied|ies)|explain\w*|spoke\w*|talk\w*|"
    r"messag\w+|contact\w*|ask\w*|discuss\w*|chat\w*|conversations?|comment\w*|reach\w* out|got in touch|inform\w*|let you know)"
)
_WAYS = {
    "e-mail": ("e-mail", "email", "mail"),
    "sms": ("sms", "text", "text message"),
    "voice": ("phone", "the phone", "telephone"),
    "live chat": ("live chat", "chat", "the chat", "our chat", "our live chat", "the live chat"),
}
_OTHER = (
    "another channel", "a different channel", "the other channel", "our other conversation", "another conversation",
    "your other conversation", "dm", "dms", "direct message",
)  # fmt: skip


def find(text: str) -> Iterator[Found]:
    for match in _pattern().finditer(text):
        words = match["way"] or match["own"]
        start = match.start("way") if match["way"] else match.start("own")
        yield Found(start, start + len(words), Kind.TEXT, partial(_check, words.casefold()))


@cache
def _pattern() -> re.Pattern[str]:
    labels = [each.label for each in registry.connectors().values()]
    ways = [*labels, *(word for words in _WAYS.values() for word in words), *_OTHER]
    named = "|".join(re.escape(word) for word in sorted(set(ways), key=len, reverse=True))
    own = "|".join(re.escape(word) for word in sorted(set(labels), key=len, reverse=True))
    return re.compile(
        rf"\b{_SAID}\b[^.!?\n“”]{{0,40}}?\b(?:on|via|by|over|through|in|at)\s+(?P<way>{named})(?!\w)"
        rf"|\b(?:your|our|the)\s+(?P<own>{own})\s+(?:message|conversation|chat|comment|dm|thread|post)s?\b",
        re.IGNORECASE,
    )


def _check(words: str, ground: Ground) -> Verdict:
    meant = {label for label, ways in _WAYS.items() if words in ways} | {words}
    told = (item for item in ground.field("channel") if item.value.casefold() in meant)
    return first(told, "No record says that anything was said there, or it is not known who writes here.")
