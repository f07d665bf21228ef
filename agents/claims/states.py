"""How things stand: shipped, on its way, delivered, late, refunded, in stock, and that they are not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from agents.claims.ground import Found, Ground, Verdict
from agents.evidence import Evidence, Kind

Test = Callable[[Ground], Evidence | None]


def _known(ground: Ground, field: str) -> list[Evidence]:
    """Every such field in reach, cited or not; the carrier's own state is that of the shipment, not of a scan."""
    return [
        item
        for item in (*ground.cited, *ground.known)
        if item.field == field and not item.record.startswith("scan:")
    ]


def parcel(*states: str) -> Test:
    """The parcel is in one of these states now, and every parcel in reach is."""

    def test(ground: Ground) -> Evidence | None:
        now = _known(ground, "status")
        if not now or any(item.value not in states for item in now):
            return None
        return next((item for item in ground.field("status") if item.value in states), None)

    return test


def not_parcel(*states: str) -> Test:
    others = tuple(set(_PARCEL_STATES) - set(states))
    return parcel(*others)


_PARCEL_STATES = (
    "pre_transit", "in_transit", "exception", "out_for_delivery", "available_for_pickup", "delivered", "failure", "returned",
)  # fmt: skip
_MOVED = tuple(state for state in _PARCEL_STATES if state not in {"pre_transit", "failure"})


def value(field: str, *values: str) -> Test:
    return lambda ground: next((item for item in ground.field(field) if item.value in values), None)


def either(*tests: Test) -> Test:
    return lambda ground: next((item for test in tests if (item := test(ground))), None)


def _delivered(ground: Ground) -> Evidence | None:
    if found := parcel("delivered")(ground):
        return found
    done = all(item.value == "delivered" for item in _known(ground, "status"))
    return next(iter(ground.field("delivered_at")), None) if done else None


def _shipped(ground: Ground) -> Evidence | None:
    if any(item.value in {"pre_transit", "failure"} for item in _known(ground, "status")):
        return None
    cited = parcel(*_MOVED)(ground) or next(iter(ground.field("shipped_on")), None)
    return cited or value("fulfillment_status", "fulfilled")(ground)


def _not_shipped(ground: Ground) -> Evidence | None:
    if any(item.value != "pre_transit" for item in _known(ground, "status")):
        return None
    return value("fulfillment_status", "unfulfilled")(ground) or parcel("pre_transit")(ground)


def _late(ground: Ground) -> Evidence | None:
    if found := parcel("exception")(ground):
        return found
    first, now = ground.field("first_estimated_on"), ground.field("estimated_on", "delivered_at")
    if first and now and now[0].day > first[0].day:
        return now[0]
    return next(
        (item for item in ground.field("reason") if item.value in {"delay", "weather", "customs", "held"}),
        None,
    )


def _not_late(ground: Ground) -> Evidence | None:
    if _known(ground, "first_estimated_on") or any(
        item.value == "exception" for item in _known(ground, "status")
    ):
        return None
    return next(iter(ground.field("estimated_on")), None)


def _back(ground: Ground) -> Evidence | None:
    return parcel("returned")(ground) or value("return.status", "return_open", "return_closed")(ground)


def _unrefunded(ground: Ground) -> Evidence | None:
    if _known(ground, "refund.status"):
        return None
    return value("financial_status", "paid", "pending", "authorized")(ground)


def _uncancelled(ground: Ground) -> Evidence | None:
    return (
        None
        if _known(ground, "cancelled")
        else next(iter(ground.field("fulfillment_status", "financial_status")), None)
    )


def stock(has: bool) -> Test:
    """All variants the clause names; where it names none, any is enough to be in stock, none may be to be sold out."""

    def test(ground: Ground) -> Evidence | None:
        items = ground.field("variant.stock")
        titles = {
            item.value for item in ground.field("variant.title") if item.value.lower() in ground.text.lower()
        }
        named = [item for item in items if item.label.removeprefix("Stock, ") in titles]
        fitting = [item for item in named or items if (int(item.value) > 0) is has]
        everything = bool(named) or not has
        if len(named) < len(titles) or not fitting or (everything and len(fitting) < len(named or items)):
            return None
        return fitting[0]

    return test


def _quiet(ground: Ground) -> Evidence | None:
    """No scan after the cited one."""
    return next((item for item in ground.field("at") if not ground.is_stale(item)), None)


def _overdue(ground: Ground) -> Evidence | None:
    return next((item for item in ground.field("estimated_on") if item.day < ground.today), None)


def _silent(ground: Ground) -> Evidence | None:
    return next(iter(ground.of(Kind.FAILURE)), None)


def _nothing(ground: Ground) -> Evidence | None:
    return None


@dataclass(frozen=True)
class State:
    """Words, what makes them true, and what makes their denial true."""

    words: re.Pattern[str]
    holds: Test
    denied: Test
    can_be_modal: bool = False


def _state(words: str, holds: Test, denied: Test = _nothing) -> State:
    return State(re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE), holds, denied)


_REFUNDED = either(
    value("refund.status", "refunded"), value("financial_status", "refunded", "partially_refunded")
)
_THEIR = r"(?:(?:the|your|this|a|it|them)\s+)?(?:parcels?|packages?|orders?|shipments?|items?)?\s*"

# The first that fits a place in the text wins, so the particular stands before the general.
STATES = (
    _state(
        r"pre_transit|(?:has its|has an?|a) \w* ?(?:shipping )?label(?: has been (?:made|created|printed))?|label (?:has been |was |is )?(?:created|made|printed)",
        parcel("pre_transit"),
    ),
    _state(
        rf"(?:has|have)(?:n[’']t| not) (?:yet )?(?:received|picked up|collected|scanned|got) {_THEIR}(?:yet)?|awaiting (?:item|pickup|the (?:parcel|package))",
        parcel("pre_transit"),
    ),
    _state(
        r"(?:could(?:n[’']t| not)|can(?:[’']t|not)|unable to|not able to) (?:reach|get through to|check with|look (?:it|this) up|get an answer)|did(?:n[’']t| not) (?:answer|respond)",
        _silent,
    ),
    _state(
        r"(?:replacement|label|exchange|new one|voucher|credit)\b[^.,;]{0,20}\b(?:is|are) (?:already )?"
        r"(?:on (?:its|the) way|coming|in transit|underway|being \w+|in progress|pending)",
        _nothing,
    ),
    _state(
        r"(?:refund|money)\b[^.,;]{0,20}\b(?:is|are) (?:already )?"
        r"(?:on (?:its|the) way|coming|in transit|underway|being \w+|in progress|pending|approved)",
        value("refund.status", "refunded"),
    ),
    _state(
        r"(?:no (?:new |other |further )?(?:scans?|updates?|movement)|none|not (?:been scanned|moved)) since",
        _quiet,
    ),
    _state(r"had expected|was expected|named no new (?:day|date)|overdue|past its estimate", _overdue),
    _state(
        r"received your (?:return|parcel|package|items?)|inspected|"
        r"(?:return|items?) (?:was|were|has been|have been) (?:received|inspected)",
        value("return.status", "return_closed"),
    ),
    _state(
        r"unshipped|unfulfilled|(?:being|still) (?:prepared|packed|processed)|getting (?:it )?ready to ship|preparing (?:it|your order)",
        _not_shipped,
    ),
    _state(
        r"out[_ ]for[_ ]delivery|with the driver|on the (?:van|truck)",
        parcel("out_for_delivery"),
        not_parcel("out_for_delivery"),
    ),
    _state(
        r"available[_ ]for[_ ]pick[- ]?up|ready (?:for pick[- ]?up|to be (?:picked up|collected)|to collect)|waiting (?:for you )?at",
        parcel("available_for_pickup"),
        not_parcel("available_for_pickup"),
    ),
    _state(
        r"(?:on (?:its|the) way|going|coming|heading|sent|being sent|travel\w+) back(?: to (?:us|the sender|the seller))?|being returned|return(?:ing|ed) the parcel to the sender|return(?:ed|ing)? to (?:us|the sender|sender|the seller)|(?:was|been|is) returned|returned",
        _back,
        not_parcel("returned"),
    ),
    _state(
        r"(?:could not|couldn[’']t|cannot) (?:be delivered|deliver(?: it| your \w+)?)|undeliverable|failure",
        either(parcel("failure"), value("reason", "attempted", "address", "undeliverable")),
    ),
    _state(
        r"(?:tried|attempted|came) to deliver|delivery attempt(?:ed)?|attempted delivery|missed (?:delivery|you)|attempted",
        value("reason", "attempted"),
    ),
    _state(r"damaged?|broken in transit", value("reason", "damaged")),
    _state(r"lost|gone missing|missing", value("reason", "lost")),
    _state(r"refused", value("reason", "refused")),
    _state(r"(?:the )?(?:weather|storms?|snow|hurricane|flood(?:ing)?)", value("reason", "weather")),
    _state(r"customs", value("reason", "customs")),
    _state(
        r"on hold|being held|is holding it|held(?: up)?(?! in customs)",
        value("reason", "held", "customs", "weather"),
    ),
    _state(
        r"(?:incorrect|wrong|incomplete|insufficient|bad) address|address (?:is|was) (?:incorrect|wrong|incomplete|insufficient)|problem with the address",
        value("reason", "address"),
    ),
    _state(
        r"delay(?:ed|s)?|running late|(?<!too )late|behind schedule|held up|stuck|exception|taking longer|a delay",
        _late,
        _not_late,
    ),
    _state(r"on (?:time|schedule|track)", _not_late, _late),
    _state(
        r"delivered|dropped off|has (?:reached|arrived)|(?:was|were) left|left (?:it|them) |signed for|arrived(?! (?:at|in) )",
        _delivered,
        not_parcel("delivered"),
    ),
    _state(
        r"in[_ ]transit|on (?:its|the) way|en route|underway|moving|travell?ing|travels|making its way|heading (?:to|your way)",
        parcel("in_transit", "out_for_delivery"),
        not_parcel("in_transit", "out_for_delivery"),
    ),
    _state(
        r"partially[_ ]refunded|partial(?:ly)? refund(?:ed)?",
        either(value("financial_status", "partially_refunded")),
    ),
    _state(
        r"refund(?:ed)?(?: \S+){0,3}? (?:(?:was|has been|is|were) )(?:issued|processed|approved|completed|made|sent|paid)|refunded|money back|reimbursed|credited",
        _REFUNDED,
        _unrefunded,
    ),
    _state(
        r"cancell?ed|cancell?ation (?:was|has been|is) (?:processed|confirmed|done)",
        value("cancelled", "cancelled"),
        _uncancelled,
    ),
    _state(
        r"return (?:\S+ )?(?:was|has been|is|were) (?:approved|open)|return_open",
        value("return.status", "return_open"),
    ),
    _state(
        r"return (?:\S+ )?(?:was|has been|is|were) requested|return_requested|requested a return|return request",
        value("return.status", "return_requested", "return_open", "return_closed"),
    ),
    _state(
        r"return (?:\S+ )?(?:was|has been|is|were) (?:closed|completed|complete|finished)|return_closed",
        value("return.status", "return_closed"),
    ),
    _state(
        r"return (?:\S+ )?(?:was|has been|is|were) (?:declined|rejected)|return_declined",
        value("return.status", "return_declined"),
    ),
    _state(r"return_cancelled", value("return.status", "return_cancelled")),
    _state(
        r"paid|payment (?:was|has been|is) (?:received|captured|taken|complete)|charged",
        value("financial_status", "paid", "partially_refunded", "refunded"),
    ),
    _state(
        r"(?:payment|order) is pending|pending|authorized", value("financial_status", "pending", "authorized")
    ),
    _state(r"voided", value("financial_status", "voided")),
    _state(r"out of stock|sold out|back-?ordered|unavailable", stock(False), stock(True)),
    _state(r"in stock|available(?! for pick)|back in stock", stock(True), stock(False)),
    _state(
        r"(?:has|have|was|been|is|already) (?:already )?(?:shipped|dispatched|fulfilled|sent out|sent|left (?:us|our \w+))|shipped|dispatched|fulfilled|left (?:us|our \w+)|handed (?:it |them )?(?:over )?to",
        _shipped,
        _not_shipped,
    ),
    _state(r"partial", value("fulfillment_status", "partial")),
)

_NEGATED = re.compile(
    r"(?:\b(?:not|never|no longer|cannot|nothing|none|yet to be|neither|nor)|n[’']t)(?:\s+(?:yet|been|be|currently|actually|even|so far|already|a|an|being)){0,3}\s*$",
    re.IGNORECASE,
)
# What may or will be is no state: promises and rules are checked as such.
_MODAL = re.compile(
    r"(?:\b(?:will|shall|can|could|may|might|should|would|must|to|cannot|usually|normally|always|often|sometimes)|can[’']t|won[’']t|[’']ll)"
    r"(?:\s+(?:not|then|also|only|soon|still|just|now))?(?:\s+(?:be|have been|get))(?:\s+\w+ly)?(?:\s+\w+ed or)?\s*$"
    r"|\b(?:will|would|may|might|could|can|to|should)\s*$",
    re.IGNORECASE,
)
_IF = re.compile(
    r"\b(?:if|once|unless|until|whether|as soon as|in case)\b[^,.;:?!]*"
    r"|\b(?:when|after|before|the moment)\b(?=[^,.;]*\b(?:is|are|has|have|arrives|ships|gets|leaves|turns)\b)[^,.;:?!]*",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"^\W*(?:so,? |and |or )?(?:has|have|did|is|was|were|could|can|do|does|which|what|when|where|who|how|would)\b(?! you know)[^?]*\?\s*$",
    re.IGNORECASE,
)


def find(text: str) -> Iterator[Found]:
    if _ASKING.match(text):
        return
    taken = [match.span() for match in _IF.finditer(text)]
    for state in STATES:
        for match in state.words.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            taken.append(match.span())
            before = text[: match.start()]
            if _MODAL.search(before):
                continue
            negated = _NEGATED.search(before)
            start = negated.start() if negated else match.start()
            test = state.denied if negated else state.holds
            yield Found(
                start, match.end(), Kind.STATUS, partial(_check, test, text[start : match.end()].strip())
            )


def _check(test: Test, words: str, ground: Ground) -> Verdict:
    if found := test(ground):
        return found
    statuses = [item for item in ground.of(Kind.STATUS) if not item.record.startswith("scan:")]
    if statuses:
        return f"No record says “{words}”; {statuses[0].label} is {statuses[0].value.replace('_', ' ')}."
    return f"No cited record says “{words}”."
