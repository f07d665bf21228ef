"""UPS and USPS: the operations our connectors use, as shapes."""

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
USPS_TOKEN = {
    "version": "3.2, reconstructed from public client code",
    "licence": "names and types only",
}
# File here → file of the published contract, path, method, where it comes from.
OPERATIONS = {
    "ups/details.json": ("ups_tracking.yaml", "/track/v1/details/{inquiryNumber}", "get", UPS),
    "ups/token.json": ("ups_oauth_client_credentials.yaml", "/security/v1/oauth/token", "post", UPS),
    "usps/tracking.json": ("usps_tracking_v3.2.6.yaml", "/tracking/{trackingNumber}", "get", USPS),
    "usps/token.json": (
        "usps_v3r2_and_subscriptions_reconstructed.yaml",
        "/oauth2/v3/token",
        "post",
        USPS_TOKEN,
    ),
}


def extract(specs: Path) -> dict[str, str]:
    return {
        name: written(
            {"file": file, **source},
            operation(yaml.safe_load((specs / "carriers" / file).read_text()), path, method),
        )
        for name, (file, path, method, source) in OPERATIONS.items()
    }
