"""TikTok Shop: the operations our connector uses and the webhooks it reads, as shapes.

From the file inside TikTok's own SDK where it has the operation; newer ones from a reconstruction of the Partner Center's
pages. Neither closes its objects; here they are closed, so that a field nobody documents is noticed.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.contracts.shapes import _reached, operation, shape, written

Json = dict[str, Any]

OFFICIAL, NEWER = "tiktok_shop_openapi_cut.yaml", "tiktok_shop_2026_reconstructed.yaml"
SOURCES = {
    OFFICIAL: {"version": "202309-202510, of the Go SDK", "licence": "TikTok's; names and types only"},
    NEWER: {
        "version": "to 202610, rebuilt from tiktok-shop-api 0.1.0",
        "licence": "MIT; names and types only",
    },
}
_CHATS, _BACK = "/customer_service/202309/conversations", "/return_refund"
# File here → file of the published contract, path, method.
OPERATIONS = {
    "shops": (OFFICIAL, "/authorization/202309/shops", "get"),
    "chats": (OFFICIAL, _CHATS, "get"),
    "open_chat": (OFFICIAL, _CHATS, "post"),
    "chat": (NEWER, "/customer_service/202601/conversations/{conversation_id}", "get"),
    "messages": (OFFICIAL, f"{_CHATS}/{{conversation_id}}/messages", "get"),
    "read": (OFFICIAL, f"{_CHATS}/{{conversation_id}}/messages/read", "post"),
    "send": (NEWER, "/customer_service/202606/conversations/{conversation_id}/messages", "post"),
    "upload_picture": (OFFICIAL, "/customer_service/202309/images/upload", "post"),
    "settings": (OFFICIAL, "/customer_service/202309/agents/settings", "get"),
    "set_settings": (OFFICIAL, "/customer_service/202309/agents/settings", "put"),
    "performance": (OFFICIAL, "/customer_service/202407/performance", "get"),
    "orders": (OFFICIAL, "/order/202507/orders", "get"),
    "search_orders": (OFFICIAL, "/order/202309/orders/search", "post"),
    "search_returns": (NEWER, f"{_BACK}/202602/returns/search", "post"),
    "make_return": (NEWER, f"{_BACK}/202602/returns", "post"),
    "approve_return": (NEWER, f"{_BACK}/202309/returns/{{return_id}}/approve", "post"),
    "reject_return": (NEWER, f"{_BACK}/202606/returns/{{return_id}}/reject", "post"),
    "search_cancellations": (NEWER, f"{_BACK}/202602/cancellations/search", "post"),
    "cancel": (NEWER, f"{_BACK}/202602/cancellations", "post"),
    "approve_cancellation": (OFFICIAL, f"{_BACK}/202309/cancellations/{{cancel_id}}/approve", "post"),
    "reject_cancellation": (OFFICIAL, f"{_BACK}/202309/cancellations/{{cancel_id}}/reject", "post"),
    "eligibility": (NEWER, f"{_BACK}/202602/orders/{{order_id}}/aftersale_eligibility", "get"),
    "calculate": (NEWER, f"{_BACK}/202602/refunds/calculate", "post"),
    "decisions": (NEWER, f"{_BACK}/202601/decision_eligibility", "get"),
    "webhooks": (OFFICIAL, "/event/202309/webhooks", "get"),
    "set_webhook": (OFFICIAL, "/event/202309/webhooks", "put"),
}
WEBHOOKS = (
    "NEW_MESSAGE", "ORDER_STATUS_CHANGE", "RECIPIENT_ADDRESS_UPDATE", "PACKAGE_UPDATE", "CANCELLATION_STATUS_CHANGE",
    "RETURN_STATUS_CHANGE", "SELLER_DEAUTHORIZATION", "UPCOMING_AUTHORIZATION_EXPIRATION", "REFUND_SUCCESS",
)  # fmt: skip
# What every call carries, which neither file says of each.
_EVERYWHERE = ("app_key", "sign", "timestamp", "shop_cipher")
# TikTok's own SDK writes lists in a query with commas.
_LISTS = ("ids", "request_types", "check_decisions")


def extract(specs: Path) -> dict[str, str]:
    found = {f"tiktok/{name}.json": _one(specs, *each) for name, each in OPERATIONS.items()}
    return found | {"tiktok/pushed.json": _pushed(specs)}


def _one(specs: Path, file: str, path: str, method: str) -> str:
    kept = operation(_document(specs / "tiktok" / file), path, method)
    text = {"type": "string"}
    named = {each["name"] for each in kept["parameters"]}
    kept["parameters"] += [
        {"name": name, "in": "query", "required": False, "schema": text}
        for name in _EVERYWHERE
        if name not in named
    ]
    for each in kept["parameters"]:
        if each["name"] in _LISTS:
            each["schema"] = text
    refusal = {"type": "object", "required": ["code", "message"]}
    kept["responses"] |= dict.fromkeys(("401", "429", "500"), refusal)
    return written({"file": file, **SOURCES[file]}, _closed(kept))


def _pushed(specs: Path) -> str:
    document = _document(specs / "tiktok" / NEWER)
    bodies = {}
    for name in WEBHOOKS:
        content = document["webhooks"][name]["post"]["requestBody"]["content"]["application/json"]
        bodies[name] = shape(content["schema"])
    return written(
        {"file": NEWER, **SOURCES[NEWER]}, _closed({"webhooks": bodies, "$defs": _reached(document, bodies)})
    )


def _closed(part: Any) -> Any:
    """No property that is not named."""
    if isinstance(part, list):
        return [_closed(each) for each in part]
    if not isinstance(part, dict):
        return part
    kept = {name: _closed(each) for name, each in part.items()}
    if isinstance(part.get("properties"), dict) and part.get("type") == "object":
        kept.setdefault("additionalProperties", False)
    return kept


@cache
def _document(file: Path) -> Json:
    found: Json = yaml.load(file.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return found
