"""Which products a message speaks of: by the words of their titles, else those the shopper had before them, else those
of the order meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q

from agents.facts.known import OrderFacts
from inbox.models import Product

_MOST = 3
_READ = 2000  # titles
_ENOUGH = 0.5  # of a title's words


def asked(text: str, about: Mapping[str, Any] | None) -> list[UUID]:
    """What is named, and where that may be several things, the one the shopper looked at; else what they looked at."""
    by_words, before_them = named(text), shown(about)
    return [pk for pk in by_words if pk in before_them] or by_words or before_them


def named(text: str) -> list[UUID]:
    """Best match first."""
    words = {word.strip(".,?!").lower() for word in text.split()}
    titles = Product.objects.order_by("title").values_list("pk", "title")[:_READ]
    scored = [(_overlap(title, words), pk) for pk, title in titles]
    best = max((score for score, _ in scored), default=0.0)
    return [pk for score, pk in scored if score == best and best >= _ENOUGH][:_MOST]


def shown(about: Mapping[str, Any] | None) -> list[UUID]:
    """What a message was written under or beside (connectors.events.About): by the platform's ids, or by SKU."""
    ids: Sequence[str] = (about or {}).get("products", ())
    if not ids:
        return []
    wanted = Q(external_id__in=ids)
    for each in ids:
        wanted |= Q(external_id__endswith=f"/{each}")  # a number on the page, a path in the API
        wanted |= Q(variants__contains=[{"sku": each}]) | Q(variants__contains=[{"external_id": each}])
    return list(Product.objects.filter(wanted).order_by("title").values_list("pk", flat=True)[:_MOST])


def inside(order: OrderFacts) -> list[UUID]:
    titles = {line["title"].value for line in order.lines}
    return list(
        Product.objects.filter(title__in=titles).order_by("title").values_list("pk", flat=True)[:_MOST]
    )


def _overlap(title: str, words: set[str]) -> float:
    """How much of a title's words the message uses, 0..1; a plural s does not matter."""
    parts = [part.lower() for part in title.replace("-", " ").split() if len(part) > 2]
    known = {word.rstrip("s") for word in words}
    return sum(part.rstrip("s") in known for part in parts) / len(parts) if parts else 0.0
