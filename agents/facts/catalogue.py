"""Which products a message speaks of: by the words of their titles, else those of the order meant."""

from __future__ import annotations

from uuid import UUID

from agents.facts.known import OrderFacts
from inbox.models import Product

_MOST = 3
_READ = 2000  # titles
_ENOUGH = 0.5  # of a title's words


def named(text: str) -> list[UUID]:
    """Best match first."""
    words = {word.strip(".,?!").lower() for word in text.split()}
    titles = Product.objects.order_by("title").values_list("pk", "title")[:_READ]
    scored = [(_overlap(title, words), pk) for pk, title in titles]
    best = max((score for score, _ in scored), default=0.0)
    return [pk for score, pk in scored if score == best and best >= _ENOUGH][:_MOST]


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
