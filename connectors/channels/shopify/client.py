"""Shopify's GraphQL Admin API: one function per question, no mapping. Errors in a 200 become ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from connectors import http
from connectors.channels.shopify import access, mutations, queries
from connectors.contract import Account
from connectors.errors import AuthorizationLost, OutcomeUnknown, RateLimited, Refused, Unreachable
from connectors.events import File

Json = dict[str, Any]

# Shopify counts points, not requests, and says THROTTLED when they are gone; this only smooths bursts.
RATE = http.Rate(per_second=20, burst=40)


def order(account: Account, gid: str) -> Json | None:
    """The whole order, all its lines included; a return's gid gives the order it belongs to."""
    if "/Return/" in gid:
        found = (_ask(account, queries.ORDER_OF_RETURN, id=gid)["return"] or {}).get("order")
    else:
        found = _ask(account, queries.ORDER, id=gid)["order"]
    return found and _with_all_lines(account, found)


def product(account: Account, gid: str) -> Json | None:
    found: Json | None = _ask(account, queries.PRODUCT, id=gid)["product"]
    return found


def changes(account: Account, wanted: Mapping[str, str | None]) -> Json:
    """Ids and times of changed orders and products, oldest change first, a hundred of each.

    `wanted` holds search terms (`orders`, `products`) and places in the list (`afterOrder`, `afterProduct`).
    """
    return _asked(account, queries.CHANGES, wanted)


def past(account: Account, period: str, after: str | None) -> Json:
    """Ids and times of the next ten orders that changed in a period, oldest change first."""
    found: Json = _ask(account, queries.PAST, orders=period, after=after)["orders"]
    return found


def dispute(account: Account, gid: str) -> Json | None:
    found: Json | None = _ask(account, queries.DISPUTE, id=gid)["dispute"]
    return found


def disputes(account: Account) -> list[Json]:
    found: list[Json] = []
    after = None
    while True:
        page = _ask(account, queries.DISPUTES, after=after)["disputes"]
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def granted(account: Account) -> set[str]:
    """The scopes this shop gave."""
    return {each["handle"] for each in shop(account)["currentAppInstallation"]["accessScopes"]}


def shop(account: Account) -> Json:
    return _ask(account, queries.SHOP)


def subscriptions(account: Account) -> list[Json]:
    found: list[Json] = []
    after = None
    while True:
        page = _ask(account, queries.SUBSCRIPTIONS, after=after)["webhookSubscriptions"]
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def subscribe(account: Account, topic: str, url: str) -> None:
    change(account, queries.SUBSCRIBE, topic=topic, webhook={"uri": url, "format": "JSON"})


def look(account: Account, question: str, **variables: Any) -> Json:
    """One of `lookups`."""
    return _ask(account, question, **variables)


def change(account: Account, mutation: str, **variables: Any) -> Json:
    """One of `mutations`: what it gave. Raises Refused in Shopify's own words."""
    done: Json | None = _asked(account, mutation, variables, safe=False).get("done")
    if done is None:
        raise OutcomeUnknown("Shopify did not say what became of this.")
    if errors := done["userErrors"]:
        raise Refused(" ".join(_sentence(each["message"]) for each in errors))
    return done


def upload(account: Account, file: File, resource: str) -> str:
    """Puts a file where Shopify takes it from; its address there. Doing it twice changes nothing."""
    wanted = {
        "filename": file.name,
        "mimeType": file.content_type,
        "resource": resource,
        "fileSize": str(len(file.content)),
        "httpMethod": "POST",
    }
    target = change(account, mutations.UPLOAD, input=[wanted])["stagedTargets"][0]
    http.request(
        account,
        "POST",
        target["url"],
        safe=True,
        rate=RATE,
        data={each["name"]: each["value"] for each in target["parameters"]},
        files={"file": (file.name, file.content, file.content_type)},
    )
    return str(target["resourceUrl"])


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else f"{words}."


def _with_all_lines(account: Account, found: Json) -> Json:
    lines = found["lineItems"]
    while lines["pageInfo"]["hasNextPage"]:
        answer = _ask(account, queries.MORE_LINES, id=found["id"], after=lines["pageInfo"]["endCursor"])
        more = answer["order"]["lineItems"]
        lines = {"nodes": lines["nodes"] + more["nodes"], "pageInfo": more["pageInfo"]}
    return found | {"lineItems": lines}


def _ask(account: Account, query: str, **variables: Any) -> Json:
    return _asked(account, query, variables)


def _asked(account: Account, query: str, variables: Mapping[str, Any], safe: bool = True) -> Json:
    try:
        return _answer(account, query, variables, safe)
    except AuthorizationLost:
        if not access.forget(account):
            raise
        return _answer(account, query, variables, safe)  # with a new token; the old one was withdrawn early


def _answer(account: Account, query: str, variables: Mapping[str, Any], safe: bool) -> Json:
    response = http.request(
        account,
        "POST",
        f"{access.base_url(account)}/admin/api/{queries.VERSION}/graphql.json",
        safe=safe,
        rate=RATE,
        judge=lambda answer: _judge(answer, safe),
        headers={"X-Shopify-Access-Token": access.token(account)},
        json={"query": query, "variables": variables},
    )
    data: Json = response.json()["data"]
    return data


def _judge(response: httpx.Response, safe: bool) -> None:
    answer = http.decoded(response, safe=safe)
    errors = answer.get("errors") if isinstance(answer, dict) else None
    if isinstance(errors, str):  # how the edge writes a 200 that never reached the API
        raise Refused(f"Shopify refused: {errors}")
    for error in errors or ():
        _raise(error, answer, safe)
    if not isinstance(answer, dict) or not isinstance(answer.get("data"), dict):
        words = "Shopify's answer holds neither data nor an error."
        raise Unreachable(words) if safe else OutcomeUnknown(words)


def _raise(error: Json, answer: Json, safe: bool) -> None:
    extensions, message = error.get("extensions") or {}, error.get("message", "")
    match extensions.get("code"):
        case "THROTTLED":
            raise RateLimited("Shopify's points for this shop are used up.", _refilled_in(answer))
        case "ACCESS_DENIED":
            scope = extensions.get("requiredAccess") or message
            words = f"Shopify did not grant this app enough access. It needs {scope}"
            if safe:
                raise AuthorizationLost(words)
            raise Refused(words)  # reading goes on without the right to write
        case "SHOP_INACTIVE":
            raise Refused("This shop is closed at Shopify.")
        case "IDEMPOTENCY_CONCURRENT_REQUEST" | "IDEMPOTENCY_KEY_PARAMETER_MISMATCH":
            raise OutcomeUnknown(f"Shopify holds another try of this: {message}")
        case "INTERNAL_SERVER_ERROR":
            words = f"Shopify had an error of its own (request {extensions.get('requestId', 'unknown')})."
            raise Unreachable(words) if safe else OutcomeUnknown(words)
        case _:
            raise Refused(f"Shopify refused: {message}")


def _refilled_in(answer: Json) -> float:
    """Seconds until the query that was refused can be afforded."""
    cost = (answer.get("extensions") or {}).get("cost") or {}
    status = cost.get("throttleStatus")
    if not status:
        return http.RETRY_AFTER
    missing = cost["requestedQueryCost"] - status["currentlyAvailable"]
    return float(max(0.5, missing / status["restoreRate"]))
