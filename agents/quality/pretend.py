"""Letters of the pretend world's shoppers, answered: true drafts with the facts they stand on. No server, no database.

The world of connectors/sandbox/seed.py is turned into unsaved rows, and these into evidence by agents/facts/records/, as
in a real pass. The same letters every time: the world's `now` is fixed and all chance is seeded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from agents.checking.claims.wording import stems
from agents.facts import records
from agents.facts.evidence import Evidence, Ledger
from agents.facts.known import Facts, OrderFacts
from agents.quality.asking import Ask, asks
from agents.quality.rows import Rows
from agents.understanding.intents import Intent
from agents.understanding.message import Understanding
from agents.understanding.mood import Mood
from agents.writing.compose import Composed, compose
from connectors import registry
from connectors.contract import Capability, Limits
from connectors.sandbox import seed
from connectors.sandbox.situations import of_order
from connectors.sandbox.world import Order, Shop, Shopper, World
from inbox.models import Channel, Conversation, Customer, Message, Organization
from knowledge.index import split
from knowledge.models import Article, ArticleVersion, Passage, Topic

NOW = datetime(2026, 3, 12, 19, 5, tzinfo=UTC)  # a Thursday
ZONE = "America/New_York"
_SPACE = UUID("6c1d2f5e-0b0f-4f55-9f0e-2f3f6f0d7a11")
_DEMO = Path(__file__).resolve().parents[1] / "demo"
_MORE_RULES = Path(__file__).parent / "rules"
_FOUND = 4  # passages a search gives
_SILENT = 9  # of so many parcels on their way, one cannot be looked up


@dataclass(frozen=True)
class Letter:
    """A message and its answer. `answer.needs_person`: there is none."""

    name: str  # "northpine #1042 delayed: Where is it?"
    message: Message
    seen: Understanding
    facts: Facts
    answer: Composed
    limits: Limits
    now: datetime
    zone: str


@cache
def world() -> World:
    made = seed.seed(NOW)
    made.clock.now = lambda: NOW  # type: ignore[method-assign]
    return made


def letters(every: int = 1) -> Iterator[Letter]:
    """Some hundreds, of several organizations, situations, wishes, moods, tones and channels; or every n-th of them."""
    rng = Random(7)
    channels = [each.kind for each in registry.with_capability(Capability.MESSAGES)]
    houses = [
        (shop, slug, tone)
        for shop in world().shops.values()
        for slug, tone in ((shop.slug, "friendly"), (f"rules-{shop.slug}", "formal"))
    ]
    for count, (shop, slug, tone) in enumerate(houses):
        house = House(shop, slug, tone)
        asked = [(order, ask) for order in shop.orders.values() for ask in asks(_situation(order), rng)]
        for order, ask in asked[::every]:
            kind = channels[(count + order.id) % len(channels)]
            yield house.answered(shop.shoppers[order.shopper_id], order, ask, kind)


def _situation(order: Order) -> str:
    return of_order(world(), order).key


class House:
    """One organization: its voice, its rules, and what it knows of its shoppers."""

    def __init__(self, shop: Shop, slug: str, tone: str) -> None:
        self.shop, self.slug = shop, slug
        self.organization = Organization(
            id=uuid5(_SPACE, slug), name=shop.name, slug=slug, tone=tone, signature=f"The {shop.name} team"
        )
        self.organization.time_zone = ZONE
        self.passages = list(_passages(self.organization, slug))

    def answered(self, shopper: Shopper, order: Order, ask: Ask, kind: str) -> Letter:
        conversation = self._conversation(shopper, kind)
        text = ask.text.format(number=order.number, product=self._title(order))
        facts = self._facts(conversation, shopper, order, ask, text)
        message = Message(
            id=uuid5(_SPACE, f"{self.slug} {order.number} {text}"),
            organization=self.organization,
            conversation=conversation,
            text=text,
            created_at=NOW,
        )
        seen = Understanding(
            intents=tuple(Intent(each, 0.9) for each in ask.kinds), mood=Mood(ask.mood, 0.8), source="given"
        )
        answer = compose(message, conversation, seen, facts)
        name = f"{self.slug} {order.number} {_situation(order)}: {text}"
        return Letter(name, message, seen, facts, answer, conversation.limits, NOW, ZONE)

    def _conversation(self, shopper: Shopper, kind: str) -> Conversation:
        channel = Channel(organization=self.organization, kind=kind, name=self.shop.name)
        customer = Customer(organization=self.organization, name=shopper.name, email=shopper.email)
        return Conversation(organization=self.organization, channel=channel, customer=customer)

    def _facts(
        self, conversation: Conversation, shopper: Shopper, order: Order, ask: Ask, text: str
    ) -> Facts:
        ledger, rows = Ledger(), Rows(world(), self.shop, self.organization, _channel_of_orders(conversation))
        own = [each for each in self.shop.orders.values() if each.shopper_id == shopper.id]
        newest = sorted(own, key=lambda each: each.placed_at, reverse=True)[:10]
        made = [self._order(rows, each, ledger, conversation) for each in newest]
        products = (
            [records.product(rows.product(self._product(order)), ledger, conversation)]
            if ask.asks_product
            else []
        )
        return Facts(
            now=NOW,
            zone=ZoneInfo(ZONE),
            evidence=ledger.items,
            orders=made,
            focus=next(each for each in made if each.number == order.number),
            products=products,
            passages=self._found(text, ask, ledger, conversation),
        )

    def _order(self, rows: Rows, order: Order, ledger: Ledger, conversation: Conversation) -> OrderFacts:
        row = rows.order(order)
        moving = [parcel.pk for parcel in row.shipments.all() if parcel.delivered_at is None]
        silent = {pk for pk in moving if pk.int % _SILENT == 0}
        return records.order(row, ledger, conversation, ZoneInfo(ZONE), silent)

    def _found(self, text: str, ask: Ask, ledger: Ledger, conversation: Conversation) -> list[Evidence]:
        """The passages nearest to the question, by the words they share."""
        if not ask.asks_knowledge:
            return []
        wanted = stems(f"{text} {ask.about}")
        ranked = sorted(self.passages, key=lambda each: -len(wanted & stems(f"{each.heading} {each.text}")))[
            :_FOUND
        ]
        return [records.passage(each, ledger, conversation) for each in ranked]

    def _product(self, order: Order) -> int:
        return order.lines[0].product_id

    def _title(self, order: Order) -> str:
        return self.shop.products[self._product(order)].title


def _channel_of_orders(conversation: Conversation) -> Channel:
    """Where the orders come from: the first platform that has orders."""
    kind = next(each.kind for each in registry.with_capability(Capability.PRODUCTS))
    return Channel(organization=conversation.organization, kind=kind, name="Store")


def _passages(organization: Organization, slug: str) -> Iterator[Passage]:
    folder = _DEMO / slug if (_DEMO / slug).exists() else _MORE_RULES / slug.removeprefix("rules-")
    for path in sorted(folder.glob("*.md")):
        title, _, body = path.read_text().partition("\n")
        article = Article(
            organization=organization,
            title=title.lstrip("# ").strip(),
            slug=path.stem,
            topic=path.stem if path.stem in Topic.values else Topic.OTHER,
        )
        version = ArticleVersion(organization=organization, article=article, number=2, body=body)
        version.written_at = NOW - timedelta(days=90)
        for ordinal, piece in enumerate(split(body), 1):
            yield Passage(
                organization=organization,
                version=version,
                ordinal=ordinal,
                heading=piece.heading,
                text=piece.text,
            )
