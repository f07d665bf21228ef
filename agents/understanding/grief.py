"""Whether somebody writes of a death: however simple what they ask, a person answers that."""

from __future__ import annotations

import re

_WHO = (
    r"(?:husband|wife|spouse|partner|fianc[eé]e?|mother|mom|mum|father|dad|parents?|son|daughter|child|baby|brother|sister|"
    r"(?:grand|step)\w+|uncle|aunt|cousin|nephew|niece|friend)"
)
_THEN = r"(?:\s+(?:has|have|had|just|both|who|recently|suddenly|sadly|unexpectedly|tragically))*"
_DEATH = re.compile(
    r"\bpassed away\b|\bpassing of\b|\b(?:death|loss) of (?:my|our|her|his)\b|\bbereave\w*|\bstillb\w+|\bmiscarr\w+"
    rf"|\b{_WHO}{_THEN}\s+(?:died|passed on)\b|\b{_WHO}['’]s (?:death|funeral|burial)\b"
    rf"|\b(?:lost|buried) (?:my|our|her|his) {_WHO}\b(?!['’]s)|\b(?:my|our|her|his) late {_WHO}\b",
    re.IGNORECASE,
)


def speaks_of_death(text: str) -> bool:
    return bool(_DEATH.search(text))
