"""eBay's REST APIs: one method per endpoint, no mapping. Errors come in three shapes and leave in our words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

import httpx

from connectors import garbled, http
from connectors.channels.ebay import access
from connectors.channels.ebay.families import (
    ANALYTICS,
    CANCELLATIONS,
    CASES,
    DISPUTES,
    IDENTITY,
    INQUIRIES,
    MESSAGES,
    ORDERS,
    REFUNDS,
    RETURNS,
    Family,
)
from connectors.channels.ebay.refusals import judge
from connectors.contract import Account
from connectors.errors import AuthorizationLost
from connectors.quota import LIVE, Quota

Json = dict[str, Any]
Params = Mapping[str, Any]

RATE = http.Rate(per_second=8, burst=30)  # eBay names no pace a second; this only smooths bursts
_JUDGED = (400, 401, 403, 404, 409, 413, 429)


class Expired(AuthorizationLost):
    """The access token is not good any more; another one may be."""


@dataclass(frozen=True)
class Ebay:
    """`part` of the day's calls is what this caller may use (connectors/quota.py)."""

    account: Account
    part: float = LIVE
    as_application: bool = field(default=False, kw_only=True)

    def user(self) -> Json:
        return self.read(IDENTITY, "/user/")

    def conversations(self, **params: Any) -> Json:
        return self.read(MESSAGES, "/conversation", params)

    def conversation(self, number: str, **params: Any) -> Json | None:
        return self.find(MESSAGES, f"/conversation/{number}", params)

    def send_message(self, body: Json) -> Json:
        return self.write(MESSAGES, "/send_message", body)

    def mark_read(self, conversation: str) -> None:
        said = {"conversationId": conversation, "conversationType": "FROM_MEMBERS", "read": True}
        self.write(MESSAGES, "/update_conversation", said)

    def orders(self, **params: Any) -> Json:
        return self.read(ORDERS, "/order", params)

    def order(self, number: str) -> Json | None:
        return self.find(ORDERS, f"/order/{number}")

    def fulfillments(self, order: str) -> list[Json]:
        answer = self.find(ORDERS, f"/order/{order}/shipping_fulfillment") or {}
        return cast("list[Json]", answer.get("fulfillments") or [])

    def ship(self, order: str, body: Json) -> None:
        self.write(ORDERS, f"/order/{order}/shipping_fulfillment", body)

    def refund_order(self, order: str, body: Json) -> Json:
        return self.write(REFUNDS, f"/order/{order}/issue_refund", body)

    def returns(self, **params: Any) -> Json:
        return self.read(RETURNS, "/return/search", params)

    def return_(self, number: str) -> Json | None:
        return self.find(RETURNS, f"/return/{number}")

    def on_return(self, number: str, deed: str, body: Json) -> Json:
        """decide, issue_refund, mark_as_received, add_shipping_label, send_message or file/upload."""
        return self.write(RETURNS, f"/return/{number}/{deed}", body)

    def inquiries(self, **params: Any) -> Json:
        return self.read(INQUIRIES, "/inquiry/search", params)

    def inquiry(self, number: str) -> Json | None:
        return self.find(INQUIRIES, f"/inquiry/{number}")

    def on_inquiry(self, number: str, deed: str, body: Json) -> Json:
        """issue_refund, provide_shipment_info or send_message."""
        return self.write(INQUIRIES, f"/inquiry/{number}/{deed}", body)

    def cases(self, **params: Any) -> Json:
        return self.read(CASES, "/casemanagement/search", params)

    def case(self, number: str) -> Json | None:
        return self.find(CASES, f"/casemanagement/{number}")

    def appeal(self, case: str, body: Json) -> None:
        self.write(CASES, f"/casemanagement/{case}/appeal", body)

    def cancellations(self, **params: Any) -> Json:
        return self.read(CANCELLATIONS, "/cancellation/search", params)

    def cancel(self, body: Json) -> Json:
        return self.write(CANCELLATIONS, "/cancellation", body)

    def on_cancellation(self, number: str, deed: str, body: Json | None) -> None:
        """approve (without a body) or reject."""
        self.write(CANCELLATIONS, f"/cancellation/{number}/{deed}", body)

    def disputes(self, **params: Any) -> Json:
        return self.read(DISPUTES, "/payment_dispute_summary", params)

    def dispute(self, number: str) -> Json | None:
        return self.find(DISPUTES, f"/payment_dispute/{number}")

    def on_dispute(self, number: str, deed: str, body: Json) -> Json:
        """accept, contest or add_evidence."""
        return self.write(DISPUTES, f"/payment_dispute/{number}/{deed}", body)

    def upload_evidence(self, dispute: str, name: str, content: bytes, kind: str) -> str:
        path = f"/payment_dispute/{dispute}/upload_evidence_file"
        response = self._call("POST", DISPUTES, path, safe=False, files={"file": (name, content, kind)})
        return str(http.decoded(response, safe=False)["fileId"])

    def standards(self) -> Json:
        return self.read(ANALYTICS, "/seller_standards_profile")

    def read(self, family: Family, path: str, params: Params | None = None) -> Json:
        response = self._call("GET", family, path, safe=True, params=params)
        return _object(response, safe=True)

    def find(self, family: Family, path: str, params: Params | None = None, **more: Any) -> Json | None:
        """None when eBay has no such thing. `more` goes to http.request: a rate, a time-out."""
        response = self._call("GET", family, path, safe=True, missing=True, params=params, **more)
        return None if response.status_code == 404 else _object(response, safe=True)

    def write(self, family: Family, path: str, body: Json | None, method: str = "POST") -> Json:
        """What eBay answered, {} for nothing; `Location`, where it names what was made, under "location"."""
        response = self._call(method, family, path, safe=False, json=body)
        answer = _object(response, safe=False) if response.content.strip() else {}
        made = response.headers.get("location", "")
        return answer | ({"location": made.rstrip("/").rpartition("/")[2]} if made else {})

    def _call(self, method: str, family: Family, path: str, **more: Any) -> httpx.Response:
        try:
            return self._once(method, family, path, **more)
        except Expired:
            access.forget(self.account)
            return self._once(method, family, path, **more)  # refused before anything was done

    def _once(
        self, method: str, family: Family, path: str, *, safe: bool, missing: bool = False, **more: Any
    ) -> httpx.Response:
        held = access.application_token if self.as_application else access.token
        quota = self._quota(family)
        return http.request(
            self.account,
            method,
            f"{access.host(self.account, family.host)}{family.path}{path}",
            safe=safe,
            quota=quota,
            accept=_JUDGED,
            judge=partial(judge, quota=quota, missing=missing, expired=Expired),
            headers={
                "Authorization": f"{family.scheme} {held(self.account)}",
                "X-EBAY-C-MARKETPLACE-ID": str(self.account.settings.get("marketplace") or "EBAY_US"),
                "Accept": "application/json",
            },
            **({"rate": RATE} | more),
        )

    def _quota(self, family: Family) -> Quota:
        application = self.account.credentials.get("client_id", "")
        return Quota("eBay", application, family.name, family.per_day, self.part, "America/Los_Angeles")


def as_application(account: Account) -> Ebay:
    return Ebay(access.application(account), as_application=True)


understood = partial(garbled.understood, "eBay")


def _object(response: httpx.Response, *, safe: bool) -> Json:
    answer = http.decoded(response, safe=safe)
    if not isinstance(answer, dict):
        raise http.no_answer("eBay's answer is not an object.", safe)
    return answer
