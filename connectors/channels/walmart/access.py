"""How a seller lets us in: keys of their own, or consent; either way tokens of 15 minutes.

`credentials` hold client_id and client_secret, and refresh_token where the seller gave consent (good for a year);
without one the keys are the seller's own and a token is asked for with them alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode
from uuid import uuid4

from connectors import http, oauth
from connectors.contract import Account, Grant
from connectors.errors import AuthorizationLost, InvalidSignature, Refused

PRODUCTION = "https://marketplace.walmartapis.com"
CONSENT = "https://login.account.wal-mart.com"
SELLER_CENTER = "https://seller.walmart.com"
SERVICE = "Waybill"
_RATE = http.Rate(per_second=1, burst=5, name="token")


def base_url(account: Account) -> str:
    return str(account.settings.get("base_url") or PRODUCTION).rstrip("/")


def seller_center(account: Account) -> str:
    """Where the seller does what no API does. With a base URL of its own, a sandbox has its pages there too."""
    own = account.settings.get("base_url")
    return f"{base_url(account)}/seller" if own else SELLER_CENTER


def headers(account: Account) -> dict[str, str]:
    """For every business call. The correlation id is new each time: Walmart's support asks for it."""
    return {"WM_SEC.ACCESS_TOKEN": token(account), **_common()}


def token(account: Account) -> str:
    """One worker renews, the others wait for it. Raises AuthorizationLost when the seller must connect again."""
    return oauth.token(account, lambda: _renewed(account))


def authorize_url(account: Account, redirect_uri: str, state: str) -> str:
    asked = {
        "responseType": "code",
        "clientId": account.credentials["client_id"],
        "redirectUri": redirect_uri,
        "nonce": uuid4().hex,
        "state": state,
        "clientType": "seller",
    }
    place = base_url(account) if account.settings.get("base_url") else CONSENT
    return f"{place}/authorize?{urlencode(asked)}"


def exchange(account: Account, callback: Mapping[str, str], redirect_uri: str) -> Grant:
    if "code" not in callback:
        raise Refused("The seller did not agree.")
    if callback.get("clientId", account.credentials["client_id"]) != account.credentials["client_id"]:
        raise InvalidSignature("The consent is for another app.")
    seller = callback.get("sellerId", "")
    form = {"grant_type": "authorization_code", "code": callback["code"], "redirect_uri": redirect_uri}
    fresh = _asked(account, form, seller, safe=False)
    if not fresh.refresh:
        raise Refused("Walmart's answer holds no lasting grant. Connect again.")
    return Grant({"refresh_token": fresh.refresh}, external_id=seller)


def _renewed(account: Account) -> oauth.Token:
    held = account.credentials.get("refresh_token", "")
    if not held:
        return _asked(account, {"grant_type": "client_credentials"})
    fresh = _asked(account, {"grant_type": "refresh_token", "refresh_token": held}, account.external_id)
    if fresh.refresh and fresh.refresh != held:
        account.renewed({"refresh_token": fresh.refresh})
    return fresh


def _asked(account: Account, form: Mapping[str, str], partner: str = "", *, safe: bool = True) -> oauth.Token:
    """Bad credentials are a 401, or a 400 on some days."""
    try:
        keys = (account.credentials["client_id"], account.credentials["client_secret"])
    except KeyError as missing:
        raise AuthorizationLost(f"The {missing.args[0]} is missing. Fill it in and connect again.") from None
    response = http.request(
        account,
        "POST",
        f"{base_url(account)}/v3/token",
        safe=safe,
        rate=_RATE,
        accept=(400, 401),
        data=form,
        auth=keys,
        headers={**_common(), **({"WM_PARTNER.ID": partner} if partner else {})},
    )
    if response.status_code in (400, 401):
        raise AuthorizationLost(_why(form["grant_type"]))
    return oauth.parsed(response)


def _why(grant_type: str) -> str:
    if grant_type == "client_credentials":
        return (
            "Walmart did not accept the client ID and secret. Keys of the sandbox or of another country "
            "do not work here."
        )
    return "Walmart no longer accepts the seller's consent (it lasts a year, and can be withdrawn). Connect again."


def _common() -> dict[str, str]:
    return {
        "WM_SVC.NAME": SERVICE,
        "WM_QOS.CORRELATION_ID": str(uuid4()),
        "Accept": "application/json",
    }
