"""TikTok Shop's Open API: one method per endpoint, no mapping. Each request is signed over the bytes that are sent."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx

from connectors import garbled, http
from connectors.channels.tiktok import access, signing
from connectors.channels.tiktok.refusals import JUDGED, Expired, judge
from connectors.channels.tiktok.values import Json
from connectors.contract import Account
from connectors.errors import AuthorizationLost
from connectors.shared import shared

RATE = http.Rate(per_second=10, burst=40)  # TikTok publishes none; 50 a second for an app and shop is hearsay
MOST_MESSAGES, MOST_CHATS, MOST = 10, 20, 50  # entries a page
_DAY = 86_400
_CHATS = "/customer_service/202309/conversations"


@dataclass(frozen=True)
class TikTok:
    account: Account

    def shops(self) -> list[Json]:
        """All shops of the seller; the one call for which no cipher is wanted."""
        return list(self._read("GET", "/authorization/202309/shops", named=False).get("shops") or ())

    def chats(self, page: str = "", size: int = MOST_CHATS) -> Json:
        return self._read("GET", _CHATS, {"page_size": size, "page_token": page})

    def chat(self, number: str) -> Json:
        found: Json = self._read("GET", f"/customer_service/202601/conversations/{number}")["conversation"]
        return found

    def messages(self, chat: str, page: str = "") -> Json:
        """The newest first, by `index`, which grows with time; their times have only seconds."""
        asked = {"page_size": MOST_MESSAGES, "page_token": page, "sort_order": "DESC", "sort_field": "index"}
        return self._read("GET", f"{_CHATS}/{chat}/messages", asked)

    def open_chat(self, user_id: str) -> str:
        """With a buyer: the one there is, or a new one, so asking twice changes nothing."""
        return str(self._read("POST", _CHATS, body={"buyer_user_id": user_id})["conversation_id"])

    def send(self, chat: str, kind: str, content: Json, role: str) -> str:
        """The message's id. `content` is JSON inside the JSON."""
        body = {"type": kind, "content": json.dumps(content, ensure_ascii=False), "sender_role": role}
        sent = self._write("POST", f"/customer_service/202606/conversations/{chat}/messages", body)
        return str(sent["message_id"])

    def upload_picture(self, name: str, content: bytes, kind: str) -> Json:
        """{"url", "width", "height"}. One that is never sent harms nobody."""
        response = self._call(
            "POST", "/customer_service/202309/images/upload", safe=True, files={"data": (name, content, kind)}
        )
        return _data(response, safe=True)

    def picture(self, url: str) -> bytes:
        """What a shopper sent, at TikTok's public address for it, which does not last."""
        return http.request(self.account, "GET", url, safe=True, rate=RATE).content

    def mark_read(self, chat: str) -> None:
        self._write("POST", f"{_CHATS}/{chat}/messages/read", None)

    def accepts_chats(self) -> bool:
        return bool(self._read("GET", "/customer_service/202309/agents/settings").get("can_accept_chat"))

    def accept_chats(self) -> None:
        self._write("PUT", "/customer_service/202309/agents/settings", {"can_accept_chat": True})

    def performance(self, since: str, until: str) -> Json:
        """Dates as YYYY-MM-DD."""
        asked = {"support_date_ge": since, "support_date_lt": until}
        found: Json = self._read("GET", "/customer_service/202407/performance", asked)["performance"]
        return found

    def orders(self, numbers: Sequence[str]) -> list[Json]:
        found = self._read("GET", "/order/202507/orders", {"ids": ",".join(numbers)})
        return list(found.get("orders") or ())

    def search_orders(self, body: Json, page: str = "", size: int = MOST) -> Json:
        return self._search("/order/202309/orders/search", body, page, size)

    def search_returns(self, body: Json, page: str = "", size: int = MOST) -> Json:
        return self._search("/return_refund/202602/returns/search", body, page, size)

    def search_cancellations(self, body: Json, page: str = "", size: int = MOST) -> Json:
        return self._search("/return_refund/202602/cancellations/search", body, page, size)

    def eligibility(self, order: str, request: str) -> Json:
        """What the seller may begin (CANCEL, REFUND, RETURN_AND_REFUND), line by line, and for which reasons."""
        asked = {"initiate_aftersale_user": "SELLER", "request_types": request}
        return self._read("GET", f"/return_refund/202602/orders/{order}/aftersale_eligibility", asked)

    def calculate(self, body: Json) -> Json:
        found: Json = self._read("POST", "/return_refund/202602/refunds/calculate", body=body)
        return dict(found["order_refund_amount"])

    def decisions(self, number: str, decision: str) -> list[Json]:
        """Of a return or a request to cancel."""
        asked = {"return_or_cancel_id": number, "check_decisions": decision}
        return list(
            self._read("GET", "/return_refund/202601/decision_eligibility", asked).get("decisions") or ()
        )

    def make_return(self, body: Json, key: str) -> Json:
        return self._write("POST", "/return_refund/202602/returns", body, key)

    def approve_return(self, number: str, body: Json, key: str) -> None:
        self._write("POST", f"/return_refund/202309/returns/{number}/approve", body, key)

    def reject_return(self, number: str, body: Json, key: str) -> None:
        self._write("POST", f"/return_refund/202606/returns/{number}/reject", body, key)

    def cancel(self, body: Json) -> Json:
        """TikTok takes no key for this one."""
        return self._write("POST", "/return_refund/202602/cancellations", body)

    def approve_cancellation(self, number: str, key: str) -> None:
        self._write("POST", f"/return_refund/202309/cancellations/{number}/approve", None, key)

    def reject_cancellation(self, number: str, body: Json, key: str) -> None:
        self._write("POST", f"/return_refund/202309/cancellations/{number}/reject", body, key)

    def webhooks(self) -> list[Json]:
        return list(self._read("GET", "/event/202309/webhooks").get("webhooks") or ())

    def set_webhook(self, event: str, url: str) -> None:
        self._write("PUT", "/event/202309/webhooks", {"event_type": event, "address": url})

    def _search(self, path: str, body: Json, page: str, size: int) -> Json:
        asked = {"page_size": size, "page_token": page, "sort_field": "update_time", "sort_order": "ASC"}
        return self._read("POST", path, asked, body)

    def _read(
        self,
        method: str,
        path: str,
        asked: Mapping[str, Any] | None = None,
        body: Json | None = None,
        *,
        named: bool = True,
    ) -> Json:
        given = {name: str(value) for name, value in (asked or {}).items() if value != ""}
        return _data(self._call(method, path, safe=True, query=given, body=body, named=named), safe=True)

    def _write(self, method: str, path: str, body: Json | None, key: str = "") -> Json:
        query = {"idempotency_key": key} if key else {}
        return _data(self._call(method, path, safe=False, query=query, body=body), safe=False)

    def _call(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            return self._once(method, path, **more)
        except Expired:
            access.spoil(self.account)
            return self._once(method, path, **more)  # refused before anything was done

    def _once(
        self,
        method: str,
        path: str,
        *,
        safe: bool,
        query: Mapping[str, str] | None = None,
        body: Json | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        named: bool = True,
    ) -> httpx.Response:
        """Tries of one request carry one signature: they follow each other within seconds, and it is good for minutes."""
        keys, held = self.account.credentials, access.token(self.account)
        asked = {**(query or {}), "app_key": keys.get("client_id", ""), "timestamp": str(int(time.time()))}
        if named:
            asked["shop_cipher"] = self._cipher()
        content = b"" if body is None else json.dumps(body, separators=(",", ":")).encode()
        asked["sign"] = signing.of_request(keys.get("client_secret", ""), path, asked, content)
        headers = {"x-tts-access-token": held}
        return http.request(
            self.account,
            method,
            f"{access.api(self.account)}{path}",
            safe=safe,
            rate=RATE,
            accept=JUDGED,
            judge=partial(judge, safe=safe),
            headers=headers if files else {**headers, "content-type": "application/json"},
            params=asked,
            content=content or None,
            files=files,
        )

    def _cipher(self) -> str:
        """From the consent; where there was none (a refresh token was typed in), TikTok is asked once a day."""
        if known := str(self.account.settings.get("shop_cipher") or ""):
            return known
        place = f"tiktok:cipher:{self.account.id}"
        if known := shared().read(place) or "":
            return known
        ours = [each for each in self.shops() if str(each.get("id")) == self.account.external_id]
        if not ours:
            raise AuthorizationLost(
                f"The seller who agreed has no shop {self.account.external_id}. Connect again."
            )
        shared().write(place, str(ours[0]["cipher"]), _DAY)
        return str(ours[0]["cipher"])


understood = partial(garbled.understood, "TikTok")


def _data(response: httpx.Response, *, safe: bool) -> Json:
    data = http.decoded(response, safe=safe).get("data")
    if data is not None and not isinstance(data, dict):
        raise http.no_answer("TikTok's answer holds no object.", safe)
    return data or {}
