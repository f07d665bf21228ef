"""How things stand: shipped, on its way, delivered, late, refunded, in stock, and that they are not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from agents.checking.claims import standing
from agents.checking.claims.ground import Found, Ground, Verdict
from agents.facts.evidence import Kind


@dataclass(frozen=True)
class State:
    """Words, what makes them true, and what makes their denial true."""

    words: re.Pattern[str]
    holds: standing.Test
    denied: standing.Test


def _state(words: str, holds: standing.Test, denied: standing.Test = standing.nothing) -> State:
    return State(re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE), holds, denied)


_REFUNDED = standing.either(
    standing.value("refund.status", "refunded"),
    standing.value("financial_status", "refunded", "partially_refunded"),
)
_RETURN = r"\breturn\b(?! label)[^.,;]{0,60}?"
_THEIR = r"(?:(?:the|your|this|a|it|them)\s+)?(?:parcels?|packages?|orders?|shipments?|items?)?\s*"

# The first that fits a place in the text wins, so the particular stands before the general.
STATES = (
    _state(
        r"pre_transit|(?:has its|has an?|a) \w* ?(?:shipping )?label(?: has been (?:made|created|printed))?|label (?:has been |was |is )?(?:created|made|printed)",
        standing.parcel("pre_transit"),
    ),
    _state(
        rf"(?:has|have)(?:n[’']t| not) (?:yet )?(?:received|picked up|collected|scanned|got) {_THEIR}(?:yet)?|awaiting (?:item|pickup|the (?:parcel|package))"
        r"|(?:has|have|was|been)(?:n[’']t| not) (?:yet )?(?:been )?scanned(?! since)",
        standing.parcel("pre_transit"),
    ),
    _state(
        rf"(?:has|have) (?:now |already |since )?(?:received|picked up|collected|scanned|got) {_THEIR}",
        standing.taken,
        standing.parcel("pre_transit"),
    ),
    _state(
        r"(?:could(?:n[’']t| not)|can(?:[’']t|not)|unable to|not able to) (?:reach|get through to|check with|look (?:it|this) up|get an answer)|did(?:n[’']t| not) (?:answer|respond)",
        standing.silent,
    ),
    _state(
        r"(?:replacement|label|exchange|new one|voucher|credit)\b[^.,;]{0,20}\b(?:is|are) (?:already )?"
        r"(?:on (?:its|the) way|coming|in transit|underway|being \w+|in progress|pending)",
        standing.nothing,
    ),
    _state(
        r"(?:refund|money)\b[^.,;]{0,20}\b(?:is|are) (?:already )?"
        r"(?:on (?:its|the) way|coming|in transit|underway|being \w+|in progress|pending|approved)",
        standing.value("refund.status", "refunded"),
    ),
    _state(
        r"(?:no (?:new |other |further )?(?:scans?|updates?|movement)|none|not (?:been scanned|moved)) since",
        standing.quiet,
    ),
    _state(
        r"had expected|was expected|named no new (?:day|date)|overdue|past its estimate", standing.overdue
    ),
    _state(
        r"received your (?:return|parcel|package|items?)|inspected|"
        r"(?:return|items?) (?:was|were|has been|have been) (?:received|inspected)",
        standing.value("return.status", "return_closed"),
    ),
    _state(
        rf"{_RETURN} (?:was|has been|is|were) (?:approved|open)|return_open",
        standing.value("return.status", "return_open"),
    ),
    _state(
        rf"{_RETURN} (?:was|has been|is|were) requested|return_requested|requested (?:a )?return|return request",
        standing.value("return.status", "return_requested", "return_open", "return_closed"),
    ),
    _state(
        rf"{_RETURN} (?:was|has been|is|were) (?:closed|completed|complete|finished)|return_closed",
        standing.value("return.status", "return_closed"),
    ),
    _state(
        rf"{_RETURN} (?:was|has been|is|were) (?:declined|rejected)|return_declined",
        standing.value("return.status", "return_declined"),
    ),
    _state(
        rf"{_RETURN} (?:was|has been|is|were) (?:cancell?ed|withdrawn)|return_cancelled",
        standing.value("return.status", "return_cancelled"),
    ),
    _state(
        r"unshipped|unfulfilled|(?:being|still) (?:prepared|packed|processed)|getting (?:it )?ready to ship|preparing (?:it|your order)",
        standing.not_shipped,
    ),
    _state(
        r"out[_ ]for[_ ]delivery|with the driver|on the (?:van|truck)",
        standing.parcel("out_for_delivery"),
        standing.not_parcel("out_for_delivery"),
    ),
    _state(
        r"available[_ ]for[_ ]pick[- ]?up|ready (?:for pick[- ]?up|to be (?:picked up|collected)|to collect)|waiting (?:for you )?at",
        standing.parcel("available_for_pickup"),
        standing.not_parcel("available_for_pickup"),
    ),
    _state(
        r"(?:on (?:its|the) way|going|coming|heading|sent|being sent|travel\w+) back(?: to (?:us|the sender|the seller))?|being returned|return(?:ing|ed) the parcel to the sender|return(?:ed|ing)? to (?:us|the sender|sender|the seller)|(?:was|been|is) returned|returned",
        standing.back,
        standing.not_parcel("returned"),
    ),
    _state(
        r"(?:could not|couldn[’']t|cannot) (?:be delivered|deliver(?: it| your \w+)?)|undeliverable|failure",
        standing.either(
            standing.parcel("failure"), standing.value("reason", "attempted", "address", "undeliverable")
        ),
    ),
    _state(
        r"(?:tried|attempted|came) to deliver|delivery attempt(?:ed)?|attempted delivery|missed (?:delivery|you)|attempted",
        standing.value("reason", "attempted"),
    ),
    _state(r"damaged?(?! (?:item|good|product))|broken in transit", standing.value("reason", "damaged")),
    _state(r"lost|gone missing|missing", standing.value("reason", "lost")),
    _state(r"refused", standing.value("reason", "refused")),
    _state(r"(?:the )?(?:weather|storms?|snow|hurricane|flood(?:ing)?)", standing.value("reason", "weather")),
    _state(r"customs", standing.value("reason", "customs")),
    _state(
        r"on hold|being held|is holding it|held(?: up)?(?! in customs)",
        standing.value("reason", "held", "customs", "weather"),
    ),
    _state(
        r"(?:incorrect|wrong|incomplete|insufficient|bad) address|address (?:is|was) (?:incorrect|wrong|incomplete|insufficient)|problem with the address",
        standing.value("reason", "address"),
    ),
    _state(
        r"delay(?:ed|s)?|running late|(?<!too )late|behind schedule|held up|stuck|exception|taking longer|a delay",
        standing.late,
        standing.not_late,
    ),
    _state(r"on (?:time|schedule|track)", standing.not_late, standing.late),
    _state(
        r"delivered|dropped off|has (?:reached|arrived)|(?:was|were) left|left (?:it|them) |signed for|arrived(?! (?:at|in) )",
        standing.delivered,
        standing.not_parcel("delivered"),
    ),
    _state(
        r"in[_ ]transit|on (?:its|the) way|en route|underway|moving|travell?ing|travels|making its way|heading (?:to|your way)",
        standing.parcel("in_transit", "out_for_delivery"),
        standing.not_parcel("in_transit", "out_for_delivery"),
    ),
    _state(
        r"partially[_ ]refunded|partial(?:ly)? refund(?:ed)?",
        standing.either(standing.value("financial_status", "partially_refunded")),
    ),
    _state(
        r"refund\b[^.,;]{0,80}? (?:(?:was|has been|is|were) (?:issued|processed|approved|completed|made|sent|paid)|went out)|refunded|money back|reimbursed|credited",
        _REFUNDED,
        standing.unrefunded,
    ),
    _state(
        r"cancell?ed|cancell?ation (?:was|has been|is) (?:processed|confirmed|done)",
        standing.value("cancelled", "cancelled"),
        standing.uncancelled,
    ),
    _state(
        r"paid|payment (?:was|has been|is) (?:received|captured|taken|complete)|charged",
        standing.value("financial_status", "paid", "partially_refunded", "refunded"),
    ),
    _state(
        r"(?:payment|order) is pending|pending|authorized",
        standing.value("financial_status", "pending", "authorized"),
    ),
    _state(r"voided", standing.value("financial_status", "voided")),
    _state(r"out of stock|sold out|back-?ordered|unavailable", standing.stock(False), standing.stock(True)),
    _state(r"in stock|available(?! for pick)|back in stock", standing.stock(True), standing.stock(False)),
    _state(
        r"(?:has|have|was|been|is|already) (?:already )?(?:shipped|dispatched|fulfilled|sent out|sent|left (?:us|our \w+))|shipped|dispatched|fulfilled|left (?:us|our \w+)|handed (?:it |them )?(?:over )?to",
        standing.shipped,
        standing.not_shipped,
    ),
    _state(r"partial", standing.value("fulfillment_status", "partial")),
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


def _check(test: standing.Test, words: str, ground: Ground) -> Verdict:
    if found := test(ground):
        return found
    statuses = [item for item in ground.of(Kind.STATUS) if not item.record.startswith("scan:")]
    if statuses:
        return f"No record says “{words}”; {statuses[0].label} is {statuses[0].value.replace('_', ' ')}."
    return f"No cited record says “{words}”."
