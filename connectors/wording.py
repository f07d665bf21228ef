"""What a platform forbids in a message, found at its place in the text. Pure; for people and machine alike.

for breach in breaches(text, connector.limits):
    text[breach.start:breach.end], breach.because, breach.blocks
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache

from linkify_it import LinkifyIt
from linkify_it.main import Match
from phonenumbers import Leniency, PhoneNumberMatcher

from connectors.contract import Limits, Wording, WordingRule
from connectors.events import File

MARKET = "US"  # whose way to write phone numbers without a country code is understood

Span = tuple[int, int]


@dataclass(frozen=True)
class Breach:
    """Characters `start` to `end` must not be there (`blocks`), or had better not be."""

    start: int
    end: int
    forbids: Wording | None  # None: the text is too long
    because: str
    source: str
    blocks: bool


def breaches(text: str, limits: Limits) -> list[Breach]:
    """In reading order."""
    found = [_breach(rule, span) for rule in limits.wording for span in _FIND[rule.forbids](text, rule)]
    if len(text) > limits.longest_text:
        said = f"At most {limits.longest_text:,} characters; this has {len(text):,}."
        found.append(Breach(limits.longest_text, len(text), None, said, "", True))
    elif (size := len(text.encode())) > (limits.largest_text or size):
        most = len(text.encode()[: limits.largest_text].decode(errors="ignore"))
        said = f"At most {limits.largest_text:,} bytes; this has {size:,}. Letters with accents and emoji take 2 to 4."
        found.append(Breach(most, len(text), None, said, "", True))
    return sorted(found, key=lambda each: (each.start, each.end))


def _breach(rule: WordingRule, span: Span) -> Breach:
    return Breach(*span, rule.forbids, rule.because, rule.source, rule.blocks)


def file_problems(files: Sequence[File], limits: Limits) -> list[str]:
    """Why these may not go along, in words."""
    problems = [
        f"{file.name} is of a kind ({file.content_type}) this channel does not take."
        for file in files
        if not any(fnmatch(file.content_type, allowed) for allowed in limits.attachment_types)
    ]
    problems += [
        f"{file.name} is larger than {_megabytes(limits.largest_attachment)}."
        for file in files
        if len(file.content) > limits.largest_attachment
    ]
    if len(files) > limits.most_attachments:
        problems.append(f"At most {limits.most_attachments} files; these are {len(files)}.")
    if limits.largest_message and sum(len(file.content) for file in files) > limits.largest_message:
        problems.append(f"All files together are larger than {_megabytes(limits.largest_message)}.")
    return problems


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:g} MB"


@cache
def _linkify() -> LinkifyIt:
    return LinkifyIt(options={"fuzzy_ip": True})


def _addresses(text: str) -> Sequence[Match]:
    return _linkify().match(text) or ()


def _links(text: str, rule: WordingRule) -> Iterator[Span]:
    for match in _addresses(text):
        if match.schema != "mailto:" and not _passes(match.url, rule.hosts):
            yield match.index, match.last_index


def _passes(url: str, hosts: Sequence[str]) -> bool:
    host = url.partition("//")[2].split("/")[0].split("?")[0].rpartition("@")[2].partition(":")[0].lower()
    return any(host == allowed or host.endswith(f".{allowed}") for allowed in hosts)


# "maya (at) shop dot com": written so that no scanner sees it.
_HIDDEN = re.compile(
    r"[\w.+-]+\s*[(\[{]\s*at\s*[)\]}]\s*[\w-]+(?:\s*[(\[{]?\s*(?:dot|\.)\s*[)\]}]?\s*[a-z]{2,})+",
    re.IGNORECASE,
)


def _email_addresses(text: str, rule: WordingRule) -> Iterator[Span]:
    for match in _addresses(text):
        if match.schema == "mailto:" and not any(
            match.url.lower().endswith(f"@{host}") for host in rule.hosts
        ):
            yield match.index, match.last_index
    yield from (match.span() for match in _HIDDEN.finditer(text))


def _phone_numbers(text: str, rule: WordingRule) -> Iterator[Span]:
    """Numbers that can be dialled and are written as people write them; an order number is none."""
    for match in PhoneNumberMatcher(text, MARKET, leniency=Leniency.STRICT_GROUPING):
        if not match.raw_string.isdigit():
            yield match.start, match.end


def _said(pattern: str) -> Callable[[str, WordingRule], Iterator[Span]]:
    words = re.compile(pattern, re.IGNORECASE)
    return lambda text, rule: (match.span() for match in words.finditer(text))


# What is asked for within one sentence. English, the language these platforms ask sellers to write in.
_REVIEW = (
    r"\b(?:leave|write|post|give|share|submit|drop|change|update|edit|revise|remove|delete|reconsider)\b"
    r"[^.!?\n]{0,50}?\b(?:reviews?|ratings?|(?:seller |positive |negative )?feedback|stars?)\b"
    r"|\b(?:rate|review)\s+(?:us|our|your|the)\b|\b(?:five|5|four|4)[\s-]stars?\b"
)
_PROMOTION = (
    r"\b(?:coupon|promo(?:tion(?:al)?)?\s+code|discount\s+code|voucher|gift\s+card)s?\b"
    r"|\b\d{1,2}\s?(?:%|percent)\s+off\b|\b(?:use|enter)\s+code\s+\w+"
    r"|\b(?:visit|check\s+out|browse|shop)\s+(?:at\s+)?our\s+(?:\w+\s+){0,2}(?:store|shop|web\s?site|site|page|collection|sale)\b"
    r"|\bnewsletter\b|\bnext\s+(?:purchase|order)\b[^.!?\n]{0,30}\b(?:off|discount|free)\b"
)
_ELSEWHERE = (
    r"\b(?:contact|reach|e-?mail|call|text|message|write(?:\s+to)?|phone)\s+(?:me|us)\s+(?:directly|outside|privately|on|at|via|by|through)\b"
    r"[^.!?\n]{0,40}?\b(?:e-?mail|phone|whats\s?app|telegram|facebook|instagram|messenger|sms|web\s?site|outside)\b"
    r"|\b(?:outside|off)\s+(?:of\s+)?(?:the\s+)?(?:amazon|ebay|walmart|tiktok|platform|marketplace)\b"
    r"|\b(?:pay\s?pal|venmo|zelle|cash\s?app|wire\s+transfer|bank\s+transfer)\b"
    r"|\b(?:what(?:'s| is)|send|give|share)\s+(?:me\s+|us\s+)?your\s+(?:e-?mail|phone|cell|mobile|whats\s?app)\b"
)
_HTML = r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>"

_FIND: dict[Wording, Callable[[str, WordingRule], Iterator[Span]]] = {
    Wording.LINK: _links,
    Wording.EMAIL_ADDRESS: _email_addresses,
    Wording.PHONE_NUMBER: _phone_numbers,
    Wording.REVIEW: _said(_REVIEW),
    Wording.PROMOTION: _said(_PROMOTION),
    Wording.ELSEWHERE: _said(_ELSEWHERE),
    Wording.HTML: _said(_HTML),
}
