"""Does it stand? What Meta says of the token, what is missing, and which webhooks were not asked for yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from connectors.contract import Account, Health
from connectors.errors import ConnectorError
from connectors.meta.graph import Graph, Json, app_id, as_app, understood
from connectors.meta.platform import Platform, page_id
from connectors.meta.values import time
from connectors.meta.verify import verify_token

SOON = timedelta(days=14)


def check(platform: Platform, account: Account) -> Health:
    try:
        with understood(safe=True):
            told = as_app(account).read(
                "/debug_token", input_token=account.credentials.get("access_token", "")
            )["data"]
            if problem := _problem(platform, account, told):
                return Health(False, problem)
            own = Graph(account).read(f"/{account.external_id}", fields=f"id,{platform.name_field}")
            name = str(own.get(platform.name_field) or own["id"])
    except ConnectorError as error:
        return Health(False, error.message, passing=not error.permanent)
    return Health(True, f"{name} answers.{_warning(told)}")


def _problem(platform: Platform, account: Account, told: Json) -> str:
    if not told.get("is_valid"):
        return "Meta's consent has ended (a new password or a lost role does that). Connect again."
    if str(told.get("app_id")) != app_id(account):
        return "The access token belongs to another app than the one entered. Connect again."
    missing = [each for each in platform.scopes if each not in (told.get("scopes") or ())]
    return f"The app lacks access: {', '.join(missing)}. Connect again and agree to all." if missing else ""


def _warning(told: Json) -> str:
    """Meta wants the consent renewed every 90 days; 0 is never."""
    until = told.get("data_access_expires_at")
    if not until or time(until) > datetime.now(UTC) + SOON:
        return ""
    return f" Connect again before {time(until):%B %d}: then Meta stops showing people's data."


def subscribe(platform: Platform, account: Account, url: str) -> Sequence[str]:
    """Two steps, and without the second nothing comes: the app's address for this kind, and this account's own topics.

    Meta asks the address at once whether it is ours, so Waybill must be reachable. Twice changes nothing.
    """
    app, own = as_app(account), Graph(account)
    with understood(safe=True):
        kinds = app.read(f"/{app_id(account)}/subscriptions").get("data") or []
        here = [
            each for each in kinds if each["object"] == platform.object and each.get("callback_url") == url
        ]
        asked = {str(field["name"]) for each in here for field in each.get("fields") or ()}
        mine = own.read(f"/{page_id(account)}/subscribed_apps").get("data") or []
        of_app = [each for each in mine if str(each.get("id")) == app_id(account)]
        subscribed = {str(field) for each in of_app for field in each.get("subscribed_fields") or ()}
    lacking = [topic for topic in platform.topics if topic not in asked]
    if lacking:
        wanted = {
            "object": platform.object,
            "callback_url": url,
            "verify_token": verify_token(account),
            "fields": ",".join(platform.topics),
            "include_values": True,
        }
        app.write(f"/{app_id(account)}/subscriptions", wanted, safe=True)
    missing = [topic for topic in platform.page_topics if topic not in subscribed]
    if missing:  # what another channel of this app has asked for on the same Page stays
        topics = {"subscribed_fields": ",".join(sorted({*subscribed, *platform.page_topics}))}
        own.write(f"/{page_id(account)}/subscribed_apps", topics, safe=True)
    return sorted({*lacking, *missing})
