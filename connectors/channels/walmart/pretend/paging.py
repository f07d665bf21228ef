"""Lists with Walmart's cursors: a finished query string that is taken back only as it was given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import parse_qsl, quote, urlencode

from connectors.sandbox.world import Shop
from connectors.signatures import equal, hmac_base64

T = TypeVar("T")
_PROOF = "&proof="


class BadCursor(Exception):
    pass


@dataclass(frozen=True)
class Asked:
    """What a query wants. `filters` are without the page's own parameters."""

    filters: dict[str, str]
    limit: int
    offset: int


def asked(shop: Shop, raw: str, usual: int, most: int = 200) -> Asked:
    """`raw` is the query as it came over the wire. Raises BadCursor."""
    if "soIndex=" in raw:
        given, _, proof = raw.partition(_PROOF)
        if not equal(proof, _proof(shop, given)):
            raise BadCursor
        raw = given
    query = dict(parse_qsl(raw))
    limit = int(query.pop("limit", usual))
    if not 0 < limit <= most:
        raise BadCursor
    offset = int(query.pop("poIndex", 0))
    for name in ("soIndex", "hasMoreElements", "sellerId"):
        query.pop(name, None)
    return Asked(query, limit, offset)


def cut(shop: Shop, found: Sequence[T], wanted: Asked) -> tuple[Sequence[T], str]:
    """A page and the cursor of the next, "" after the last."""
    end = wanted.offset + wanted.limit
    if end >= len(found):
        return found[wanted.offset :], ""
    place = {
        **wanted.filters,
        "limit": wanted.limit,
        "hasMoreElements": "true",
        "soIndex": len(found),
        "poIndex": end,
        "sellerId": shop.seller_id,
    }
    query = urlencode(place, safe=":")
    return found[wanted.offset : end], f"?{query}{_PROOF}{_proof(shop, query)}"


def _proof(shop: Shop, query: str) -> str:
    """Half escaped, as theirs are: whoever decodes it or writes it anew spoils it."""
    return quote(hmac_base64(shop.client_secret, query.encode()), safe="+=")
