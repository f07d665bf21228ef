"""What the Graph API says when it does not do a thing, and what that means to a seller.

`{"error": {message, type, code, error_subcode, is_transient, error_user_msg, error_data: {details}}}`
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from connectors import http
from connectors.contract import Account
from connectors.errors import AuthorizationLost, ConnectorError, RateLimited, Refused
from connectors.meta import usage

JUDGED = (400, 401, 403, 404, 429)
_NO_SUCH_OBJECT = 33  # error_subcode, with code 100: gone, or never ours to see
_TOKEN_DEAD = {102, 190}
_BUSY = {4, 17, 32, 341, 613, 130429, 131048, 131056, 2534040, *range(80000, 80015)}
_TROUBLE = {1, 2}  # Meta's own; the call may have been carried out all the same

# By code, or by code and subcode, which goes first.
Known = Mapping[int | tuple[int, int], str]

WORDS: Known = {
    (
        10,
        2018278,
    ): "Meta's 24 hours for an answer are over. A person may still answer for 7 days after the shopper's "
    "last message, if the app has the Human Agent feature.",
    (
        10,
        2534022,
    ): "Instagram's 24 hours for an answer are over. A person may still answer for 7 days after the "
    "shopper's last message, if the app has the Human Agent feature.",
    (10, 1893063): "Meta has restricted this Page. Look at its Page Quality.",
    (100, 2018001): "This person cannot be reached: they left, or blocked the Page.",
    (100, 2534014): "There is no such person on Instagram any more.",
    (100, 2534029): "This person cannot be written to on Instagram.",
    (
        200,
        2534041,
    ): "The account lets no app read its messages. In Instagram: Settings, Messages, Connected tools, "
    "Allow access to messages.",
    368: "Meta has blocked this for a while, because it took it for misuse.",
    551: "This person does not take messages at the moment.",
    1545041: "This person does not take messages at the moment, or the time for an answer is over.",
}


def judge(
    response: httpx.Response,
    *,
    account: Account,
    safe: bool,
    missing: bool = False,
    known: Known | None = None,
) -> None:
    """Raises unless the answer is good, or says "no such thing" to a caller who knows to read it (`missing`)."""
    usage.note(account, response)
    if response.is_success or (missing and is_missing(response)):
        return
    error = _error(response)
    raise _meant(response, error, safe, {**WORDS, **(known or {})})


def is_missing(response: httpx.Response) -> bool:
    if response.is_success:
        return False
    error = _error(response)
    return (
        response.status_code == 404 or _numbers(error) == (100, _NO_SUCH_OBJECT) or _numbers(error)[0] == 803
    )


def _meant(response: httpx.Response, error: Mapping[str, Any], safe: bool, known: Known) -> ConnectorError:
    code, subcode = _numbers(error)
    words = known.get((code, subcode)) or known.get(code)
    if code in _TOKEN_DEAD:
        return AuthorizationLost(
            "Meta's consent has ended (a new password or a lost role does that). Connect again."
        )
    if code in _BUSY or subcode in _BUSY or response.status_code == 429:
        wait = usage.regained_in(response) or http.retry_after(response) or http.RETRY_AFTER
        return RateLimited(words or "Meta takes no more calls of this account at the moment.", wait)
    if words:
        return Refused(words)
    if code in _TROUBLE or error.get("is_transient"):
        return http.no_answer("Meta had an error of its own.", safe)
    if code in (3, 10) or 200 <= code <= 299:
        said = f"Meta has not granted this app enough. {_told(error)}".strip()
        return (
            AuthorizationLost(said) if safe else Refused(said)
        )  # reading goes on without the right to write
    if response.status_code == 401:
        return AuthorizationLost("Meta did not accept the access token. Connect again.")
    return Refused(f"Meta refused: {_told(error) or f'{response.status_code} without a reason'}")


def _error(response: httpx.Response) -> Mapping[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        return {}
    error = answer.get("error") if isinstance(answer, dict) else None
    return error if isinstance(error, dict) else {}


def _numbers(error: Mapping[str, Any]) -> tuple[int, int]:
    def number(name: str) -> int:
        value = str(error.get(name) or "")
        return int(value) if value.isdigit() else 0

    return number("code"), number("error_subcode")


def _told(error: Mapping[str, Any]) -> str:
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, dict) else ""
    return str(error.get("error_user_msg") or details or error.get("message") or "")[:300]
