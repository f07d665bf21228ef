"""Times of day, as the clock at the place of the scan showed them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import partial

from agents.checking.claims.ground import Found, Ground, Verdict
from agents.facts.evidence import Evidence, Kind

_PATTERN = re.compile(
    r"\b(?P<h1>1[0-2]|0?[1-9])(?::(?P<m1>[0-5]\d))?\s?(?P<half>[ap])\.?\s?m\b\.?"
    r"|(?<![\d:])(?:T)?(?P<h2>[01]?\d|2[0-3]):(?P<m2>[0-5]\d)(?::[0-5]\d(?:\.\d+)?)?(?:[+-]\d\d:\d\d|Z)?(?![\d:])"
    r"|\b(?P<word>noon|midnight)\b",
    re.IGNORECASE,
)
_ROUGHLY = re.compile(
    r"\b(?:around|about|shortly (?:after|before)|just (?:after|before)|approximately|roughly)\s*$",
    re.IGNORECASE,
)
_NEAR = timedelta(minutes=30)


def find(text: str) -> Iterator[Found]:
    for match in _PATTERN.finditer(text):
        roughly = bool(_ROUGHLY.search(text[: match.start()]))
        yield Found(
            match.start(), match.end(), Kind.MOMENT, partial(_check, _read(match), match.group(), roughly)
        )


def _read(match: re.Match[str]) -> time:
    if match["word"]:
        return time(12 if match["word"].lower() == "noon" else 0)
    if match["h1"]:
        return time(
            int(match["h1"]) % 12 + (12 if match["half"].lower() == "p" else 0), int(match["m1"] or 0)
        )
    return time(int(match["h2"]), int(match["m2"]))


def _check(said: time, words: str, roughly: bool, ground: Ground) -> Verdict:
    is_open = ":" in words and not re.search(r"[apz]|\d:\d\d:|[+-]", words, re.IGNORECASE)
    items = [item for item in ground.of(Kind.MOMENT, Kind.FAILURE) if not ground.is_stale(item)]
    for item in items:
        if _is(said, _clock(item, ground), roughly, is_open):
            return item
    plain = re.sub(r"[\s.]", "", words).lower()
    for item in ground.of(Kind.POLICY, Kind.TEXT):
        if re.search(rf"(?<!\d){re.escape(plain)}", re.sub(r"[\s.]", "", item.value).lower()):
            return item
    if not items:
        return "No time is cited for this."
    return f"No cited record says so; {items[0].label} is {_clock(items[0], ground):%-I:%M %p}."


def _clock(item: Evidence, ground: Ground) -> datetime:
    return item.fetched_at.astimezone(ground.zone) if item.kind is Kind.FAILURE else item.moment


def _is(said: time, real: datetime, roughly: bool, is_open: bool) -> bool:
    """`is_open`: nothing says whether morning or evening is meant."""
    if said.minute == real.minute and (said.hour == real.hour or (is_open and said.hour == real.hour % 12)):
        return True
    meant = real.replace(hour=said.hour, minute=said.minute)
    return roughly and abs(meant - real) <= _NEAR
