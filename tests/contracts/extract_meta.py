"""Messenger, Instagram and comments: the operations our connectors use, as shapes, and which names Meta's own files know.

Meta publishes no document for these. The operations come from one that was put together by hand from its pages; the names
of fields, edges and topics from the node files of Meta's own SDK, which are official.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from tests.contracts.shapes import operation, shape, written

Json = dict[str, Any]

DOCUMENT, NODES = "messenger_instagram_reconstructed.yaml", "graph_nodes_cut.json"
SOURCE = {
    "file": DOCUMENT,
    "version": "v25.0, put together by hand",
    "licence": "own work; names and types only",
}
OFFICIAL = {"file": NODES, "version": "ad2b0b6f", "licence": "Meta platform licence; names only"}
OPERATIONS = {
    "send": ("/{account-id}/messages", "post"),
    "upload": ("/{page-id}/message_attachments", "post"),
    "threads": ("/{account-id}/conversations", "get"),
    "profile": ("/{scoped-user-id}", "get"),
    "comment_answer": ("/{comment-id}/comments", "post"),
    "answers": ("/{comment-id}/replies", "get"),
    "answer": ("/{comment-id}/replies", "post"),
    "hide": ("/{any-comment-id}", "post"),
    "subscribe": ("/{page-id}/subscribed_apps", "post"),
    "subscribed": ("/{page-id}/subscribed_apps", "get"),
    "token": ("/oauth/access_token", "get"),
    "debug": ("/debug_token", "get"),
}
NAMED = ("Page", "IGUser", "Comment", "IGComment", "UnifiedThread")
TEXT = {"type": "string"}
# What every call of the Graph API may have, and an answer under a comment carries in its body where the page shows a query.
EVERYWHERE = ("appsecret_proof", "fields", "limit", "after")


def extract(specs: Path) -> dict[str, str]:
    document = yaml.safe_load((specs / "meta" / DOCUMENT).read_text())
    found = {f"meta/{name}.json": _one(document, *each) for name, each in OPERATIONS.items()}
    nodes = json.loads((specs / "meta" / NODES).read_text())
    return found | {"meta/webhook.json": _webhook(document), "meta/names.json": _names(nodes)}


def _one(document: Json, path: str, method: str) -> str:
    kept = operation(document, path, method)
    named = {each["name"] for each in kept["parameters"]}
    kept["parameters"] = [each for each in kept["parameters"] if each["in"] != "header"] + [
        {"name": name, "in": "query", "required": False, "schema": TEXT}
        for name in EVERYWHERE
        if name not in named
    ]
    if path == "/{comment-id}/replies" and method == "post":
        kept["parameters"] = [{**each, "required": False} for each in kept["parameters"]]
        kept["request"] = {
            "application/json": {"type": "object", "required": ["message"], "properties": {"message": TEXT}}
        }
    kept["$defs"]["GraphError"] = shape(document["components"]["schemas"]["GraphError"])
    for code in ("4XX", "5XX"):
        kept["responses"].setdefault(code, {"$ref": "#/$defs/GraphError"})
    return written(SOURCE, kept)


def _webhook(document: Json) -> str:
    schemas = document["components"]["schemas"]
    defs = {name: shape(schemas[name]) for name in ("WebhookBody", "MessagingEvent")}
    return written(SOURCE, {"schema": {"$ref": "#/$defs/WebhookBody"}, "$defs": defs})


def _names(nodes: Json) -> str:
    """Of each node its fields, and its edges with their methods; and the topics that can be subscribed to."""
    kept = {}
    for name in NAMED:
        node = nodes["nodes"][name]
        edges = sorted(
            {f"{each['method']} {each['endpoint']}" for each in node["apis"] if "endpoint" in each}
        )
        kept[name] = {"fields": sorted({each["name"] for each in node["fields"]}), "edges": edges}
    enums = {name: values for name, values in _enums(nodes) if "subscribed_fields" in name.lower()}
    return written(OFFICIAL, {"nodes": kept, "topics": dict(sorted(enums.items()))})


def _enums(nodes: Json) -> list[tuple[str, list[str]]]:
    held = nodes["enums"]
    rows = held.items() if isinstance(held, dict) else ((each["name"], each) for each in held)
    return [
        (name, sorted(map(str, each["values"] if isinstance(each, dict) else each))) for name, each in rows
    ]
