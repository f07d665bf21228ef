"""Names of things: links, addresses, phone numbers, order and tracking numbers, places, carriers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, partial

import phonenumbers

from agents.checking.claims.ground import Found, Ground, Verdict, first
from agents.facts.evidence import Evidence, Kind
from connectors.carriers import numbers

_LINK = re.compile(
    r"\bhttps?://[^\s<>\"”]+|\bwww\.[^\s<>\"”]+|(?<![@\w.-])(?:[a-z0-9-]+\.)+(?:com|net|org|io|co|us|shop|store|info|biz|app|dev|link|ly|me|example)\b(?:/[^\s<>\"”]*)?",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[\w.+-]+@(?:[\w-]+\.)+[A-Za-z]{2,24}")
_PHONE_LIKE = re.compile(r"\d[\d\s().-]{5,}\d")


def links(text: str) -> Iterator[Found]:
    for match in _LINK.finditer(text):
        words = match.group().rstrip(".,;:!?)]'")
        yield Found(match.start(), match.start() + len(words), Kind.LINK, partial(_check_link, words))


def _check_link(words: str, ground: Ground) -> Verdict:
    plain = words.removeprefix("https://").removeprefix("http://").rstrip("/")
    for item in ground.of(Kind.LINK):
        if item.value.removeprefix("https://").removeprefix("http://").rstrip("/") == plain:
            return item
    return first(_saying(words, ground), "No cited record holds this link.")


def emails(text: str) -> Iterator[Found]:
    for match in _EMAIL.finditer(text):
        yield Found(
            match.start(), match.end(), Kind.TEXT, partial(_check_words, match.group().rstrip("."), "address")
        )


def phones(text: str) -> Iterator[Found]:
    if not _PHONE_LIKE.search(text):
        return
    for match in phonenumbers.PhoneNumberMatcher(text, "US", leniency=phonenumbers.Leniency.POSSIBLE):
        yield Found(
            match.start, match.end, Kind.TEXT, partial(_check_words, match.raw_string, "phone number")
        )


def _check_words(words: str, what: str, ground: Ground) -> Verdict:
    return first(_saying(words, ground), f"No cited record holds this {what}.")


def _saying(words: str, ground: Ground) -> list[Evidence]:
    pattern = re.compile(rf"(?<![\w]){re.escape(words)}(?![\w])", re.IGNORECASE)
    return [item for item in ground.of(Kind.POLICY, Kind.TEXT) if pattern.search(item.value)]


_IDENTIFIER = re.compile(
    r"#\s?[A-Z0-9](?:[A-Z0-9-]*[A-Z0-9])?"
    r"|\border(?:\s+(?:number|no\.?|nr\.?))?\s+(?:is\s+)?(?P<order>[A-Z]{0,5}-?\d[A-Z0-9-]*[A-Z0-9])\b(?!\s+(?:days?|items?|parcels?|pieces?))"
    r"|\b\d{4}(?:\s\d{4}){2,6}(?:\s\d{1,4})?\b"
    r"|\b1Z(?:\s?[A-Z0-9]){16}\b"
    r"|\b(?=[A-Z0-9-]*\d[A-Z0-9-]*\d)(?=[A-Z0-9-]*[A-Z-])[A-Z0-9]+(?:-[A-Z0-9]+)+\b"
    r"|\b(?=[A-Z0-9]*\d)[A-Z0-9]{8,}\b",
    re.IGNORECASE,
)


def identifiers(text: str) -> Iterator[Found]:
    for match in _IDENTIFIER.finditer(text):
        group = "order" if match["order"] else 0
        words = match.group(group)
        if not any(letter.isdigit() for letter in words) or re.fullmatch(r"[a-z]+(?:-[a-z0-9]+)*", words):
            continue
        yield Found(match.start(group), match.end(group), Kind.IDENTIFIER, partial(_check_identifier, words))


def plain(number: str) -> str:
    """ "#1042" and "1042" are one number; so are "1Z 999" and "1z999"."""
    return re.sub(r"[\s#]", "", number).upper()


def _check_identifier(words: str, ground: Ground) -> Verdict:
    for item in ground.of(Kind.IDENTIFIER):
        if plain(item.value) == plain(words):
            return item
    return first(_saying(words, ground), "No cited record has this number.")


_STATE_NAMES = (
    "AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware|DC District of Columbia|"
    "FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas|KY Kentucky|LA Louisiana|ME Maine|"
    "MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|MO Missouri|MT Montana|NE Nebraska|NV Nevada|"
    "NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York|NC North Carolina|ND North Dakota|OH Ohio|OK Oklahoma|OR Oregon|"
    "PA Pennsylvania|PR Puerto Rico|RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah|VT Vermont|"
    "VA Virginia|WA Washington|WV West Virginia|WI Wisconsin|WY Wyoming"
)
STATES = {code: name for code, _, name in (pair.partition(" ") for pair in _STATE_NAMES.split("|"))}
_CITY = r"[A-Z][\w.'’-]+(?: (?:[A-Z][\w.'’-]+|of|de|la)){0,3}"
_PLACE = re.compile(
    rf"\b(?P<city>{_CITY}), (?P<state>{'|'.join([*STATES, *STATES.values()])})\b"
    rf"|\b(?:in|at|from|near|through|left|leaving|reached|to|via) (?P<alone>(?>{_CITY}))(?![\w’'-]|, (?:{'|'.join([*STATES, *STATES.values()])})\b)"
)
_NO_PLACE = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"|I\b|Our|Your|You|We|The|A|This|That|It|If|Please|English|PDF|USB|LED|Front Door|Delivery"
)


def places(text: str) -> Iterator[Found]:
    for match in _PLACE.finditer(text):
        group = "alone" if match["alone"] else 0
        words = match.group(group).rstrip(".")
        if group == "alone" and (_NO_PLACE.match(words) or _carriers().fullmatch(words)):
            continue
        start = match.start(group)
        yield Found(start, start + len(words), Kind.PLACE, partial(_check_place, _long(words)))


# A place a parcel was seen at is that of a scan, not one that a rule names.
_SEEN = re.compile(
    r"\bscan\w*|\bseen\b|\b(?:it|parcel|package) (?:is|was) (?:now |currently )?(?:in|at)\b", re.IGNORECASE
)


def _check_place(words: str, ground: Ground) -> Verdict:
    items = [item for item in ground.of(Kind.PLACE) if not ground.is_stale(item)]
    for item in items:
        if _long(item.value) == words or _long(item.value).partition(",")[0] == words:
            return item
    for item in [] if _SEEN.search(ground.text) else ground.of(Kind.POLICY, Kind.TEXT):
        if words in _long(item.value):
            return item
    return (
        f"No cited record says so; {items[0].label} is {items[0].value}."
        if items
        else "No cited record names this place."
    )


def _long(place: str) -> str:
    """ "Columbus, OH" → "columbus, ohio"."""
    return re.sub(r", ([A-Z]{2})\b", lambda found: f", {STATES.get(found[1], found[1])}", place).casefold()


@cache
def _carriers() -> re.Pattern[str]:
    """Every carrier we know numbers of, however it is spaced: "FedEx", "Fed Ex", "F.E.D.E.X."."""
    kinds = sorted({form.carrier for form in numbers.FORMS}, key=len, reverse=True)
    spelled = ["[ .-]{0,2}".join(kind) + r"\.?" for kind in kinds]
    return re.compile(
        rf"\b(?:{'|'.join(spelled)}|(?:U\.?S\.?|United States) (?:Postal Service|Mail|Post))(?![A-Za-z])",
        re.IGNORECASE,
    )


def carriers(text: str) -> Iterator[Found]:
    for match in _carriers().finditer(text):
        if match.group()[0].isupper():  # "landmark" is a word, "Landmark" a carrier
            yield Found(match.start(), match.end(), Kind.TEXT, partial(_check_carrier, match.group()))


def _check_carrier(words: str, ground: Ground) -> Verdict:
    meant = _spelled(words)
    for item in ground.cited:
        if meant == _spelled(item.value if item.field == "carrier" else item.source):
            return item
    for item in ground.of(Kind.POLICY, Kind.TEXT):
        if any(_spelled(found.group()) == meant for found in _carriers().finditer(item.value)):
            return item
    used = ground.field("carrier")
    return f"The parcel travels with {used[0].value}." if used else f"No cited record is by {words}."


def _spelled(name: str) -> str:
    return numbers.carrier_kind(name) or re.sub(r"[\W_]", "", name).lower()
