"""Letting us in at Walmart: keys, consent, tokens, what is missing; webhooks and how they are proven."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from connectors import oauth
from connectors.channels.walmart import access, verify
from connectors.channels.walmart.connector import connector
from connectors.channels.walmart.pretend.gate import Gate
from connectors.channels.walmart.pretend.shapes import purchase_order
from connectors.channels.walmart.webhooks import WANTED
from connectors.contract import Account, One, RawRequest
from connectors.errors import AuthorizationLost, InvalidSignature, Refused
from connectors.events import Changed
from connectors.sandbox.world import Return
from connectors.signatures import hmac_base64, hmac_hex
from tests.connectors.channels.walmarts import Seller, posted

HOOK = "https://inbox.example/hooks/1"
BODY = b'{"source": {"eventType": "PO_CREATED", "eventId": "e-1"}, "payload": {"purchaseOrderId": "108900000000001"}}'
PLAIN = Account("signed", "walmart", "10001", {"client_id": "id", "client_secret": "secret"})


def tokens(traffic: list[httpx.Response]) -> int:
    return sum(each.request.url.path.endswith("/v3/token") for each in traffic)


def with_credentials(seller: Seller, **changed: str) -> Account:
    return replace(
        seller.account, id=f"{seller.account.id}+", credentials={**seller.account.credentials, **changed}
    )


def test_a_good_connection_says_so(seller: Seller) -> None:
    health = connector.check(seller.account)
    assert health.ok
    assert health.message == "Walmart answers. walmart@northpine.example can be read and can send."
    without = {name: value for name, value in seller.account.settings.items() if "imap" not in name}
    assert "no mailbox" in connector.check(replace(seller.account, settings=without)).message


def test_what_is_missing_is_named_as_a_seller_would(seller: Seller, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = connector.check(with_credentials(seller, client_secret="wrong"))
    assert not wrong.ok
    assert "client ID and secret" in wrong.message
    seller.shop.keys["scopes"] = "view_only"
    poor = connector.check(seller.account)
    assert not poor.ok
    assert "orders (full access) and returns (full access)" in poor.message
    seller.shop.keys["scopes"] = "full_access"
    oauth.token(seller.account, lambda: oauth.Token("", 0))
    now = time.time
    monkeypatch.setattr("connectors.channels.walmart.connector.time.time", lambda: now() + 600)
    assert "clock" in connector.check(seller.account).message


def test_a_token_is_asked_for_once_by_all_workers(seller: Seller, traffic: list[httpx.Response]) -> None:
    seen: list[str] = []
    workers = [threading.Thread(target=lambda: seen.append(access.token(seller.account))) for _ in range(8)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert (len(seen), len(set(seen))) == (8, 1)
    assert tokens(traffic) == 1


def test_a_token_taken_back_early_is_replaced_once(seller: Seller, traffic: list[httpx.Response]) -> None:
    order = purchase_order(seller.delivered())
    connector.fetch(seller.account, One("order", order))
    held = oauth.cached(seller.account)
    assert held
    assert held.expires_at - time.time() < 901
    oauth.keep(seller.account, replace(held, value="at.ffffffff.spoilt"))
    assert connector.fetch(seller.account, One("order", order)).deliveries
    assert tokens(traffic) == 2


def test_consent_gives_a_year_and_ends_when_it_is_withdrawn(
    seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    gates: list[Gate] = []
    holder = Gate.holder
    monkeypatch.setattr(
        Gate,
        "holder",
        lambda gate, token: gates.append(gate) or holder(gate, token),  # type: ignore[func-returns-value]
    )
    account = replace(seller.account, id=f"{seller.account.id}-consent")
    url = connector.authorize_url(account, "https://inbox.example/back", "state-1")
    assert "responseType=code" in url
    assert "clientType=seller" in url
    assert "Authorize" in httpx.get(url).text
    back = httpx.URL(httpx.post(url).headers["location"])
    query = dict(back.params)
    assert (query["state"], query["type"]) == ("state-1", "auth")
    grant = connector.exchange(account, query, "https://inbox.example/back")
    assert grant.external_id == seller.shop.seller_id
    given = replace(account, credentials={**account.credentials, **grant.credentials})
    assert connector.check(given).ok
    with pytest.raises(AuthorizationLost):
        connector.exchange(account, query, "https://inbox.example/back")  # a code works once
    gates[0].revoked.add(seller.shop.seller_id)
    oauth.forget(given)
    with pytest.raises(AuthorizationLost, match="Connect again"):
        connector.fetch(given, One("order", "108900000000001"))


def test_a_way_back_without_a_yes_is_refused() -> None:
    with pytest.raises(Refused):
        connector.exchange(PLAIN, {"error": "denied"}, "https://inbox.example/back")
    with pytest.raises(InvalidSignature):
        connector.exchange(PLAIN, {"code": "c", "clientId": "another"}, "https://inbox.example/back")
    assert connector.authorize_url(PLAIN, "https://x", "s").startswith(
        "https://login.account.wal-mart.com/authorize?"
    )


def test_subscribing_asks_for_what_walmart_offers_once(seller: Seller, traffic: list[httpx.Response]) -> None:
    missing = connector.subscribe(seller.account, HOOK)
    offered = set(WANTED) - {"ORDER_UPDATES", "SELLER_PERFORMANCE_NOTIFICATIONS"}
    assert set(missing) == offered
    assert connector.subscribe(seller.account, HOOK) == []
    sent = [each.request.content.decode() for each in traffic if each.request.method == "POST"]
    assert not any(seller.shop.client_secret in each for each in sent)  # Walmart is given another secret


def test_what_happens_at_walmart_comes_signed(seller: Seller) -> None:
    connector.subscribe(seller.account, HOOK)
    order = seller.delivered()
    order.returns.append(
        Return(
            seller.world.next_id(), "R", "open", "Changed my mind", order.lines[0].id, 1, datetime.now(UTC)
        )
    )
    seller.world.touch(order)
    [(url, headers, body)] = seller.sent
    delivery = connector.verify(seller.account, posted(headers, body))
    assert (url, delivery.topic) == (HOOK, "event/RETURN_CREATED")
    assert delivery.key == json.loads(body)["source"]["eventId"]
    [hint] = connector.parse(seller.account, delivery)
    assert isinstance(hint, Changed)
    [event] = seller.read("return", hint.external_id)
    assert event.order_id == purchase_order(order)
    with pytest.raises(InvalidSignature):
        connector.verify(seller.account, posted(headers, body.replace(b"RETURN", b"REFUND")))


def strict(at: str, body: bytes = BODY, path: str = "/hooks/1") -> dict[str, str]:
    made = verify.strict_signature(verify.secret(PLAIN), "POST", "/hooks/1", at, body)
    return {"wm_sec.timestamp": at, "wm_sec.signature": made, "wm_sec.key_id": "k1"}


def _ms(seconds: float = 0) -> str:
    return str(int((time.time() + seconds) * 1000))


def _basic(pair: str) -> str:
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


SIGNED = verify.SIGNATURE_HEADER.lower()
KEY = verify.secret(PLAIN)
GOOD: dict[str, Callable[[], dict[str, str]]] = {
    "body in base64": lambda: {SIGNED: hmac_base64(KEY, BODY)},
    "body in hex": lambda: {SIGNED: hmac_hex(KEY, BODY).upper()},
    "strict, milliseconds": lambda: strict(_ms()),
    "strict, seconds": lambda: strict(str(int(time.time()))),
    "strict, ISO 8601": lambda: strict(datetime.now(UTC).isoformat()),
    "basic": lambda: {"authorization": _basic("user:password")},
}
BAD: dict[str, Callable[[], dict[str, str]]] = {
    "nothing": dict,
    "another secret": lambda: {SIGNED: hmac_base64("secret", BODY)},
    "another body": lambda: {SIGNED: hmac_base64(KEY, BODY + b" ")},
    "too old": lambda: strict(_ms(-400)),
    "from the future": lambda: strict(_ms(400)),
    "no time": lambda: strict("yesterday"),
    "strict of another body": lambda: strict(_ms(), BODY + b" "),
    "strict without a signature": lambda: {**strict(_ms()), "wm_sec.signature": ""},
    "time of another": lambda: {**strict(_ms(-10)), "wm_sec.timestamp": _ms()},
    "basic with another password": lambda: {"authorization": _basic("user:guess")},
    "not latin": lambda: {SIGNED: "ünïcode"},
}


@pytest.mark.parametrize("name", GOOD)
def test_each_way_of_signing_is_taken(name: str) -> None:
    account = replace(
        PLAIN, credentials={**PLAIN.credentials, "webhook_user": "user", "webhook_password": "password"}
    )
    delivery = connector.verify(account, RawRequest("POST", "/hooks/1", GOOD[name](), BODY))
    assert (delivery.topic, delivery.key) == ("event/PO_CREATED", "e-1")


@pytest.mark.parametrize("name", BAD)
def test_what_is_not_proven_is_not_kept(name: str) -> None:
    with pytest.raises(InvalidSignature):
        connector.verify(PLAIN, RawRequest("POST", "/hooks/1", BAD[name](), BODY))


def test_an_empty_secret_proves_nothing() -> None:
    account = replace(PLAIN, credentials={})
    headers = {SIGNED: hmac_base64(verify.secret(account), BODY), "authorization": _basic(":")}
    with pytest.raises(InvalidSignature):
        connector.verify(account, RawRequest("POST", "/hooks/1", headers, BODY))


def test_a_webhook_about_another_seller_is_not_kept() -> None:
    body = BODY.replace(b'"payload": {', b'"payload": {"partnerId": "10002", ')
    with pytest.raises(InvalidSignature, match="another seller"):
        connector.verify(PLAIN, RawRequest("POST", "/hooks/1", {SIGNED: hmac_base64(KEY, body)}, body))


def test_the_query_is_under_the_strict_signature() -> None:
    at = _ms()
    made = verify.strict_signature(KEY, "POST", "/hooks/1?shop=7&a=b", at, BODY)
    request = RawRequest(
        "POST", "/hooks/1", {"wm_sec.timestamp": at, "wm_sec.signature": made}, BODY, {"shop": "7", "a": "b"}
    )
    assert connector.verify(PLAIN, request)
    with pytest.raises(InvalidSignature):
        connector.verify(PLAIN, replace(request, query={"shop": "8", "a": "b"}))


def test_signed_garbage_is_kept_to_be_looked_at() -> None:
    body: Any = b"<html>"
    delivery = connector.verify(PLAIN, RawRequest("POST", "/", {SIGNED: hmac_base64(KEY, body)}, body))
    assert delivery.topic == "event/UNKNOWN"
