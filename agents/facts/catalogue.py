"""Which products a message speaks of: by the words of their titles, else those of the order meant."""

from __future__ import annotations

from agents.facts.known import OrderFacts
from inbox.models import Product

_MOST = 3
_READ = 2000  # titles
_ENOUGH = 0.5  # of a title's words


def named(text: str) -> list[Product]:
    """Best match first; without their texts."""
    words = {word.strip(".,?!").lower() for word in text.split()}
    scored = [(_overlap(product.title, words), product) for product in _titles()]
    best = max((score for score, _ in scored), default=0.0)
    return [product for score, product in scored if score == best and best >= _ENOUGH][:_MOST]


def inside(order: OrderFacts) -> list[Product]:
    titles = {line["title"].value for line in order.lines}
    return [product for product in _titles() if product.title in titles][:_MOST]


def _titles() -> list[Product]:
    columns = ("pk", "title", "external_id", "fetched_at", "channel")
    return list(Product.objects.order_by("title").only(*columns)[:_READ])


def _overlap(title: str, words: set[str]) -> float:
    """How much of a title's words the message uses, 0..1; a plural s does not matter."""
    parts = [part.lower() for part in title.replace("-", " ").split() if len(part) > 2]
    known = {word.rstrip("s") for word in words}
    return sum(part.rstrip("s") in known for part in parts) / len(parts) if parts else 0.0
