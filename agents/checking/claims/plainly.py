"""Numbers, amounts, periods and times as people say them, written the plain way, so that one reader understands all:
"a month" is "30 days", "thirty-nine dollars" "$39.00", "half past two" "2:30", "March fifteenth" "March 15th"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
]
_VALUES = {word: value for value, word in enumerate(ONES)} | {
    word: 10 * tens for tens, word in enumerate(TENS, 2)
}
_NTH = {word: value for value, word in enumerate(ORDINALS, 1)} | {"thirtieth": 30}
_SMALL = rf"(?:(?:{'|'.join(TENS)})(?:[ -](?:{'|'.join(ONES[1:10])}))?|{'|'.join(sorted(ONES, key=len, reverse=True))})"
_SPELLED = rf"(?:(?:an?|{_SMALL})\s+hundred(?:(?:\s+and)?\s+{_SMALL})?|a\s+couple\s+of|a\s+dozen|{_SMALL})"
_FIGURES = r"\d{1,3}(?:,\d{3})+(?:\.\d\d)?|\d+(?:\.\d\d)?"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_TH = rf"(?:(?:twenty|thirty)[ -](?:{'|'.join(ORDINALS[:9])})|thirtieth|{'|'.join(sorted(ORDINALS, key=len, reverse=True))})"
_HALF = r"(?:\s+in\s+the\s+(?P<half>morning|afternoon|evening))"
_PATTERN = re.compile(
    rf"""
    (?<![\w$€£.,])(?P<money>{_SPELLED}|{_FIGURES})\s+(?:U\.?S\.?\s+)?(?P<coin>dollar|buck|euro|pound)s?\b
        (?:\s+and\s+(?P<cents>{_SMALL}|\d\d?)\s+(?:cents?|pence))?
    |\b(?P<part>half|quarter)\s+(?P<side>past|to)\s+(?P<hour>{_SMALL}|\d\d?)\b{_HALF.replace("half>", "half1>")}?
    |\b(?P<sharp>{_SMALL}|\d\d?)\s+o[’']clock\b{_HALF.replace("half>", "half2>")}?
    |(?<![\w.$])(?P<h>\d\d?)[.:](?P<m>[0-5]\d)(?:{_HALF.replace("half>", "half3>")}|(?<=\.\d\d)\s?(?P<ap>[ap])\.?m\b)
    |(?<=\w\ )(?<=the\ )(?P<the>{_TH})(?=\ of\ {_MONTH}\b)
    |\b(?P<month>{_MONTH})\s+(?:the\s+)?(?P<nth>{_TH})\b
    |\b(?P<fortnight>an?\ fortnight)\b
    |\b(?:(?P<n>{_SPELLED}|\d+)|an?)\s+(?P<period>week|month|year)s?\b
    |\b(?P<days>24|48|72|{_SMALL}[ -]?{_SMALL}?)\s+hours\b
    |\b(?P<count>{_SPELLED})(?=[\s-](?P<things>\w+))
    """,
    re.IGNORECASE | re.VERBOSE,
)
_THINGS = {"day", "hour", "parcel", "package", "item", "piece", "unit", "business", "percent"}
_SIGN = {"dollar": "$", "buck": "$", "euro": "€", "pound": "£"}
_DAYS = {"week": 7, "month": 30, "year": 365}


def number(words: str) -> int:
    """ "5", "five", "forty-five", "a hundred and five"."""
    plain = re.sub(r"[\s,-]+", " ", words.lower()).strip()
    if plain.replace(" ", "").isdigit():
        return int(plain.replace(" ", ""))
    if plain in {"a couple of", "a dozen"}:
        return 2 if plain.startswith("a c") else 12
    head, hundred, rest = plain.partition(" hundred")
    if hundred:
        return 100 * (_VALUES.get(head) or 1) + sum(_VALUES.get(each, 0) for each in rest.split())
    return sum(_VALUES[each] for each in plain.split())


@dataclass(frozen=True)
class Plain:
    """`text`, and where its pieces stood: (start, end here, start, end there) of each replaced one."""

    text: str
    moved: tuple[tuple[int, int, int, int], ...] = ()

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The characters that `start` to `end` of the plain text were written as."""
        return self._there(start, False), self._there(end, True)

    def _there(self, place: int, is_end: bool) -> int:
        shift = 0
        for here, here_end, there, there_end in self.moved:
            if place < here or (place == here and not is_end):
                break
            if place < here_end or (place == here_end and is_end):
                return there_end if is_end else there
            shift = there_end - here_end
        return place + shift


@lru_cache(maxsize=4096)
def plainly(text: str) -> Plain:
    written: list[str] = []
    moved: list[tuple[int, int, int, int]] = []
    at = length = 0
    for match in _PATTERN.finditer(text):
        words = _rewritten(match)
        if words is None or words == match.group():
            continue
        before = text[at : match.start()]
        length += len(before)
        written += [before, words]
        moved.append((length, length + len(words), match.start(), match.end()))
        length += len(words)
        at = match.end()
    return Plain("".join([*written, text[at:]]), tuple(moved))


def _rewritten(match: re.Match[str]) -> str | None:
    if match["money"]:
        return _money(match)
    if time := _time(match):
        return time
    if match["the"]:
        return f"{_nth(match['the'])}th"
    if match["nth"]:
        return f"{match['month']} {_nth(match['nth'])}"
    if match["fortnight"]:
        return "14 days"
    if match["period"]:
        return f"{number(match['n'] or 'one') * _DAYS[match['period'].lower()]} days"
    if match["days"]:
        hours = number(match["days"])
        return f"{hours} hours" if hours % 24 else f"{hours // 24} days"
    counted = number(match["count"])
    return str(counted) if counted > 1 or match["things"].rstrip("s").lower() in _THINGS else None


def _money(match: re.Match[str]) -> str:
    sign = _SIGN[match["coin"].lower()]
    said = match["money"].replace(",", "")
    whole = said if re.fullmatch(r"[\d.]+", said) else str(number(said))
    return f"{sign}{whole}" + (f".{number(match['cents']):02d}" if match["cents"] else "")


def _time(match: re.Match[str]) -> str | None:
    half = match["half1"] or match["half2"] or match["half3"] or ""
    ending = {"": "", "morning": " am"}.get(half.lower(), " pm")
    if match["part"]:
        minutes = {"half": 30, "quarter": 15}[match["part"].lower()]
        hour = number(match["hour"])
        if match["side"].lower() == "to":
            hour, minutes = (hour - 2) % 12 + 1, 60 - minutes
        return f"{hour}:{minutes:02d}{ending}"
    if match["sharp"]:
        return f"{number(match['sharp'])}:00{ending}"
    if match["h"]:
        return f"{match['h']}:{match['m']}" + (f" {match['ap']}m" if match["ap"] else ending)
    return None


def _nth(words: str) -> int:
    *tens, last = re.split(r"[ -]", words.lower())
    return sum(_VALUES[each] for each in tens) + _NTH[last]
