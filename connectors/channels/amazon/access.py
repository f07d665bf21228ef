"""How Amazon lets us in: hosts by region, the seller's consent, and tokens by Login with Amazon (LWA).

`credentials` hold client_id and client_secret of the application and the refresh_token the consent gave. An access
token lives an hour; the refresh token as long as the consent, a year at most. `settings["base_url"]` stands for
all of Amazon's hosts at once, so that the sandbox is a setting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from connectors import oauth
from connectors.contract import Account, Grant
from connectors.errors import AuthorizationLost, InvalidSignature, Refused
from connectors.oauth import Token

LOGIN = "https://api.amazon.com"
US = "ATVPDKIKX0DER"


@dataclass(frozen=True)
class Region:
    api: str
    seller_central: str


# Source: SP-API documentation, "SP-API Endpoints" and "Website Authorization Workflow".
REGIONS = {
    "na": Region("https://sellingpartnerapi-na.amazon.com", "https://sellercentral.amazon.com"),
    "eu": Region("https://sellingpartnerapi-eu.amazon.com", "https://sellercentral-europe.amazon.com"),
    "fe": Region("https://sellingpartnerapi-fe.amazon.com", "https://sellercentral.amazon.co.jp"),
}


def api_url(account: Account) -> str:
    return _sandbox(account) or _region(account).api


def seller_central(account: Account) -> str:
    return _sandbox(account) or _region(account).seller_central


def marketplace(account: Account) -> str:
    return str(account.settings.get("marketplace_id") or US)


def token(account: Account) -> str:
    """Raises AuthorizationLost, saying whether the consent or the application's own keys are to blame."""
    refresh = account.credentials.get("refresh_token", "")
    if not refresh:
        raise AuthorizationLost("The seller has not agreed yet. Connect, and agree in Seller Central.")
    return oauth.token(account, lambda: _renewed(account, refresh))


def grantless(account: Account, scope: str) -> str:
    """A token of the application itself, for what no seller has to agree to."""
    apart = replace(account, id=f"{account.id}:{scope.rpartition('::')[2]}")
    return oauth.token(apart, lambda: _of_application(apart, scope))


def forget(account: Account) -> None:
    """Tokens may die before their hour is over: when the consent is renewed or the secret changed."""
    oauth.forget(account)


def authorize_url(account: Account, redirect_uri: str, state: str) -> str:
    """Amazon keeps the addresses it sends sellers back to with the application; this names one of them."""
    asked = {"application_id": account.settings.get("application_id", ""), "state": state}
    if account.settings.get("draft"):  # an application that is not published yet
        asked["version"] = "beta"
    asked["redirect_uri"] = redirect_uri
    return f"{seller_central(account)}/apps/authorize/consent?{urlencode(asked)}"


def exchange(account: Account, callback: Mapping[str, str], redirect_uri: str) -> Grant:
    code, seller = callback.get("spapi_oauth_code", ""), callback.get("selling_partner_id", "")
    if not code:
        raise Refused("The seller did not agree in Seller Central.")
    if account.external_id and seller and seller != account.external_id:
        raise InvalidSignature(f"The consent is of seller {seller}, not of {account.external_id}.")
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
    given = oauth.asked(account, _token_url(account), form, in_body=True, safe=False)
    oauth.forget(account)  # what is cached belongs to the consent before this one
    return Grant({"refresh_token": given.refresh}, external_id=seller)


def _renewed(account: Account, refresh: str) -> Token:
    try:
        fresh = oauth.by_refresh_token(account, _token_url(account), refresh, in_body=True)
    except AuthorizationLost as error:
        raise AuthorizationLost(_whose_fault(account)) from error
    if fresh.refresh and fresh.refresh != refresh:
        account.renewed({"refresh_token": fresh.refresh})
    return fresh


def _whose_fault(account: Account) -> str:
    """Amazon says 400 to both; the application's own token tells them apart."""
    try:
        _of_application(account, "sellingpartnerapi::notifications")
    except AuthorizationLost:
        return "Amazon does not accept the application's client ID and secret. Was the secret rotated?"
    return (
        "Amazon no longer accepts the seller's consent: it was withdrawn, or its year is over. "
        "Connect again, and agree in Seller Central."
    )


def _of_application(account: Account, scope: str) -> Token:
    return oauth.by_client_credentials(account, _token_url(account), scope=scope, in_body=True)


def _token_url(account: Account) -> str:
    return f"{_sandbox(account) or LOGIN}/auth/o2/token"


def _sandbox(account: Account) -> str:
    return str(account.settings.get("base_url") or "").rstrip("/")


def _region(account: Account) -> Region:
    name = str(account.settings.get("region") or "na").strip().lower()
    if name not in REGIONS:
        raise Refused(f"{name!r} is no region of Amazon's; there are na, eu and fe.")
    return REGIONS[name]
