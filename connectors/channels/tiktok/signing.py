"""How TikTok Shop signs: a request by its path, query and body, a webhook by the app's key and the body. Pure.

Both are HMAC-SHA256 in lower-case hex; TikTok refuses upper case. What is signed must be the very bytes that are sent.
"""

from __future__ import annotations

from collections.abc import Mapping

from connectors.signatures import hmac_hex

_UNSIGNED = ("sign", "access_token")


def of_request(secret: str, path: str, query: Mapping[str, str], body: bytes = b"") -> str:
    """`path` without host and query. No `body` for multipart: files are not signed."""
    said = "".join(f"{name}{query[name]}" for name in sorted(query) if name not in _UNSIGNED)
    return hmac_hex(secret, f"{secret}{path}{said}".encode() + body + secret.encode())


def of_webhook(app_key: str, secret: str, body: bytes) -> str:
    return hmac_hex(secret, app_key.encode() + body)
