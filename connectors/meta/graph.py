"""The Graph API: how it is asked, for Facebook, Instagram and WhatsApp alike. Which endpoints, each channel says.

`account.credentials` hold app_secret and access_token, they or `settings` app_id; `settings["base_url"]` is where the platform lives.
The token goes in a header, never in an address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx

from connectors import garbled, http
from connectors.contract import Account
from connectors.errors import AuthorizationLost, Refused
from connectors.meta import usage
from connectors.meta.refusals import JUDGED, Known, is_missing, judge
from connectors.signatures import hmac_hex

Json = dict[str, Any]

HOST = "https://graph.facebook.com"
VERSION = "v25.0"
_DEAD = (400, 401, 403, 404, 410)
LARGEST = 100 * 1024 * 1024  # bytes; nothing Meta lets people send is larger


@dataclass(frozen=True)
class Graph:
    """`token` is another than the account's own; `known` what more its errors mean on this channel."""

    account: Account
    token: str = field(default="", repr=False)
    known: Known = field(default_factory=dict)
    host: str = HOST
    version: str = VERSION

    def read(self, path: str, **params: Any) -> Json:
        return self._answer(self._call("GET", path, safe=True, params=params), safe=True)

    def find(self, path: str, **params: Any) -> Json | None:
        """None when there is no such thing, or none that we may see."""
        response = self._call("GET", path, safe=True, missing=True, params=params)
        return None if is_missing(response) else self._answer(response, safe=True)

    def every(self, path: str, *, most: int = 1000, **params: Any) -> Iterator[Json]:
        """The rows of a list, page after page."""
        after: Json = {}
        while most > 0:
            page = self.read(path, **params, **after)
            rows = page.get("data") or []
            yield from rows[:most]
            most -= len(rows)
            cursor = ((page.get("paging") or {}).get("cursors") or {}).get("after")
            if not rows or not cursor or "next" not in page["paging"]:
                return
            after = {"after": cursor}

    def write(self, path: str, body: Mapping[str, Any] | None = None, *, safe: bool = False) -> Json:
        """`safe` where doing it twice changes nothing."""
        return self._answer(self._call("POST", path, safe=safe, json=dict(body or {})), safe=safe)

    def upload(
        self, path: str, fields: Mapping[str, str], files: Mapping[str, tuple[str, bytes, str]]
    ) -> Json:
        """`files`: (name, content, content type) by field. A file nobody refers to harms nobody, so it is safe."""
        return self._answer(self._call("POST", path, safe=True, data=fields, files=files), safe=True)

    def delete(self, path: str, **params: Any) -> Json:
        return self._answer(self._call("DELETE", path, safe=True, params=params), safe=True)

    def download(self, url: str, *, with_token: bool = False) -> httpx.Response:
        """What people sent. `with_token` only for addresses the Graph API itself gave. Raises Refused where an address is
        dead, as they all are within minutes to days."""
        response = http.request(
            self.account,
            "GET",
            url,
            safe=True,
            rate=usage.FILES,
            accept=_DEAD,
            headers={"Authorization": f"Bearer {self._token()}"} if with_token else {},
        )
        if response.status_code in _DEAD:
            raise Refused("Meta no longer gives this file.")
        if len(response.content) > LARGEST:
            raise Refused("The file is larger than Meta lets people send.")
        return response

    def _call(
        self, method: str, path: str, *, safe: bool, missing: bool = False, params: Any = None, **more: Any
    ) -> httpx.Response:
        token = self._token()
        return http.request(
            self.account,
            method,
            f"{self._base()}{path}",
            safe=safe,
            rate=usage.pace(self.account),
            accept=JUDGED,
            judge=partial(judge, account=self.account, safe=safe, missing=missing, known=self.known),
            headers={"Authorization": f"Bearer {token}"},
            params={**(params or {}), **self._proof(token)},
            **more,
        )

    def _base(self) -> str:
        return f"{str(self.account.settings.get('base_url') or self.host).rstrip('/')}/{self.version}"

    def _token(self) -> str:
        token = self.token or self.account.credentials.get("access_token", "")
        if not token:
            raise AuthorizationLost("The seller has not agreed at Meta yet. Connect again.")
        return token

    def _proof(self, token: str) -> dict[str, str]:
        """Shows that whoever holds the token holds the app's secret as well; some apps demand it."""
        secret = self.account.credentials.get("app_secret", "")
        return {"appsecret_proof": hmac_hex(secret, token.encode())} if secret else {}

    def _answer(self, response: httpx.Response, *, safe: bool) -> Json:
        found: Json = http.decoded(response, safe=safe)
        return found


def as_app(account: Account, **more: Any) -> Graph:
    """The app itself, for what belongs to it and to no account: webhooks, looking at tokens."""
    return Graph(account, token=f"{app_id(account)}|{account.credentials.get('app_secret', '')}", **more)


def app_id(account: Account) -> str:
    return str(account.settings.get("app_id") or account.credentials.get("app_id", ""))


understood = partial(garbled.understood, "Meta")
