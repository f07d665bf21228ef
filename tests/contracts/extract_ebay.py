"""eBay: the operations our connector uses, as shapes.

eBay publishes no file for two of them: Post-Order is a stand-in derived from type tables of an Apache-2.0 SDK (nothing in
it is required, because its source does not say what is), and the token call is written by hand.
"""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from tests.contracts.shapes import operation, written

Json = dict[str, Any]
TERMS = "eBay API licence agreement; names and types only"
FILES = {
    "message": ("commerce_message_v1_oas3.json", "1.0.0", TERMS),
    "notification": ("commerce_notification_v1_oas3.json", "1.6.2", TERMS),
    "fulfillment": ("sell_fulfillment_v1_oas3.json", "1.20.7", TERMS),
    "analytics": ("sell_analytics_v1_oas3.json", "1.3.2", TERMS),
    "identity": ("commerce_identity_v1_oas3.json", "2.0.0", TERMS),
    "post_order": (
        "post_order_v2_derived.openapi.json",
        "derived from davidtsadler/ebay-sdk-php@744dc96f",
        "Apache-2.0",
    ),
}
# File here → document, path, method.
OPERATIONS = {
    "conversations": ("message", "/conversation", "get"),
    "conversation": ("message", "/conversation/{conversation_id}", "get"),
    "send_message": ("message", "/send_message", "post"),
    "update_conversation": ("message", "/update_conversation", "post"),
    "config": ("notification", "/config", "get"),
    "configure": ("notification", "/config", "put"),
    "topics": ("notification", "/topic", "get"),
    "destinations": ("notification", "/destination", "get"),
    "create_destination": ("notification", "/destination", "post"),
    "subscriptions": ("notification", "/subscription", "get"),
    "create_subscription": ("notification", "/subscription", "post"),
    "public_key": ("notification", "/public_key/{public_key_id}", "get"),
    "orders": ("fulfillment", "/order", "get"),
    "order": ("fulfillment", "/order/{orderId}", "get"),
    "fulfillments": ("fulfillment", "/order/{orderId}/shipping_fulfillment", "get"),
    "ship": ("fulfillment", "/order/{orderId}/shipping_fulfillment", "post"),
    "issue_refund": ("fulfillment", "/order/{order_id}/issue_refund", "post"),
    "disputes": ("fulfillment", "/payment_dispute_summary", "get"),
    "dispute": ("fulfillment", "/payment_dispute/{payment_dispute_id}", "get"),
    "accept_dispute": ("fulfillment", "/payment_dispute/{payment_dispute_id}/accept", "post"),
    "contest_dispute": ("fulfillment", "/payment_dispute/{payment_dispute_id}/contest", "post"),
    "upload_evidence": ("fulfillment", "/payment_dispute/{payment_dispute_id}/upload_evidence_file", "post"),
    "add_evidence": ("fulfillment", "/payment_dispute/{payment_dispute_id}/add_evidence", "post"),
    "standards": ("analytics", "/seller_standards_profile", "get"),
    "user": ("identity", "/user/", "get"),
    "returns": ("post_order", "/return/search", "get"),
    "return": ("post_order", "/return/{returnId}", "get"),
    "decide_return": ("post_order", "/return/{returnId}/decide", "post"),
    "refund_return": ("post_order", "/return/{returnId}/issue_refund", "post"),
    "return_received": ("post_order", "/return/{returnId}/mark_as_received", "post"),
    "return_file": ("post_order", "/return/{returnId}/file/upload", "post"),
    "return_label": ("post_order", "/return/{returnId}/add_shipping_label", "post"),
    "inquiries": ("post_order", "/inquiry/search", "get"),
    "inquiry": ("post_order", "/inquiry/{inquiryId}", "get"),
    "refund_inquiry": ("post_order", "/inquiry/{inquiryId}/issue_refund", "post"),
    "inquiry_shipment": ("post_order", "/inquiry/{inquiryId}/provide_shipment_info", "post"),
    "inquiry_message": ("post_order", "/inquiry/{inquiryId}/send_message", "post"),
    "cases": ("post_order", "/casemanagement/search", "get"),
    "case": ("post_order", "/casemanagement/{caseId}", "get"),
    "appeal": ("post_order", "/casemanagement/{caseId}/appeal", "post"),
    "cancellations": ("post_order", "/cancellation/search", "get"),
    "cancel": ("post_order", "/cancellation", "post"),
    "approve_cancellation": ("post_order", "/cancellation/{cancelId}/approve", "post"),
    "reject_cancellation": ("post_order", "/cancellation/{cancelId}/reject", "post"),
}

_EVIDENCE = {"type": "object", "required": ["file"]}
_TOKEN_FORM = {
    "type": "object",
    "required": ["grant_type"],
    "properties": {
        "grant_type": {"enum": ["authorization_code", "refresh_token", "client_credentials"]},
        "code": {"type": "string"},
        "redirect_uri": {"type": "string"},
        "refresh_token": {"type": "string"},
        "scope": {"type": "string"},
    },
    "additionalProperties": False,
}
_TOKEN = {
    "type": "object",
    "required": ["access_token", "expires_in", "token_type"],
    "properties": {"expires_in": {"type": "integer"}, "refresh_token_expires_in": {"type": "integer"}},
}
_REFUSED = {"type": "object", "required": ["error"]}
_BY_HAND = {
    "paths": {
        "/identity/v1/oauth2/token": {
            "post": {
                "requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": _TOKEN_FORM}}},
                "responses": {
                    "200": {"content": {"application/json": {"schema": _TOKEN}}},
                    "400": {"content": {"application/json": {"schema": _REFUSED}}},
                    "401": {"content": {"application/json": {"schema": _REFUSED}}},
                },
            }
        }
    }
}


def extract(specs: Path) -> dict[str, str]:
    documents = {
        name: json.loads((specs / "ebay" / file).read_text()) for name, (file, _, _) in FILES.items()
    }
    made = {
        f"ebay/{name}.json": written(
            _source(document), corrected(name, operation(documents[document], path, method))
        )
        for name, (document, path, method) in OPERATIONS.items()
    }
    by_hand: Json = {
        "file": None,
        "version": "written by hand from the pages on OAuth of eBay's developer portal, which has no file",
        "licence": "names and types only",
    }
    return made | {
        "ebay/token.json": written(by_hand, operation(_BY_HAND, "/identity/v1/oauth2/token", "post"))
    }


def _source(document: str) -> Json:
    file, version, licence = FILES[document]
    return {"file": file, "version": version, "licence": licence}


def corrected(name: str, found: Json) -> Json:
    """Where eBay's file breaks its own rules, or leaves out what every API does. The exceptions, with their reasons:

    - 401, 403, 404, 409 and 429 are answered by every operation (eBay's guide on error handling), named by few.
    - Content-Type is listed as a required parameter; in OpenAPI it belongs to the body, which uploads have as
      multipart, though the file describes no body for them.
    - What is created is named by the Location header alone; the file promises an object in the body.
    - Metrics of a standards profile point at the type of another API; real ones carry a name and a level.
    """
    found = deepcopy(found)
    for code in ("400", "401", "403", "404", "409", "429", "500"):
        found["responses"].setdefault(code, {})
    found["parameters"] = [each for each in found["parameters"] if each["name"] != "Content-Type"]
    if name in ("create_destination", "create_subscription", "ship"):
        found["responses"]["201"] = {}
    if name == "upload_evidence":
        found["request"] = {"multipart/form-data": _EVIDENCE}
    return found
