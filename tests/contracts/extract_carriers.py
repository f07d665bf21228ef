"""Carriers: the operations our connectors use, as shapes."""

from __future__ import annotations

from pathlib import Path

import yaml

from tests.contracts.shapes import operation, written

UPS = {
    "version": "UPS-API/api-documentation@e6f36df4",
    "licence": "MIT",
}
USPS = {
    "version": "Package Tracking and Notification 3.2.6",
    "licence": "USPS terms of use; names and types only",
}
USPS_SUBSCRIPTIONS = {
    "version": "3, reconstructed from public client code",
    "licence": "names and types only",
}
USPS_TOKEN = {
    "version": "3.2, reconstructed from public client code",
    "licence": "names and types only",
}
FEDEX = {
    "version": "Basic Integrated Visibility (Track API v1)",
    "licence": "FedEx developer terms; names and types only",
}
FEDEX_TOKEN = {
    "file": None,
    "version": "written by hand from the authorization page of the FedEx developer portal, which has no file",
    "licence": "names and types only",
}
DHL = {
    "version": "Shipment Tracking - Unified 1.3.1",
    "licence": "DHL terms; names and types only",
}
DHL_PUSH = {
    "version": "1, reconstructed from the developer portal",
    "licence": "names and types only",
}
EASYPOST = {
    "version": "API v2, reconstructed from EasyPost/examples@112a6d19 and the public documentation",
    "licence": "MIT",
}
_USPS_MORE = "usps_v3r2_and_subscriptions_reconstructed.yaml"
_SUBSCRIPTIONS = "/subscriptions-tracking/v3/subscriptions"
# File here → file of the published contract, path, method, where it comes from.
OPERATIONS = {
    "ups/details.json": ("ups_tracking.yaml", "/track/v1/details/{inquiryNumber}", "get", UPS),
    "ups/token.json": ("ups_oauth_client_credentials.yaml", "/security/v1/oauth/token", "post", UPS),
    "ups/subscribe.json": ("ups_track_alert_v2.yaml", "/subscription/{type}/account", "post", UPS),
    "ups/unsubscribe.json": ("ups_track_alert_v2.yaml", "/subscription/{type}/account", "delete", UPS),
    "usps/subscriptions.json": (_USPS_MORE, _SUBSCRIPTIONS, "get", USPS_SUBSCRIPTIONS),
    "usps/subscribe.json": (_USPS_MORE, _SUBSCRIPTIONS, "post", USPS_SUBSCRIPTIONS),
    "usps/unsubscribe.json": (
        _USPS_MORE,
        f"{_SUBSCRIPTIONS}/{{subscriptionId}}",
        "delete",
        USPS_SUBSCRIPTIONS,
    ),
    "usps/tracking.json": ("usps_tracking_v3.2.6.yaml", "/tracking/{trackingNumber}", "get", USPS),
    "usps/token.json": (_USPS_MORE, "/oauth2/v3/token", "post", USPS_TOKEN),
    "easypost/tracker.json": ("easypost_tracking_reconstructed.yaml", "/trackers", "post", EASYPOST),
    "easypost/trackers.json": ("easypost_tracking_reconstructed.yaml", "/trackers", "get", EASYPOST),
    "easypost/make_webhook.json": ("easypost_tracking_reconstructed.yaml", "/webhooks", "post", EASYPOST),
    "easypost/webhooks.json": ("easypost_tracking_reconstructed.yaml", "/webhooks", "get", EASYPOST),
    "easypost/renew_webhook.json": (
        "easypost_tracking_reconstructed.yaml",
        "/webhooks/{id}",
        "patch",
        EASYPOST,
    ),
    "dhl/shipments.json": ("dhl_unified_tracking_v1.3.1.json", "/shipments", "get", DHL),
    "dhl/subscription.json": (
        "carrier_push_reconstructed.yaml",
        "/tracking/push/v1/subscription",
        "post",
        DHL_PUSH,
    ),
    "fedex/tracked.json": ("fedex_track_v1.json", "/track/v1/trackingnumbers", "post", FEDEX),
}


# What a file leaves out although the vendor's own examples send it.
LEFT_OUT = {
    "easypost/renew_webhook.json": {
        "request": {
            "application/json": {"type": "object", "properties": {"webhook_secret": {"type": "string"}}}
        }
    },
}
_TOKEN_FORM = {"type": "object", "required": ["grant_type", "client_id", "client_secret"]}
_TOKEN = {"type": "object", "required": ["access_token", "token_type", "expires_in", "scope"]}
_ERRORS = {"type": "object", "required": ["transactionId", "errors"]}
_FEDEX_TOKEN = {
    "paths": {
        "/oauth/token": {
            "post": {
                "requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": _TOKEN_FORM}}},
                "responses": {
                    "200": {"content": {"application/json": {"schema": _TOKEN}}},
                    "401": {"content": {"application/json": {"schema": _ERRORS}}},
                },
            }
        }
    }
}


def extract(specs: Path) -> dict[str, str]:
    published = {
        name: written(
            {"file": file, **source},
            operation(yaml.safe_load((specs / "carriers" / file).read_text()), path, method)
            | LEFT_OUT.get(name, {}),
        )
        for name, (file, path, method, source) in OPERATIONS.items()
    }
    by_hand = written(FEDEX_TOKEN, operation(_FEDEX_TOKEN, "/oauth/token", "post"))
    return published | {"fedex/token.json": by_hand}
