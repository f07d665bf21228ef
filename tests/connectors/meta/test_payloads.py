"""What others have recorded of Messenger and Instagram is read without a crash. Only where it lies beside this repository."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors import registry
from connectors.contract import Account, RawDelivery
from connectors.errors import Unparsable

PAYLOADS = Path(__file__).parents[4] / "shared" / "data" / "payloads"
FILES = sorted([*PAYLOADS.glob("messenger/*.json"), *PAYLOADS.glob("instagram/*.json")])


@pytest.mark.skipif(not FILES, reason="the recorded payloads are not beside this repository")
@pytest.mark.parametrize("file", FILES or [Path("none")], ids=lambda file: file.stem)
def test_a_recorded_push_is_understood_or_refused_in_words(file: Path) -> None:
    kind = "facebook" if file.parent.name == "messenger" else "instagram"
    body = json.loads(file.read_text())
    entry = (body.get("entry") or [{}])[0] if isinstance(body, dict) else {}
    account = Account("recorded", kind, str(entry.get("id", "1")), {"app_secret": "s"})
    try:
        events = registry.connector(kind).parse(account, RawDelivery("webhook", file.stem, file.read_bytes()))
    except Unparsable as error:
        said_why = error.message
        assert said_why
        return
    said = [each for name in ("messaging", "standby") for each in entry.get(name, ()) if "message" in each]
    assert events or not said
