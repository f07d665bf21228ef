"""Walmart: the operations our connector uses, as shapes, and where its documents leave something out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.contracts.shapes import operation, written

Json = dict[str, Any]

SOURCE = {
    "version": "1.0, as in alyiox/mcp-walmart-ads 0.5.1",
    "licence": "Walmart's developer terms; names and types only",
}
# File here → file of the published contract, path, method.
OPERATIONS = {
    "token": ("authentication", "/v3/token", "post"),
    "token_detail": ("authentication", "/v3/token/detail", "get"),
    "orders": ("order-management", "/v3/orders", "get"),
    "order": ("order-management", "/v3/orders/{purchaseOrderId}", "get"),
    "cancel": ("order-management", "/v3/orders/{purchaseOrderId}/cancel", "post"),
    "refund": ("order-management", "/v3/orders/{purchaseOrderId}/refund", "post"),
    "returns": ("returns-management", "/v3/returns", "get"),
    "refund_return": ("returns-management", "/v3/returns/{returnOrderId}/refund", "post"),
    "event_types": ("notifications-management", "/v3/webhooks/eventTypes", "get"),
    "subscriptions": ("notifications-management", "/v3/webhooks/subscriptions", "get"),
    "subscribe": ("notifications-management", "/v3/webhooks/subscriptions", "post"),
    **{
        f"insights_{metric}": ("insights-management", f"/v3/insights/performance/{metric}/summary", "get")
        for metric in (
            "srr", "cancellations", "otd", "vtr", "lateShipment", "returns", "itemNotReceived", "negativeFeedback",
        )
    },
}  # fmt: skip

# A cursor is a query string of Walmart's own; no document declares what is in it.
PAGING = ("hasMoreElements", "soIndex", "poIndex", "sellerId", "proof")
# One order's schema is the order itself, while both its examples, and those of other operations, wrap it in "order";
# and it says that orderDate is text, while its examples and the list's schema have milliseconds.
# The gateway answers these everywhere, and only some documents say so.
OF_THE_GATEWAY = ("400", "401", "404", "429")


def extract(specs: Path) -> dict[str, str]:
    return {f"walmart/{name}.json": _one(specs, *each) for name, each in OPERATIONS.items()}


def _one(specs: Path, file: str, path: str, method: str) -> str:
    name = f"{file}.openapi.json"
    kept = operation(json.loads((specs / "walmart" / name).read_text()), path, method)
    if path in ("/v3/orders", "/v3/returns"):
        text = {"type": "string"}
        kept["parameters"] += [{"name": n, "in": "query", "required": False, "schema": text} for n in PAGING]
    if path == "/v3/orders/{purchaseOrderId}":
        alone = kept["responses"]["200"]
        alone["properties"]["orderDate"] = {"type": ["integer", "string"]}
        wrapped = {"type": "object", "properties": {"order": alone}, "required": ["order"]}
        kept["responses"]["200"] = {"anyOf": [wrapped, alone]}
    kept["request"].pop("application/xml", None)
    for code in OF_THE_GATEWAY:
        kept["responses"].setdefault(code, {"type": "object"})
    return written({"file": name, **SOURCE}, kept)
