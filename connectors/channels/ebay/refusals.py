"""What eBay says when it does not do a thing, and what that means to a seller."""

from __future__ import annotations

from typing import Any

import httpx

from connectors import http
from connectors.errors import AuthorizationLost, RateLimited, Refused
from connectors.quota import Quota

QUOTA_SPENT, NO_SCOPE = 2001, 1100

# Source of the numbers: error lists of the Fulfillment and Message API contracts.
GUIDANCE = {
    34915: "That is more than is left to refund on this order.",
    34916: "The shopper has an open request or case for this item. Answer or refund it there; eBay refuses any other "
    "refund meanwhile.",
    34917: "This was refunded already; the shopper has the money or gets it soon.",
    34920: "The time in which eBay lets a seller refund this order is over.",
    34922: "An earlier refund for this order is still on its way. Wait until it has arrived.",
    34924: "What would be left of the item's price is too small. Refund all of it or less.",
    33011: "The dispute changed meanwhile. Look at it again before answering.",
    33101: "The dispute is no longer in a state in which it can be answered.",
    33102: "eBay wants evidence before a dispute can be contested. Add some first.",
    355013: "The message is too long for eBay: at most 2,000 characters.",
    355014: "eBay takes pictures only from public web addresses.",
    355018: "eBay does not know whom this message is for.",
}


def judge(response: httpx.Response, *, quota: Quota, missing: bool, expired: type[AuthorizationLost]) -> None:
    """Raises unless the answer is good, or a 404 that the caller knows to read (`missing`)."""
    if response.is_success or (missing and response.status_code == 404):
        return
    errors = _errors(response)
    numbers = {_number(each) for each in errors}
    if response.status_code == 429 or QUOTA_SPENT in numbers:
        raise _too_many(response, quota, numbers)
    if response.status_code == 401:
        raise expired("eBay did not accept the seller's token. Connect again if this stays.")
    if response.status_code == 403 or NO_SCOPE in numbers:
        raise AuthorizationLost(
            f"eBay has not granted access to {quota.name}. Connect again and agree to all."
        )
    known = [GUIDANCE[number] for number in sorted(numbers) if number in GUIDANCE]
    raise Refused(" ".join(known) or _told(response, errors))


def _too_many(response: httpx.Response, quota: Quota, numbers: set[int]) -> RateLimited:
    """Until tomorrow when the day's calls are gone; waiting a moment would only ask again in vain."""
    if QUOTA_SPENT in numbers:
        return RateLimited(f"eBay's calls for today are used up ({quota.name}).", quota.exhaust())
    return RateLimited(
        "eBay takes no more calls at the moment.", http.retry_after(response) or http.RETRY_AFTER
    )


def _errors(response: httpx.Response) -> list[dict[str, Any]]:
    """{"errors": [..]}, {"error": [..]} or {"errorMessage": {"error": [..]}}; [] for what is none of these."""
    try:
        answer = response.json()
    except ValueError:
        return []
    if not isinstance(answer, dict):
        return []
    wrapped = answer.get("errorMessage")
    held = (
        answer.get("errors")
        or answer.get("error")
        or (wrapped.get("error") if isinstance(wrapped, dict) else [])
    )
    return [each for each in held if isinstance(each, dict)] if isinstance(held, list) else []


def _number(error: dict[str, Any]) -> int:
    try:
        return int(error.get("errorId") or 0)
    except (TypeError, ValueError):
        return 0


def _told(response: httpx.Response, errors: list[dict[str, Any]]) -> str:
    said = "; ".join(str(each.get("longMessage") or each.get("message") or "") for each in errors)
    return (
        f"eBay refused: {said[:300]}"
        if said
        else f"eBay refused ({response.status_code}) and gave no reason."
    )
