"""Access tokens: got by client credentials or a refresh token, cached per account, renewed by one worker at a time.

    headers = {"Authorization": f"Bearer {oauth.token(account, renew)}"}

`renew` asks the platform for a new `Token`; `by_client_credentials` and `by_refresh_token` do it the standard
way. When a platform says 401 before a token's time, `forget` it. Cached tokens are encrypted under the
account's own client secret, so that reading the shared store gives nobody a token.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import httpx
from cryptography.fernet import Fernet, InvalidToken

from connectors import http
from connectors.contract import Account
from connectors.errors import AuthorizationLost
from connectors.shared import shared

EARLY = 120  # seconds before its end at which a token is renewed
RATE = http.Rate(per_second=1, burst=5, name="token")


@dataclass(frozen=True)
class Token:
    """`expires_at` is in seconds since 1970. `refresh` is the refresh token that came with it, if any."""

    value: str = field(repr=False)
    expires_at: float
    refresh: str = field(repr=False, default="")

    @property
    def fresh(self) -> bool:
        return self.expires_at - EARLY > time.time()


def token(account: Account, renew: Callable[[], Token]) -> str:
    """A token that is good for at least two more minutes. Raises what `renew` raises."""
    return _current(account, None, lambda newest: renew())


def refreshed(account: Account, stored: Token, renew: Callable[[Token], Token]) -> str:
    """The same where each renewal spends a refresh token: `renew` gets the newest one anybody holds.

    `stored` is what the account's credentials say, which may be older than the cache or newer.
    """
    return _current(account, stored, lambda newest: renew(newest or stored))


def _current(account: Account, stored: Token | None, renew: Callable[[Token | None], Token]) -> str:
    if (newest := _newest(account, stored)) and newest.fresh:
        return newest.value
    with shared().lock(_key(account)):
        newest = _newest(account, stored)  # somebody may have renewed it while we waited
        if newest is None or not newest.fresh:
            newest = renew(newest)
            keep(account, newest)
        return newest.value


def _newest(account: Account, stored: Token | None) -> Token | None:
    held = [each for each in (cached(account), stored) if each]
    return max(held, key=lambda each: each.expires_at, default=None)


def cached(account: Account) -> Token | None:
    """The cached token, fresh or not: an old one may still hold the newest refresh token."""
    sealed = shared().read(_key(account))
    if sealed is None:
        return None
    try:
        return Token(**json.loads(_seal(account).decrypt(sealed.encode())))
    except InvalidToken:  # sealed under a client secret that was changed since
        return None


def keep(account: Account, fresh: Token) -> None:
    sealed = _seal(account).encrypt(json.dumps(asdict(fresh)).encode()).decode()
    day = 86_400 if fresh.refresh else 0
    shared().write(_key(account), sealed, max(1.0, fresh.expires_at - time.time() + day))


def forget(account: Account) -> None:
    shared().delete(_key(account))


def by_client_credentials(
    account: Account, url: str, *, scope: str = "", in_body: bool = False, safe: bool = True
) -> Token:
    """Uses `credentials["client_id"]` and `["client_secret"]`, as HTTP Basic or, `in_body`, as form fields."""
    form = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
    return asked(account, url, form, in_body=in_body, safe=safe)


def by_refresh_token(account: Account, url: str, refresh: str, *, in_body: bool = False) -> Token:
    return asked(account, url, {"grant_type": "refresh_token", "refresh_token": refresh}, in_body=in_body)


def asked(
    account: Account, url: str, form: Mapping[str, str], *, in_body: bool = False, safe: bool = True
) -> Token:
    """One token request. Raises AuthorizationLost when the platform refuses the credentials (any 400 to 403)."""
    try:
        client = (account.credentials["client_id"], account.credentials["client_secret"])
    except KeyError as missing:
        raise AuthorizationLost(f"The {missing.args[0]} is missing. Fill it in and connect again.") from None
    response = http.request(
        account,
        "POST",
        url,
        safe=safe,  # an extra token harms nobody
        rate=RATE,
        accept=(400,),
        data={**form, **({"client_id": client[0], "client_secret": client[1]} if in_body else {})},
        auth=None if in_body else client,
        headers={"Accept": "application/json"},
    )
    if response.status_code == 400:
        raise AuthorizationLost(f"{response.request.url.host} did not accept the credentials.")
    return parsed(response)


def parsed(response: httpx.Response) -> Token:
    """A token answer as RFC 6749 writes it. A token without `expires_in` is taken to last a year."""
    answer: dict[str, Any] = http.decoded(response, safe=True)
    lasting = float(answer.get("expires_in") or 31_536_000)
    return Token(answer["access_token"], time.time() + lasting, answer.get("refresh_token", ""))


def _key(account: Account) -> str:
    return f"token:{account.kind}:{account.id}"


def _seal(account: Account) -> Fernet:
    secret = account.credentials.get("client_secret", "").encode()
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(secret).digest()))
