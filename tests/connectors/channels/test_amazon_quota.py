"""A day of a busy seller at Amazon, in seconds: every call is counted against its documented rate."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from connectors.channels.amazon import catching_up, client, commands, documents, queue
from connectors.channels.amazon.connector import connector
from connectors.commands import Reason, RefundOrder
from connectors.contract import Account, Money, One, Since

DAY = 86_400
ACCOUNT = Account("day", "amazon", "A1", {}, {"queue_url": "https://sqs.us-east-1.amazonaws.com/1/w"})
PRICE = {"amount": "20.00", "currencyCode": "USD"}
ITEM = {
    "orderItemId": "1",
    "quantityOrdered": 1,
    "product": {"asin": "B0NP4FJMM1", "price": {"unitPrice": PRICE}},
    "proceeds": {"breakdowns": [{"type": "ITEM", "subtotal": PRICE}]},
}


def test_a_simulated_day_stays_inside_the_quota(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """2,000 orders with four changes each, 400 messages, 40 refunds, polled once a minute."""
    allowed = {
        rate.name: rate.per_second * DAY
        for each in vars(client).values()
        for rate in (each.values() if isinstance(each, dict) else [each])
        if isinstance(rate, client.Rate)
    }
    calls = Day(monkeypatch).lived()
    with capsys.disabled():
        print(
            "\nAmazon:", ", ".join(f"{name} {n} of {allowed[name]:,.0f}" for name, n in sorted(calls.items()))
        )
    assert calls["getOrder"] == 8_040
    assert all(count <= allowed[name] for name, count in calls.items())


class Day:
    """An Amazon that always has something new, and a clock that runs a day in a second."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: Counter[str] = Counter()
        self.now = datetime(2026, 11, 23, tzinfo=UTC)
        monkeypatch.setattr(client, "call", self.answer)
        monkeypatch.setattr(documents, "put", lambda *given: None)
        monkeypatch.setattr(documents, "get", lambda *given: b"{}")
        monkeypatch.setattr(catching_up, "_now", lambda: self.now)
        monkeypatch.setattr(queue, "receive", lambda account: queue.Waiting((), (), False))
        monkeypatch.setattr(queue, "forget", lambda account, receipts: None)

    def lived(self) -> Counter[str]:
        cursor = None
        for minute in range(24 * 60):
            self.now += timedelta(minutes=1)
            cursor = connector.fetch(ACCOUNT, Since(cursor)).cursor
            for _ in range(8_000 * (minute + 1) // 1440 - 8_000 * minute // 1440):
                connector.fetch(ACCOUNT, One("order", "111-0000000-0000000"))
            if minute % 36 == 0:
                amount = Money(Decimal("5.00"), "USD")
                refund = RefundOrder("111-0000000-0000000", amount, Reason.GOODWILL)
                receipt = commands.perform(ACCOUNT, refund, f"key-{minute}")
                connector.fetch(ACCOUNT, One("command", receipt.external_id))
        for _ in range(400):  # messages come by mail; for each somebody looks what else may be sent
            connector.fetch(ACCOUNT, One("openings", "111-0000000-0000000"))
        return self.calls

    def answer(
        self, account: Account, method: str, path: str, *, rate: client.Rate, **more: Any
    ) -> httpx.Response:
        self.calls[rate.name] += 1
        body = self.body(rate.name, self.calls[rate.name])
        return httpx.Response(200, json=body, request=httpx.Request(method, "https://amazon.example"))

    def body(self, name: str, number: int) -> dict[str, Any]:
        match name:
            case "getOrder":
                return {"order": {"orderId": "111-0000000-0000000", "orderItems": [ITEM]}}
            case "searchOrders":  # a quarter of a day's changes are twenty pages
                following = {"nextToken": "next"} if number % 20 else {}
                orders = [{"orderId": f"111-{number:07d}-{n:07d}"} for n in range(100)]
                return {"orders": orders, "pagination": following}
            case "getReport":
                done = {"processingStatus": "DONE" if number % 3 == 0 else "IN_PROGRESS"}
                return {**done, "reportId": "1", "reportDocumentId": "d", "createdTime": self.now.isoformat()}
            case "getFeed":
                return {"feedId": "1", "processingStatus": "DONE", "resultFeedDocumentId": "r"}
        return {
            "feedId": str(number),
            "reportId": str(number),
            "payload": {},
            "url": "https://x",
            "feedDocumentId": "d",
        }
