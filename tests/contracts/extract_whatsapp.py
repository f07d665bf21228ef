"""WhatsApp: the operations our connector uses and the webhooks it gets, as shapes, and where Meta's document leaves something out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from tests.contracts.shapes import operation, shape, written

Json = dict[str, Any]

FILE = "whatsapp_cloud_v23.0_cut.yaml"
SOURCE = {"file": FILE, "version": "v23.0", "licence": "MIT (facebook/openapi); names and types only"}
OPERATIONS = {
    "send": ("/{Version}/{Phone-Number-ID}/messages", "post"),
    "upload": ("/{Version}/{Phone-Number-ID}/media", "post"),
    "number": ("/{Version}/{Phone-Number-ID}", "get"),
    "change_number": ("/{Version}/{Phone-Number-ID}", "post"),
    "media": ("/{Version}/{Media-ID}", "get"),
    "account": ("/{Version}/{WABA-ID}", "get"),
    "subscribe": ("/{Version}/{WABA-ID}/subscribed_apps", "post"),
    "templates": ("/{Version}/{WABA-ID}/message_templates", "get"),
}
TEXT = {"type": "string"}
# In every request where the app demands it; the document leaves out what all of the Graph API has.
EVERYWHERE = ("appsecret_proof", "fields")
PAGING = ("limit", "after")
# Marking as read goes to the same address; the document shows it by an example only.
RECEIPT = {
    "type": "object",
    "required": ["messaging_product", "status", "message_id"],
    "properties": {"messaging_product": TEXT, "status": {"enum": ["read"]}, "message_id": TEXT},
}
ERROR = {"anyOf": [{"$ref": "#/$defs/GraphAPIError"}]}


def extract(specs: Path) -> dict[str, str]:
    document = yaml.safe_load((specs / "meta" / FILE).read_text())
    made = {f"whatsapp/{name}.json": _one(document, *each) for name, each in OPERATIONS.items()}
    return made | {"whatsapp/webhook.json": written(SOURCE, _webhook(document))}


def _one(document: Json, path: str, method: str) -> str:
    kept = operation(document, path, method)
    named = {each["name"] for each in kept["parameters"]}
    more = (*EVERYWHERE, *(PAGING if path.endswith("message_templates") else ()))
    kept["parameters"] += [
        {"name": name, "in": "query", "required": False, "schema": TEXT} for name in more if name not in named
    ]
    kept["parameters"] = [each for each in kept["parameters"] if each["in"] != "header"]
    kept["$defs"] = _mended(kept["$defs"]) | {
        "GraphAPIError": shape(document["components"]["schemas"]["GraphAPIError"])
    }
    if path.endswith("/messages"):
        kept["request"]["application/json"] = {"anyOf": [kept["request"]["application/json"], RECEIPT]}
    for code in ("4XX", "5XX"):
        kept["responses"].setdefault(code, ERROR)
    return written(SOURCE, kept)


def _webhook(document: Json) -> Json:
    kept = operation(document, "/whatsapp/webhooks", "post")
    defs = _mended(kept["$defs"])
    # Its own examples have neither of the other three in what a shopper writes.
    defs["BaseMessageProperties"]["required"] = ["type"]
    # Since 2026 a person may be known by a user id alone; all three kinds of value may fit what has little in it.
    defs["Change"]["properties"]["value"] = {"anyOf": defs["Change"]["properties"]["value"]["oneOf"]}
    return {**kept, "$defs": defs}


def _mended(defs: Json) -> Json:
    """Where the schemas refuse what the document's own examples send."""
    found: Json = json.loads(json.dumps(defs))
    for name, held in found.items():
        for part in held.get("allOf", ()):
            part.pop("additionalProperties", None)  # it would forbid what the other part demands
        if name == "BaseMessageProperties":
            # "recipient" (a user id) may stand in place of "to".
            held["required"] = [each for each in held.get("required", ()) if each != "to"]
        if name == "TemplateComponent":
            held["properties"]["index"].pop("pattern")  # it allows neither 0 nor 10
    return found
