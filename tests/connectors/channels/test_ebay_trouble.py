"""eBay's bad moments, each named as what it is; and a day's calls, which all sellers share."""

from __future__ import annotations

import base64
import json
import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from connectors import http, oauth
from connectors.channels.ebay import access, changes, families
from connectors.channels.ebay.connector import connector
from connectors.commands import DecideReturn, ReturnDecision, SendMessage
from connectors.contract import Account, One, RawRequest, Since
from connectors.errors import (
    AuthorizationLost,
    ConnectorError,
    InvalidSignature,
    OutcomeUnknown,
    RateLimited,
    Unreachable,
)
from connectors.events import Party
from connectors.quota import POLLING, Quota
from connectors.sandbox.trouble import Kind
from tests.connectors.channels.ebay_shop import Seller, impatient, posted


def application(name: str) -> dict[str, str]:
    return {"client_id": name, "client_secret": "s", "refresh_token": "r"}


@dataclass
class Listing:
    """So many entries, of which a page is given at a time."""

    name: str
    total: int
    id: str

    def page(self, request: httpx.Request) -> dict[str, object]:
        offset, limit = (int(request.url.params.get(each, 0)) for each in ("offset", "limit"))
        there = range(offset, min(offset + limit, self.total))
        made = {"creationDate": {"value": "2026-11-19T10:00:00Z"}, "orderId": "1"}
        return {"members": [{self.id: n, **made} for n in there], self.name: self.total}


class Pretend:
    """eBay as a function: counts calls by family and answers with whatever it was given."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, answer: dict[str, object] | None = None) -> None:
        self.calls: Counter[str] = Counter()
        self.answers: dict[str, object] = answer or {}
        self.status = 200
        self.body: object = None
        client = httpx.Client(transport=httpx.MockTransport(self.play))
        monkeypatch.setattr(http, "_client", lambda pid: client)
        monkeypatch.setattr(http, "_await_turn", lambda account, rate: None)

    def play(self, request: httpx.Request) -> httpx.Response:
        if "oauth2" in request.url.path:
            return httpx.Response(200, json={"access_token": "t", "expires_in": 7200})
        self.calls[request.url.path] += 1
        if self.body is not None:
            return httpx.Response(self.status, json=self.body)
        found = next((value for end, value in self.answers.items() if request.url.path.endswith(end)), {})
        if isinstance(found, Listing):
            found = found.page(request)
        return httpx.Response(self.status, json=found)


# ---- errors


def test_a_broken_moment_is_read_over(ebay: Seller) -> None:
    number = next(iter(ebay.shop.orders.values())).number
    assert connector.check(ebay.account).ok
    ebay.trouble.ask("ebay", Kind.BROKEN)
    assert connector.fetch(ebay.account, One("order", number)).deliveries


def test_one_source_in_trouble_does_not_hold_back_the_others_and_is_read_again(ebay: Seller) -> None:
    ebay.world.clock.offset = timedelta()
    ebay.trouble.ask("ebay", Kind.GARBAGE, times=3)  # the first source's three tries
    page = connector.fetch(ebay.account, Since())
    assert page.deliveries
    assert "token" not in (page.cursor or "")
    places = json.loads(page.cursor or "{}")
    assert "unread" not in places or "orders" not in places
    again = connector.fetch(ebay.account, Since(page.cursor))
    assert {"unread", "orders"} <= set(json.loads(again.cursor or "{}"))


def test_too_many_says_when_to_come_back(ebay: Seller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "PATIENCE", 0.5)
    number = next(iter(ebay.shop.orders.values())).number
    assert connector.check(ebay.account).ok
    ebay.trouble.ask("ebay", Kind.TOO_MANY)
    with pytest.raises(RateLimited) as caught:
        connector.fetch(ebay.account, One("order", number))
    assert caught.value.retry_after == 2


def test_a_send_without_an_answer_is_uncertain_and_left_once(
    ebay: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    assert connector.check(ebay.account).ok
    shopper = ebay.shopper()
    ebay.trouble.ask("ebay", Kind.SILENT)
    with pytest.raises(OutcomeUnknown):
        connector.send(ebay.account, SendMessage(Party({"ebay": shopper.handle}), "Hello"), "k")
    assert len(ebay.world.mails_of(shopper.email)) == 1


def test_a_token_that_ended_early_is_replaced_in_silence(ebay: Seller) -> None:
    oauth.keep(ebay.account, oauth.Token("v1.u.ffffffff.wrong", 9e12, "r"))
    assert connector.check(ebay.account).ok


@pytest.mark.parametrize(
    ("status", "body", "error", "words"),
    [
        (403, {"errors": [{"errorId": 1100, "message": "x"}]}, AuthorizationLost, "granted access to orders"),
        (429, {"errors": [{"errorId": 2001, "message": "x"}]}, RateLimited, "today"),
        (429, {}, RateLimited, "moment"),
        (500, {}, Unreachable, "500"),
        (401, {"errorMessage": {"error": [{"errorId": 1001}]}}, AuthorizationLost, "token"),
    ],
)
def test_errors_are_told_apart(
    monkeypatch: pytest.MonkeyPatch, status: int, body: object, error: type[Exception], words: str
) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    pretend = Pretend(monkeypatch)
    pretend.status, pretend.body = status, body
    account = Account(f"e{status}{words}", "ebay", "s", application(f"errors {status} {words}"))
    with pytest.raises(error, match=words):
        connector.fetch(account, One("order", "1"))


def test_a_day_that_ebay_says_is_over_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend = Pretend(monkeypatch)
    pretend.status, pretend.body = 429, {"errors": [{"errorId": 2001}]}
    account = Account("day", "ebay", "s", application("a day that is over"))
    with pytest.raises(RateLimited) as caught:
        connector.fetch(account, One("order", "1"))
    assert caught.value.retry_after > 10
    asked = pretend.calls.total()
    with pytest.raises(RateLimited):  # another seller of the same application
        connector.fetch(replace(account, id="other"), One("order", "2"))
    assert pretend.calls.total() == asked


def signed_by(kid: str) -> RawRequest:
    proof = base64.b64encode(json.dumps({"kid": kid, "signature": "x"}).encode()).decode()
    return posted({"X-EBAY-SIGNATURE": proof}, b"{}")


def test_forged_key_ids_do_not_use_up_the_day(ebay: Seller, traffic: list[httpx.Response]) -> None:
    for _ in range(3):
        with pytest.raises(InvalidSignature, match="does not know"):
            connector.verify(ebay.account, signed_by("0000-forged-key"))
    asked = [each for each in traffic if "public_key" in each.request.url.path]
    assert len(asked) == 1
    refused = [refusal(ebay, f"0000-forged-{number}") for number in range(20)]
    assert InvalidSignature in refused
    assert refused[-1] is RateLimited  # which the web answers with "not now"


def refusal(ebay: Seller, kid: str) -> type[Exception]:
    with pytest.raises(ConnectorError) as raised:
        connector.verify(ebay.account, signed_by(kid))
    return raised.type


def test_todays_key_is_good_while_ebay_cannot_be_asked(ebay: Seller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.channels.ebay.verify.HOUR", 0.01)
    connector.subscribe(ebay.account, ebay.hook)
    ebay.writes("Hello")
    assert ebay.pushed()
    ebay.trouble.ask("ebay", Kind.BROKEN, times=3)
    time.sleep(0.02)
    assert ebay.pushed()


def test_only_a_question_is_answered_as_one(ebay: Seller) -> None:
    assert (
        connector.challenge(ebay.account, RawRequest("POST", "/", {}, b"", {"challenge_code": "x"})) is None
    )
    assert connector.challenge(ebay.account, RawRequest("GET", "/", {}, b"")) is None


# ---- the day's calls

MIDNIGHT = datetime(2026, 11, 20, 8, tzinfo=UTC)  # in Los Angeles


def straight_to(pretend: Pretend, monkeypatch: pytest.MonkeyPatch, clock: list[datetime]) -> Counter[str]:
    """Calls by family. Without the wire between: thousands of real requests would only take longer."""
    spent: Counter[str] = Counter()

    def request(account: Account, method: str, url: str, *, quota: Quota, **more: Any) -> httpx.Response:
        quota.spend(clock[0])
        spent[quota.name] += 1
        asked = httpx.Request(method, url, params=more.get("params"), json=more.get("json"))
        answer = pretend.play(asked)
        answer.request = asked
        return answer

    monkeypatch.setattr(http, "request", request)
    monkeypatch.setattr(access, "token", lambda account: "t")
    return spent


def test_a_simulated_day_stays_inside_the_quota(monkeypatch: pytest.MonkeyPatch) -> None:
    """2,000 orders and 400 messages, and looking for changes every minute.

    Each order is pushed and read, and read again with its shipments when it left; each message is pushed whole,
    answered and marked read. 250 returns are open, 450 requests and 100 cases are in their time.
    """
    pretend = Pretend(
        monkeypatch, {"/send_message": {"messageId": "1", "createdDate": "2026-11-20T10:00:00Z"}}
    )
    account = Account("day", "ebay", "s", application("a simulated day"))
    clock = [MIDNIGHT]
    spent = straight_to(pretend, monkeypatch, clock)
    pretend.answers |= {
        "/order/new": {"orderId": "new", "orderFulfillmentStatus": "NOT_STARTED"},
        "/order/left": {"orderId": "left", "orderFulfillmentStatus": "FULFILLED"},
        "/return/search": Listing("total", 250, "returnId"),
        "/inquiry/search": Listing("totalNumberOfInquiries", 450, "inquiryId"),
        "/casemanagement/search": Listing("totalNumberOfCases", 100, "caseId"),
    }
    cursor = None
    for minute in range(24 * 60):
        clock[0] = MIDNIGHT + timedelta(minutes=minute)
        page = changes.changed_since(account, cursor, clock[0])
        cursor = page.cursor
        for _ in range(_share(2000, minute)):
            connector.fetch(account, One("order", "new"))
            connector.fetch(account, One("order", "left"))
        for _ in range(_share(400, minute)):
            connector.send(account, SendMessage(Party({"ebay": "x"}), "Hello", "7"), "k")
    allowed = {each.name: each.per_day for each in families.ALL}
    shares = {name: f"{count:,} of {allowed[name]:,}" for name, count in sorted(spent.items())}
    print(shares)
    assert all(count <= allowed[name] * POLLING for name, count in spent.items()), shares
    assert set(json.loads(cursor or "{}")) == {each.name for each in changes.SOURCES}


def _share(whole: int, minute: int) -> int:
    """Of what happens in a day, what happens in this minute."""
    return whole * (minute + 1) // 1440 - whole * minute // 1440


def test_looking_for_many_sellers_leaves_room_for_those_who_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty sellers of one application look for returns every 15 minutes: 4,800 calls."""
    pretend = Pretend(monkeypatch, {"/return/search": Listing("total", 2, "returnId")})
    clock = [MIDNIGHT]
    spent = straight_to(pretend, monkeypatch, clock)
    monkeypatch.setattr(changes, "SOURCES", [each for each in changes.SOURCES if each.name == "returns"])
    sellers = [Account(f"many{n}", "ebay", "s", application("many sellers")) for n in range(50)]
    refused = 0
    for quarter in range(96):
        clock[0] = MIDNIGHT + timedelta(minutes=15 * quarter)
        for each in sellers:
            try:
                changes.changed_since(each, None, clock[0])
            except RateLimited:
                refused += 1
        if quarter == 48:  # half the day, about half the part: nobody has used up everybody's day
            assert spent["returns"] < 5000 * POLLING * 0.6
    assert refused
    assert spent["returns"] <= 5000 * POLLING
    before = spent["returns"]
    connector.perform(sellers[0], DecideReturn("7", ReturnDecision.RECEIVED), "k")
    assert spent["returns"] == before + 1
