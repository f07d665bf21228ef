"""Files that go to and come from Amazon by an address that is its own permission, and lives for minutes."""

from __future__ import annotations

import gzip
from collections.abc import Mapping

from connectors import http
from connectors.channels.amazon.calling import Json
from connectors.contract import Account
from connectors.errors import Unreachable
from connectors.http import Rate

RATE = Rate(10, 10, "documents")  # no limit is documented


def put(account: Account, url: str, content: bytes, headers: Mapping[str, str]) -> None:
    """The same file twice is one file."""
    http.request(account, "PUT", url, safe=True, rate=RATE, content=content, headers=headers)


def get(account: Account, document: Json) -> bytes:
    response = http.request(account, "GET", document["url"], safe=True, rate=RATE)
    if document.get("compressionAlgorithm") != "GZIP":
        return response.content
    try:
        return gzip.decompress(response.content)
    except (OSError, EOFError) as error:
        raise Unreachable("Amazon's file came only in part.") from error
