"""What kind of thing a group under a live says, from what one of its comments was understood as."""

from __future__ import annotations

import re

from agents.understanding.intents import IntentKind
from agents.understanding.message import Understanding
from inbox.models import GroupKind

_BUYING = {
    IntentKind.PRODUCT_QUESTION,
    IntentKind.SHIPPING_INFO,
    IntentKind.DISCOUNT,
    IntentKind.RETURN_REQUEST,
    IntentKind.WARRANTY,
    IntentKind.PAYMENT,
    IntentKind.EXCHANGE,
    IntentKind.SUBSCRIPTION,
}
_SILENT = {IntentKind.OTHER, IntentKind.UNSURE}
_ASKS = re.compile(
    r"\?|^\W*(?:@\w+\W+)?(?:is|are|does|do|did|can|could|will|would|what|whats|which|how|where|when|who|any|link|price|size|code|precio|preis|prix|pre[cç]o|"
    r"cu[aá]nto|qu[eé]|c[oó]mo|d[oó]nde|hay|tienen|se puede|was|wie|wo|wann|gibt|kann|habt|combien|est-ce|o[uù]|quanto|tem)\b",
    re.IGNORECASE,
)
_SURE = 0.8  # so surely a wish that it need not look like a question
_LIKELY = 0.3


def kind_of(text: str, seen: Understanding) -> GroupKind:
    """People talk a lot while they watch, and most talk sounds a little like a wish: it must look like one, too."""
    first = seen.intents[0]
    if first.kind in _SILENT or first.confidence < _LIKELY:
        return GroupKind.OTHER
    if first.kind in _BUYING:
        asks = first.confidence >= _SURE or bool(_ASKS.search(text))
        return GroupKind.BUYING if asks else GroupKind.OTHER
    return GroupKind.COMPLAINT
