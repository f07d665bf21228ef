"""What TikTok Shop says when it refuses, in a seller's words.

Success and failure stand in the body's `code`, whatever the HTTP status is. Two codes say that something broke at
TikTok: after an unsafe request nobody knows then whether it was done.
"""

from __future__ import annotations

import httpx

from connectors import http
from connectors.errors import AuthorizationLost, RateLimited, Refused

JUDGED = (400, 401, 403, 404, 409, 429)  # answers that hold a code of their own
PAUSE = 2.0  # seconds; TikTok does not say for how long

TOKEN_IS_BAD = (105001, 105002, 36009005)
NO_SCOPE = 105005
TOO_FAST = (36009002, 12052109)
BROKEN = (36009003, 45101001)
_LOST = {
    106001: "TikTok did not accept the signature. Copy the app secret from the Partner Center again.",
    106013: "TikTok says that this shop is not of the seller who agreed. Connect again.",
}
_REFUSED = {
    NO_SCOPE: "The app lacks a scope for this. Apply for it in the Partner Center (customer service is reviewed on its "
    "own), then agree once more: an older consent does not have it.",
    45109001: "TikTok lets a shop write only within 30 days of the last chat, 60 days of the last order, or to somebody "
    "who has returned something. None of this is so.",
    36009043: "TikTok says that the shop is closed.",
    36009044: "TikTok says that the shop is closed.",
}


class Expired(AuthorizationLost):
    """The access token is not good any more; another one may be."""


def judge(response: httpx.Response, *, safe: bool) -> None:
    """Raises for every answer but a success. `request_id` is what TikTok's support asks for."""
    if response.status_code in JUDGED and not _has_code(response):
        _by_status(response)
    answer = http.decoded(response, safe=safe)
    code = answer.get("code")
    if code == 0:
        return
    if not isinstance(code, int) or isinstance(code, bool):
        raise http.no_answer("TikTok's answer has no code.", safe)
    said = f"({code}, request {answer.get('request_id') or 'unknown'})"
    if code in TOKEN_IS_BAD:
        raise Expired(f"TikTok no longer accepts the consent. Connect again {said}.")
    if code in _LOST:
        raise AuthorizationLost(f"{_LOST[code]} {said}")
    if code in TOO_FAST:
        raise RateLimited(
            f"Too many requests for TikTok just now {said}.", http.retry_after(response) or PAUSE
        )
    if code in BROKEN:
        raise http.no_answer(f"Something broke at TikTok {said}.", safe)
    words = " ".join(str(answer.get("message") or "no reason given").split())[:200]
    raise Refused(f"{_REFUSED.get(code) or f'TikTok refused: {words}'} {said}")


def _has_code(response: httpx.Response) -> bool:
    try:
        found = response.json()
    except ValueError:
        return False
    return isinstance(found, dict) and bool(found.get("code"))


def _by_status(response: httpx.Response) -> None:
    """A gateway before TikTok's own answered."""
    status = response.status_code
    if status in (401, 403):
        raise Expired(f"TikTok answered {status}: the consent is not accepted. Connect again.")
    if status == 429:
        raise RateLimited("Too many requests for TikTok just now (429).", http.retry_after(response) or PAUSE)
    raise Refused(f"TikTok answered {status}.")
