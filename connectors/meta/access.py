"""The seller's consent: a code, a person's token for an hour, one for 60 days, and with that a Page's token, which lasts
until the password changes, a role is lost or the consent is withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from connectors import http
from connectors.contract import Account, Grant
from connectors.errors import Refused
from connectors.meta.graph import HOST, VERSION, Graph, Json, app_id, understood
from connectors.meta.platform import Platform
from connectors.meta.refusals import JUDGED, judge

_DIALOG = "https://www.facebook.com"
_RATE = http.Rate(per_second=1, burst=5, name="token")
_PAGES = "id,name,access_token,tasks,instagram_business_account{id,username}"


def authorize_url(platform: Platform, account: Account, redirect_uri: str, state: str) -> str:
    base = str(account.settings.get("base_url") or _DIALOG).rstrip("/")
    asked = {
        "client_id": app_id(account),
        "redirect_uri": redirect_uri,
        "state": state,
        "response_type": "code",
        "scope": ",".join(platform.scopes),
    }
    return f"{base}/{VERSION}/dialog/oauth?{urlencode(asked)}"


def exchange(platform: Platform, account: Account, callback: Mapping[str, str], redirect_uri: str) -> Grant:
    """The query of the way back → the Page's token, and whose it is."""
    if not callback.get("code"):
        raise Refused(f"The seller did not agree at {platform.label}.")
    person = _lasting(account, _asked(account, {"code": callback["code"], "redirect_uri": redirect_uri}))
    api = Graph(account, token=person)
    with understood(safe=True):
        user = str(api.read("/me", fields="id")["id"])
        pages = list(api.every("/me/accounts", fields=_PAGES))
        chosen = _chosen(
            platform, account, [each for each in pages if platform.kind == "facebook" or _instagram(each)]
        )
        own = _instagram(chosen) if platform.kind == "instagram" else chosen
        name = str(own.get("username") or own.get("name") or own["id"])
        settings = {"page_id": str(chosen["id"]), "user_id": user}
        credentials = {"access_token": str(chosen["access_token"])}
    return Grant(credentials, str(own["id"]), f"{name} on {platform.label}", settings)


def _chosen(platform: Platform, account: Account, pages: list[Json]) -> Json:
    """The Page whose id, or whose Instagram account's id, was entered; else the only one there is."""
    wanted = account.external_id if account.external_id != platform.kind else ""
    found = [
        each for each in pages if not wanted or wanted in (str(each["id"]), str(_instagram(each).get("id")))
    ]
    if len(found) == 1:
        return found[0]
    names = "; ".join(
        f"{each.get('name')}: {_instagram(each).get('id') if platform.kind == 'instagram' else each['id']}"
        for each in pages
    )
    if not pages:
        what = "Page with an Instagram business account" if platform.kind == "instagram" else "Page"
        raise Refused(f"You agreed for no {what}. Choose one in Meta's window and connect again.")
    raise Refused(f"Enter the id of one of these in the form, and connect again. {names}")


def _instagram(page: Json) -> Json:
    held = page.get("instagram_business_account")
    return held if isinstance(held, dict) else {}


def _lasting(account: Account, token: str) -> str:
    return _asked(account, {"grant_type": "fb_exchange_token", "fb_exchange_token": token})


def _asked(account: Account, more: Mapping[str, str]) -> str:
    base = str(account.settings.get("base_url") or HOST).rstrip("/")
    params: dict[str, Any] = {
        "client_id": app_id(account),
        "client_secret": account.credentials.get("app_secret", ""),
        **more,
    }
    response = http.request(
        account,
        "GET",
        f"{base}/{VERSION}/oauth/access_token",
        safe=True,
        rate=_RATE,
        accept=JUDGED,
        judge=lambda answer: judge(answer, account=account, safe=True),
        params=params,
    )
    with understood(safe=True):
        return str(http.decoded(response, safe=True)["access_token"])
