"""Promises: what we will do, what the customer will get, and deeds said to be done. Only a policy may promise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from agents.checking.claims.ground import Found, Ground, Verdict
from agents.checking.claims.rules import stated
from agents.facts.evidence import Evidence, Kind

PROMISE = "promise"

_WHO = r"(?:we|I|our (?:\w+ )?team|a (?:teammate|colleague)|our warehouse|someone|the seller|they)"
_DEED = (
    r"(?:refund|reimburs|replac|resend|re-?ship|credit|compensat|cancel|waiv|cover|guarantee|ensur|make sure|exchang|discount|offer|giv|"
    r"pay|upgrad|expedit|rerout|redirect|stop|intercept|deliver|ship|send|issu|process|approv|extend|open|start|fil|hold|chang|updat|arrang|appl|"
    r"add|return|remov)"
)
_DONE = (
    r"(?:issued|approved|processed|refunded|cancell?ed|sent|credited|waived|applied|arranged|scheduled|upgraded|replaced|opened|filed|started|"
    r"initiated|changed|updated|stopped|reshipped|resent|extended|granted|added|removed|requested|contacted|escalated|flagged|reimbursed)"
)
# What a writer does without changing anything: looking, reading, understanding.
_HARMLESS = (
    r"(?:look|check|receiv|review|search|notic|tri|want|hop|need|apologi|shar|mention|not|list|explain|attach|expect|estimat|deliver|"
    r"mov|ask(?=ed (?:you|for (?:your|the) order))|shipp|pull|open(?=ed your (?:order|message)))\w*ed|tried|pulled|took an? (?:\w+ )?look|taken an? (?:\w+ )?look"
)
_PATTERNS = (
    ("said", rf"\b{_WHO}(?:[’']ve| have)? (?:just |already )?(?:told|written|wrote)(?= (?:to )?you\b)"),
    (
        "deed",
        rf"\b{_WHO}(?:[’']ve| have|[’']s| has|[’']d| had)? (?:just |already |now |also |gone ahead and |personally )*(?!{_HARMLESS})"
        r"(?:\w+ed|put|made|sent|spoke|spoken|told|gave|given|got|took|taken|paid|kept|held|set|done|did|written|wrote|brought)\b",
    ),
    (
        "deed",
        rf"\b(?:{_WHO}|you)(?:[’']ve| have|[’']s| has)? (?:just |already |now |also |gone ahead and )*{_DONE}\b",
    ),
    (
        "deed",
        r"\b(?:replacements?|exchanges?|labels?|claims?|traces?|credits?|vouchers?|appointments?|pick-?ups?|new (?:one|item|parcel|order))\b"
        rf"[^.;]{{0,30}}\b(?:has been|have been|was|were|is|are) (?:\w+ )?{_DONE}\b",
    ),
    (
        "future",
        rf"\b{_WHO}(?:[’']ll|\s+will|\s+shall|\s+would(?= be happy to)|(?:[’']re| are|[’']m| am) (?:going|happy|able|glad) to|[’']re| are| can| could)"
        rf"(?!\s+(?:see|confirm|tell|find|understand|imagine|assure)\b)(?:\s+\w+){{0,4}}?\s+{_DEED}\w*",
    ),
    (
        "future",
        rf"\b(?:will|shall|[’']ll|going to|can|may) (?:\w+ )?be (?:\w+ )?(?:{_DONE}|{_DEED}\w*(?:ed|t)|free|covered|delivered|shipped)",
    ),
    (
        "future",
        r"\byou(?:[’']ll| will| shall| are going to|[’']re going to|\s+can expect to| are getting|[’']re getting) (?:\w+ )?(?:receive|get|have|be refunded|expect)\b(?! in touch)|\byou (?:get|receive)\b",
    ),
    (
        "arrival",
        r"\b(?:it|they|this|the \w+|your \w+)(?:[’']ll|\s+will)(?: \w+)? (?:arrive|be (?:there|here|with you|delivered|back)|reach|come|ship|leave|get (?:there|to you))",
    ),
    (
        "word",
        r"\b(?:we|I)(?: can| do)? (?:promise|guarantee|assure)|\bguaranteed?\b|\brest assured\b|\bdefinitely\b|\bcertain(?:ly)?\b|\bno matter what\b|"
        r"\b(?:is|that[’']s) a promise\b|\b(?:our|my) word\b|\bcount on\b|\bwithout fail\b|\bno way\b|\bfor sure\b|\bmakes? sure (?:that )?(?:it|you|they|this)\b",
    ),
    (
        "gift",
        r"\b(?:\S+ )?off your\b|\bdiscounts?\b|\bcoupons?\b|\bpromo(?:tional)? codes?\b|\bgift cards?\b|\bstore credit\b|\bvouchers?\b|"
        r"\bfree (?:shipping|returns?|replacements?|upgrades?|of charge|gift)|\bat no (?:extra |additional )?(?:cost|charge)|\bon (?:us|the house)\b|"
        r"\bcomplimentary\b|\bwaived?\b|\bgoodwill\b|\bas an apology\b|\bcompensation\b|\bfull refund\b|\bmoney[- ]back\b|\bno questions asked\b|\bkeep the (?:item|product)\b|"
        r"\b(?:use|enter|with) (?:the |this |our )?code\b|\bexceptions?\b|\b(?:won[’']t|will not|not) be charged\b|\b(?:need not|don[’']t (?:have|need) to) (?:send|return|pay)\b",
    ),
)
_COMPILED = tuple((kind, re.compile(words, re.IGNORECASE)) for kind, words in _PATTERNS)


def find(text: str) -> Iterator[Found]:
    taken: list[tuple[int, int]] = []
    for kind, words in _COMPILED:
        for match in words.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            taken.append(match.span())
            yield Found(match.start(), match.end(), PROMISE, partial(_check, kind, text))


def _check(kind: str, clause: str, ground: Ground) -> Verdict:
    if kind == "said":  # what was said is a claim of its own
        ours = (item for item in ground.cited if item.record.startswith("message:"))
        return next(ours, "No record says that this was done.")
    if kind == "deed":
        return _deed(clause, ground) or "No record says that this was done."
    verdict = stated(clause, ground)
    if isinstance(verdict, Evidence):
        return verdict
    if kind == "arrival":
        return "An estimate is no promise: say who expects it, and when."
    return verdict if ground.of(Kind.POLICY) else "No policy is cited that promises this."


_DEEDS = (
    (re.compile(r"refund|reimburs|credited", re.IGNORECASE), "refund.status"),
    (re.compile(r"cancel", re.IGNORECASE), "cancelled"),
    (re.compile(r"return", re.IGNORECASE), "return.status"),
    (
        re.compile(
            r"^(?!.*(?:label|replacement|new |another|voucher|money)).*\b(?:sent|shipped)\b", re.IGNORECASE
        ),
        "shipped_on",
    ),
)


def _deed(clause: str, ground: Ground) -> Evidence | None:
    for words, field in _DEEDS:
        if words.search(clause):
            return next(iter(ground.field(field)), None)
    return None
