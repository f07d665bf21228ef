"""Every connector's samples/: one delivery a file, and the events it stands for.

    {"topic": ..., "headers": {...}, "body": ..., "events": [{"event": "Changed", ...}], "account": {...}}

`body` is JSON, or a list of lines for what is not (a mail). `raises` names an error in place of `events`;
`account` changes the account's fields. Times are ISO 8601 text, amounts text. What is empty may be left out. A connector that keeps its mails
as `.eml` files beside lists of events reads them in its own test.
"""

from __future__ import annotations

import json
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import connectors as package
from connectors import errors
from connectors.contract import Account, RawDelivery
from connectors.registry import connectors

SHELVES = Path(next(iter(package.__path__)))
FILES = sorted(SHELVES.glob("*/*/samples/*.json"))
DELIVERIES = [file for file in FILES if not file.with_suffix(".eml").exists()]
Json = dict[str, Any]


def account_of(kind: str, changed: Json) -> Account:
    account: Json = {"id": "sample", "kind": kind, "external_id": "northpine.myshopify.com"}
    return Account(**account | changed)


def delivery_of(sample: Json, key: str) -> RawDelivery:
    body = sample["body"]
    text = "\r\n".join(body) if isinstance(body, list) else json.dumps(body)
    received = datetime(2026, 11, 22, 12, tzinfo=UTC)
    return RawDelivery(sample["topic"], key, text.encode(), sample.get("headers", {}), received)


def plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return value.decode()
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value


def brief(value: Any) -> Any:
    """Without what is empty: a fact learns new fields, and old samples need not know them."""
    if isinstance(value, list):
        return [brief(each) for each in value]
    if not isinstance(value, dict):
        return value
    held = {name: brief(each) for name, each in value.items()}
    return {name: each for name, each in held.items() if each not in ("", None, False, [], {})}


@pytest.mark.parametrize("file", DELIVERIES, ids=lambda file: f"{file.parts[-3]}/{file.stem}")
def test_a_sample_means_what_it_says(file: Path) -> None:
    kind, sample = file.parts[-3], json.loads(file.read_text())
    connector, account = connectors()[kind], account_of(kind, sample.get("account", {}))
    delivery = delivery_of(sample, file.stem)
    if "raises" in sample:
        with pytest.raises(getattr(errors, sample["raises"])):
            connector.parse(account, delivery)
        return
    found = [{"event": type(each).__name__, **plain(each)} for each in connector.parse(account, delivery)]
    assert brief(found) == brief(sample["events"])


@pytest.mark.parametrize("kind", connectors())
def test_every_connector_shows_what_it_understands(kind: str) -> None:
    assert any(file.parts[-3] == kind for file in FILES)
