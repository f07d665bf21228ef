"""How TikTok Shop lets us in: the app's keys, the seller's consent, and which shop is meant.

`credentials` hold client_id and client_secret (app key and app secret) and, after consent, the seller's refresh_token.
`settings` hold service_id (the app's name on the consent page), region (US, or another country's code) and, after
consent, shop_cipher, which names the shop in nearly every call. The token belongs to the seller, who may have several
shops; the account's external_id is one shop's id.

The token calls carry the secret in their query: no log line and no error of ours holds query strings.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from connectors import http, oauth
from connectors.channels.tiktok.refusals import JUDGED, judge
from connectors.contract import Account
from connectors.errors import AuthorizationLost, InvalidSignature, Refused
from connectors.oauth import Token

API = "https://open-api.tiktokglobalshop.com"
_AUTH = "https://auth.tiktok-shops.com"
_A_YEAR = 366 * 86_400


def api(account: Account) -> str:
    return str(account.settings.get("base_url") or API).rstrip("/")


def region(account: Account) -> str:
    return str(account.settings.get("region") or "US").upper()


def seller_center(account: Account) -> str:
    """Where the seller does what no API does. Addresses as a browser shows them; TikTok documents none."""
    if own := account.settings.get("base_url"):
        return str(own).rstrip("/")
    country = {"GB": "uk"}.get(region(account), region(account).lower())
    return f"https://seller-{country}.tiktok.com"


def order_page(account: Account, number: str) -> str:
    return f"{seller_center(account)}/order/detail?order_no={number}&shop_region={region(account)}"


def token(account: Account) -> str:
    """The seller's. Raises AuthorizationLost when the seller has to consent again."""
    refresh = account.credentials.get("refresh_token", "")
    if not refresh:
        raise AuthorizationLost("The seller has not agreed at TikTok Shop yet. Connect again.")
    return oauth.refreshed(account, Token("", 0, refresh), partial(_renewed, account))


def spoil(account: Account) -> None:
    """TikTok refused the token before its time. The newest refresh token stays in the cache: it may work only once."""
    if held := oauth.cached(account):
        oauth.keep(account, replace(held, value="", expires_at=time.time() - 1))


def authorize_url(account: Account, state: str) -> str:
    """TikTok knows the way back from its Partner Center."""
    service = account.settings.get("service_id")
    if not service:
        raise Refused("The service ID is missing: the Partner Center shows it beside the app key.")
    own = account.settings.get("base_url")
    host = str(own).rstrip("/") if own else _services(account)
    return f"{host}/open/authorize?{urlencode({'service_id': service, 'state': state})}"


def _services(account: Account) -> str:
    """Apps of the US Partner Center are consented to at one host, those of all others at another."""
    return (
        "https://services.us.tiktokshop.com" if region(account) == "US" else "https://services.tiktokshop.com"
    )


def exchange(account: Account, callback: Mapping[str, str]) -> Token:
    """The query of the way back → the seller's token, which is kept. The code works once."""
    if not callback.get("code"):
        raise Refused("The seller did not agree at TikTok Shop.")
    ours = account.credentials.get("client_id", "")
    if callback.get("app_key", ours) != ours:
        raise InvalidSignature("The consent is for another app.")
    asked = {"auth_code": callback["code"], "grant_type": "authorized_code"}
    fresh = _asked(account, "get", asked, safe=False)
    oauth.keep(account, fresh)
    return fresh


def _renewed(account: Account, newest: Token) -> Token:
    asked = {"refresh_token": newest.refresh, "grant_type": "refresh_token"}
    fresh = _asked(account, "refresh", asked, safe=True)
    if fresh.refresh != newest.refresh:
        account.renewed({"refresh_token": fresh.refresh})
    return replace(fresh, refresh=fresh.refresh or newest.refresh)


def _asked(account: Account, verb: str, asked: Mapping[str, str], *, safe: bool) -> Token:
    try:
        keys = {
            "app_key": account.credentials["client_id"],
            "app_secret": account.credentials["client_secret"],
        }
    except KeyError as missing:
        raise AuthorizationLost(f"The {missing.args[0]} is missing. Fill it in and connect again.") from None
    host = str(account.settings.get("base_url") or _AUTH).rstrip("/")
    try:
        response = http.request(
            account,
            "GET",
            f"{host}/api/v2/token/{verb}",
            safe=safe,
            rate=oauth.RATE,
            accept=JUDGED,
            judge=partial(judge, safe=safe),
            params={**keys, **asked},
        )
    except Refused as refusal:
        raise AuthorizationLost(
            f"TikTok did not accept the app's keys or the seller's consent. Connect again. {refusal.message}"
        ) from None
    return _parsed(http.decoded(response, safe=safe).get("data"), safe)


def _parsed(data: Any, safe: bool) -> Token:
    """`access_token_expire_in` is a moment, in seconds since 1970, and no duration, whatever its name says."""
    try:
        until = float(data["access_token_expire_in"])
        value, refresh = str(data["access_token"]), str(data.get("refresh_token") or "")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise http.no_answer(f"TikTok's token answer lacks or garbles {error}.", safe) from error
    if until < _A_YEAR:  # in case TikTok corrects the name's meaning one day
        until += time.time()
    return Token(value, until, refresh)
