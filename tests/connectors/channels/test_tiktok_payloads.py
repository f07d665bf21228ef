"""Real payloads of other people's TikTok Shop libraries, where they are at hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors.channels.tiktok import signing
from connectors.channels.tiktok.connector import connector
from connectors.contract import Account
from connectors.events import Changed
from tests.connectors.channels.tiktoks import posted

FOLDER = Path(__file__).parents[4] / "shared/data/payloads/tiktok"
pytestmark = pytest.mark.skipif(
    not FOLDER.exists(), reason="the collected payloads are not beside this repository"
)


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.json")), ids=lambda file: file.stem)
def test_every_collected_webhook_is_verified_and_understood(file: Path) -> None:
    body = file.read_bytes()
    shop = str(json.loads(body)["shop_id"])
    account = Account("payloads", "tiktok", shop, {"client_id": "key", "client_secret": "secret"})
    proof = signing.of_webhook("key", "secret", body)
    events = connector.parse(account, connector.verify(account, posted({"Authorization": proof}, body)))
    assert events
    assert all(isinstance(each, Changed) for each in events)
