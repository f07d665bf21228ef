"""Twilio: the operations our text and voice connectors use, as shapes, of the OpenAPI documents Twilio publishes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.contracts.shapes import operation, written

Json = dict[str, Any]

SOURCE = {"version": "twilio/twilio-oai of 2026-04-14", "licence": "MIT; names and types only"}
ACCOUNT = "/2010-04-01/Accounts/{AccountSid}"
# File here → path, method.
OPERATIONS = {
    "account": ("/2010-04-01/Accounts/{Sid}.json", "get"),
    "numbers": (f"{ACCOUNT}/IncomingPhoneNumbers.json", "get"),
    "point_number": (f"{ACCOUNT}/IncomingPhoneNumbers/{{Sid}}.json", "post"),
    "send_message": (f"{ACCOUNT}/Messages.json", "post"),
    "messages": (f"{ACCOUNT}/Messages.json", "get"),
    "message": (f"{ACCOUNT}/Messages/{{Sid}}.json", "get"),
    "media": (f"{ACCOUNT}/Messages/{{MessageSid}}/Media.json", "get"),
    "calls": (f"{ACCOUNT}/Calls.json", "get"),
    "call": (f"{ACCOUNT}/Calls/{{Sid}}.json", "get"),
    "recordings": (f"{ACCOUNT}/Calls/{{CallSid}}/Recordings.json", "get"),
    "transcriptions": (f"{ACCOUNT}/Recordings/{{RecordingSid}}/Transcriptions.json", "get"),
}
# The documents name only what a call that goes well answers; refusals all have this shape.
REFUSED: Json = {
    "type": "object",
    "required": ["code", "message", "status"],
    "properties": {
        "code": {"type": "integer"},
        "message": {"type": "string"},
        "more_info": {"type": "string"},
        "status": {"type": "integer"},
    },
}
# Which page of a list: they stand in an answer's next_page_uri, and in no list of parameters that is complete.
PAGING = ("Page", "PageToken", "PageSize")


def extract(specs: Path) -> dict[str, str]:
    document = json.loads((specs / "twilio" / "twilio_api_v2010.json").read_text())
    return {f"twilio/{name}.json": _one(document, *each) for name, each in OPERATIONS.items()}


def _one(document: Json, path: str, method: str) -> str:
    kept = operation(document, path, method)
    known = {each["name"] for each in kept["parameters"]}
    text = {"type": ["integer", "string"]}
    for each in kept["parameters"]:
        if each["name"] in PAGING:
            each["schema"] = text
    if "PageSize" in known:
        kept["parameters"] += [
            {"name": name, "in": "query", "required": False, "schema": text}
            for name in PAGING
            if name not in known
        ]
    for code in ("400", "401", "404", "429", "500"):
        kept["responses"].setdefault(code, REFUSED)
    return written({"file": "twilio_api_v2010.json", **SOURCE}, kept)
