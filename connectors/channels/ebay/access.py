"""How eBay lets us in: the application's own keys, and the seller's consent.

`credentials` hold client_id and client_secret of the application (App ID and Cert ID) and, after consent, the
seller's refresh_token, which lasts 18 months and is never replaced. `settings` hold runame (the label eBay gives to
our way back; it stands where OAuth has a URL), username and user_id.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from connectors import http, oauth
from connectors.contract import Account
from connectors.errors import AuthorizationLost, Refused
from connectors.oauth import Token

_SCOPE = "https://api.ebay.com/oauth/api_scope"
# One scope that the keys do not own breaks the whole consent, so only what every keyset has.
SCOPES = (
    _SCOPE,
    f"{_SCOPE}/sell.fulfillment",
    f"{_SCOPE}/sell.finances",
    f"{_SCOPE}/sell.payment.dispute",
    f"{_SCOPE}/sell.analytics.readonly",
    f"{_SCOPE}/commerce.message",
    f"{_SCOPE}/commerce.notification.subscription",
    f"{_SCOPE}/commerce.identity.readonly",
)
_HOSTS = {
    "api": "https://api.ebay.com",
    "apiz": "https://apiz.ebay.com",
    "auth": "https://auth.ebay.com",
    "www": "https://www.ebay.com",
}
_WORDS = {
    "invalid_client": "eBay does not know these keys. Copy the App ID and Cert ID of the production keyset again.",
    "invalid_grant": "The consent at eBay has ended or was withdrawn (a new password does that). Connect again.",
    "invalid_scope": "eBay does not let this application ask for all it needs. Compare its OAuth scopes with the guide.",
    "unauthorized_client": "eBay has not enabled this application. Answer the account deletion question in its portal.",
}


def host(account: Account, name: str) -> str:
    return str(account.settings.get("base_url") or _HOSTS[name]).rstrip("/")


def token(account: Account) -> str:
    """The seller's. Raises AuthorizationLost when the seller has to consent again."""
    refresh = account.credentials.get("refresh_token", "")
    if not refresh:
        raise AuthorizationLost("The seller has not agreed at eBay yet. Connect again.")
    stored = Token("", 0, refresh)
    return oauth.refreshed(account, stored, lambda newest: _renewed(account, refresh))


def forget(account: Account) -> None:
    oauth.forget(account)


def application(account: Account) -> Account:
    """The application itself, the same for all sellers who use it: its calls need no consent."""
    digest = hashlib.sha256(account.credentials.get("client_id", "").encode()).hexdigest()
    return replace(account, id=f"app:{digest[:16]}")


def application_token(app: Account) -> str:
    form = {"grant_type": "client_credentials", "scope": _SCOPE}
    return oauth.token(app, lambda: _asked(app, form, safe=True))


def authorize_url(account: Account, state: str) -> str:
    asked = {
        "client_id": account.credentials["client_id"],
        "redirect_uri": _runame(account),
        "response_type": "code",
        "scope": " ".join(SCOPES),
        "state": state,
    }
    return f"{host(account, 'auth')}/oauth2/authorize?{urlencode(asked)}"


def exchange(account: Account, callback: Mapping[str, str]) -> dict[str, str]:
    """The query of the way back → credentials to keep. The code works once, for five minutes."""
    if not callback.get("code"):
        raise Refused("The seller did not agree at eBay.")
    form = {
        "grant_type": "authorization_code",
        "code": callback["code"],
        "redirect_uri": _runame(account),
    }
    fresh = _asked(account, form, safe=False)
    oauth.keep(account, fresh)
    return {"refresh_token": fresh.refresh}


def _runame(account: Account) -> str:
    if name := account.settings.get("runame"):
        return str(name)
    raise Refused("The RuName is missing: eBay's portal shows it under User Tokens, Get a Token from eBay.")


def _renewed(account: Account, refresh: str) -> Token:
    fresh = _asked(account, {"grant_type": "refresh_token", "refresh_token": refresh}, safe=True)
    return replace(fresh, refresh=refresh)


def _asked(account: Account, form: Mapping[str, str], *, safe: bool) -> Token:
    """eBay says in one word what is wrong; the seller gets it in ours."""
    response = http.request(
        account,
        "POST",
        f"{host(account, 'api')}/identity/v1/oauth2/token",
        safe=safe,
        rate=oauth.RATE,
        accept=(400, 401),
        data=form,
        auth=(account.credentials.get("client_id", ""), account.credentials.get("client_secret", "")),
    )
    if response.is_success:
        return oauth.parsed(response)
    answer = http.decoded(response, safe=safe)
    code = str(answer.get("error", "")) if isinstance(answer, dict) else ""
    raise AuthorizationLost(_WORDS.get(code, f"eBay did not accept the credentials ({code or 'no reason'})."))
