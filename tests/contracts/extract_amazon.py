"""Amazon: the operations our connector uses, its notifications and the account health report, as shapes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.contracts.shapes import operation, shape, written

Json = dict[str, Any]

SOURCE = {
    "version": "amzn/selling-partner-api-models@34dc93fe",
    "licence": "Apache-2.0; names, types and figures only",
}
_MESSAGES = "/messaging/v1/orders/{amazonOrderId}"
_REVIEWS = "/solicitations/v1/orders/{amazonOrderId}"
# Swagger calls this parameter greedy: it stands for the path of a message.
_UPLOAD = "/uploads/2020-11-01/uploadDestinations/{resource}"
_GREEDY = f"/uploads/2020-11-01/uploadDestinations{_MESSAGES}/messages/{{kind}}"
# File here → file of the published contract, path, method.
OPERATIONS = {
    "search_orders": ("orders_2026-01-01", "/orders/2026-01-01/orders", "get"),
    "order": ("orders_2026-01-01", "/orders/2026-01-01/orders/{orderId}", "get"),
    "participations": ("sellers", "/sellers/v1/marketplaceParticipations", "get"),
    "messaging_actions": ("messaging", _MESSAGES, "get"),
    "confirm_customization": ("messaging", f"{_MESSAGES}/messages/confirmCustomizationDetails", "post"),
    "confirm_delivery": ("messaging", f"{_MESSAGES}/messages/confirmDeliveryDetails", "post"),
    "confirm_order": ("messaging", f"{_MESSAGES}/messages/confirmOrderDetails", "post"),
    "confirm_service": ("messaging", f"{_MESSAGES}/messages/confirmServiceDetails", "post"),
    "legal_disclosure": ("messaging", f"{_MESSAGES}/messages/legalDisclosure", "post"),
    "digital_access_key": ("messaging", f"{_MESSAGES}/messages/digitalAccessKey", "post"),
    "unexpected_problem": ("messaging", f"{_MESSAGES}/messages/unexpectedProblem", "post"),
    "warranty": ("messaging", f"{_MESSAGES}/messages/warranty", "post"),
    "invoice": ("messaging", f"{_MESSAGES}/messages/invoice", "post"),
    "soliciting_actions": ("solicitations", _REVIEWS, "get"),
    "solicit": ("solicitations", f"{_REVIEWS}/solicitations/productReviewAndSellerFeedback", "post"),
    "upload": ("uploads_2020-11-01", _UPLOAD, "post"),
    "destinations": ("notifications", "/notifications/v1/destinations", "get"),
    "make_destination": ("notifications", "/notifications/v1/destinations", "post"),
    "subscription": ("notifications", "/notifications/v1/subscriptions/{notificationType}", "get"),
    "subscribe": ("notifications", "/notifications/v1/subscriptions/{notificationType}", "post"),
    "make_feed_document": ("feeds_2021-06-30", "/feeds/2021-06-30/documents", "post"),
    "feed_document": ("feeds_2021-06-30", "/feeds/2021-06-30/documents/{feedDocumentId}", "get"),
    "make_feed": ("feeds_2021-06-30", "/feeds/2021-06-30/feeds", "post"),
    "feeds": ("feeds_2021-06-30", "/feeds/2021-06-30/feeds", "get"),
    "feed": ("feeds_2021-06-30", "/feeds/2021-06-30/feeds/{feedId}", "get"),
    "make_report": ("reports_2021-06-30", "/reports/2021-06-30/reports", "post"),
    "reports": ("reports_2021-06-30", "/reports/2021-06-30/reports", "get"),
    "report": ("reports_2021-06-30", "/reports/2021-06-30/reports/{reportId}", "get"),
    "report_document": ("reports_2021-06-30", "/reports/2021-06-30/documents/{reportDocumentId}", "get"),
}
# Plain JSON Schemas: what comes by the queue, and what a report holds.
SCHEMAS = {
    "order_change": "notification-schemas/OrderChangeNotification.json",
    "feed_finished": "notification-schemas/FeedProcessingFinishedNotification.json",
    "account_health": "report-schemas/accountHealthReport-2020-11-18.json",
}


def extract(specs: Path) -> dict[str, str]:
    folder = specs / "amazon"
    found = {f"amazon/{name}.json": _operation(folder, *each) for name, each in OPERATIONS.items()}
    return found | {f"amazon/{name}.json": _schema(folder, file) for name, file in SCHEMAS.items()}


def _operation(folder: Path, file: str, path: str, method: str) -> str:
    name = f"{file}.json"
    kept = operation(_as_openapi(json.loads((folder / name).read_text()), path, method), path, method)
    if path == _UPLOAD:
        kept["path"] = _GREEDY
    return written({"file": name, **SOURCE}, kept)


def _schema(folder: Path, file: str) -> str:
    found = json.loads((folder / file).read_text())
    parts = {name: shape(each) for name, each in found.get("definitions", {}).items()}
    return written({"file": Path(file).name, **SOURCE}, {"schema": shape(found), "$defs": parts})


def _as_openapi(document: Json, path: str, method: str) -> Json:
    """One operation of a Swagger 2 document in OpenAPI's words. Lists in a query are one comma-separated text."""
    whole = document["paths"][path]
    found = whole[method]
    parameters = [
        _named(document, each) for each in [*whole.get("parameters", []), *found.get("parameters", [])]
    ]
    bodies = [each["schema"] for each in parameters if each["in"] == "body"]
    media = {"application/json": {"schema": bodies[0]}} if bodies else {}
    answers = {
        code: {"content": {"application/json": {"schema": each["schema"]}} if "schema" in each else {}}
        for code, each in found["responses"].items()
    }
    made = {
        "parameters": [
            {
                "name": each["name"],
                "in": each["in"],
                "required": each.get("required", False),
                "schema": _type(each),
            }
            for each in parameters
            if each["in"] != "body"
        ],
        "requestBody": {"content": media},
        "responses": answers,
    }
    return {"paths": {path: {method: made}}, "components": {"schemas": document["definitions"]}}


def _named(document: Json, parameter: Json) -> Json:
    reference = parameter.get("$ref", "").rpartition("/")[2]
    return dict(document["parameters"][reference]) if reference else parameter


def _type(parameter: Json) -> Json:
    if parameter["type"] == "array":
        return {"type": "string"}
    return {key: parameter[key] for key in ("type", "enum", "minimum", "maximum") if key in parameter}
