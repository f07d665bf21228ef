"""A product with its attributes, and each variant's price and stock as of when they were read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from agents.facts.evidence import Evidence, Kind, Ledger
from agents.facts.known import ProductFacts
from agents.facts.records.writing import Writer, frozen, page
from inbox.models import Conversation, Product


def product(row: Product, ledger: Ledger, conversation: Conversation) -> ProductFacts:
    write = Writer(
        ledger,
        f"product:{row.pk}",
        row.channel.connector.label,
        row.fetched_at,
        page(conversation, f"product-{row.pk}"),
        copy=frozen(row, "title", "updated_at"),
    )
    zone = conversation.organization.time_zone
    read_at = row.fetched_at.astimezone(ZoneInfo(zone)).isoformat()
    return ProductFacts(
        fields={
            "as_of": write("as_of", Kind.MOMENT, read_at, "Read on", unit=zone),
            "title": write("title", Kind.TEXT, row.title, "Product"),
            "description": write("description", Kind.POLICY, row.description, row.title),
        },
        attributes={
            name: write(f"attribute.{name}", Kind.TEXT, value, f"{row.title}: {name}")
            for name, value in row.attributes.items()
        },
        variants=[_variant(each, row, write) for each in row.variants],
    )


def _variant(variant: dict[str, Any], row: Product, product_: Writer) -> dict[str, Evidence]:
    write, name = replace(product_, copy={**product_.copy, "variant": variant}), variant["title"]
    facts = {
        "title": write("variant.title", Kind.TEXT, name, row.title),
        "price": write.money("variant.price", variant["price"], variant["currency"], f"Price, {name}"),
    }
    if variant["stock"] is not None:
        facts["stock"] = write("variant.stock", Kind.NUMBER, variant["stock"], f"Stock, {name}", unit="unit")
    return facts
