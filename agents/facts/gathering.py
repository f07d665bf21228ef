"""Gather what is known, live, about what the customer asks: their orders, parcels, returns, claims, products, policy, and
what we told them before.

Only the writing customer's own records are ever read: every query starts from what is theirs (agents/facts/theirs.py), and
adds at most the orders whose contact was proven in it (agents/identity.py). What is asked
outside goes side by side, between two scopes (agents/facts/lookups.py); what had no answer becomes evidence too.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, Q
from django.utils import timezone

from agents.facts import catalogue, freshening, records
from agents.facts.evidence import Evidence, Ledger
from agents.facts.focus import ONLY_TOLD, Focus, focus
from agents.facts.known import Facts, OrderFacts, ProductFacts, Told
from agents.facts.lookups import Lookup, ask
from agents.facts.theirs import Theirs
from agents.models import IdentityCheck
from agents.understanding.classifier import plain
from agents.understanding.intents import Detail, IntentKind
from agents.understanding.message import Understanding
from config.tenancy import scope
from connectors.contract import Form
from connectors.errors import ConnectorError
from inbox.models import (
    Conversation,
    Direction,
    Dispute,
    Message,
    Order,
    OutgoingState,
    Product,
    Shipment,
    TrackingEvent,
)
from knowledge import search as knowledge
from knowledge.embedding import embed, embed_standing
from knowledge.models import Passage

# What no article can answer, or what is answered without one. Every other wish is looked up in knowledge.
_NEEDS_NO_ARTICLE = {
    IntentKind.WHERE_IS_MY_ORDER,
    IntentKind.HUMAN,
    IntentKind.OTHER,
    IntentKind.UNSURE,
}
# What an article must answer for a wish, as somebody would ask it: "never worn, I'd like it back to you" asks nothing.
_ASKED_BY: dict[IntentKind | Detail, str] = {
    IntentKind.RETURN_REQUEST: "How many days do I have to return an item?",
    IntentKind.EXCHANGE: "Can I exchange an item for another size or color?",
    IntentKind.CANCEL: "Can I cancel my order?",
    IntentKind.CHANGE_ADDRESS: "Can I change the address of my order?",
    Detail.DAMAGED: "My order arrived damaged or broken.",
    Detail.LOST: "The tracking of my parcel has not moved for days.",
    Detail.NOT_RECEIVED: "My parcel is marked as delivered, but it is not here.",
}
_STANDS_STILL = re.compile(
    r"\b(?:not|n['’]t|no) (?:been )?(?:mov|updat|chang|scan)\w*|\bstuck\b|\bsame (?:status|place|scan)\b",
    re.IGNORECASE,
)
_LONGEST_QUESTION = 200  # characters
_MOST_QUESTIONS = 2
_PASSAGES = 4
_EARLIER = 6  # answers of ours that are looked through for what we told
_REMEMBERED = timedelta(days=60)


@dataclass(frozen=True)
class Asked:
    """What the outside said."""

    at: datetime
    silent: Collection[UUID | str]
    questions: list[str]  # to be looked up in knowledge
    vectors: list[list[float]] | None  # one a question; None: only words can be searched by


def gather(organization_id: UUID, conversation: Conversation, message: Message, seen: Understanding) -> Facts:
    """May take up to lookups.BUDGET seconds. Call it outside any scope."""
    with scope(organization_id):
        wanted = freshening.wanted(conversation, message, seen)
    asked = _ask(wanted, _questions(message, seen))
    with scope(organization_id):
        return _collect(conversation, message, seen, asked)


def _questions(message: Message, seen: Understanding) -> list[str]:
    """The words of each wish that an article may answer, the whole message where no words are known; and what such a wish
    always asks."""
    asking = [intent for intent in seen.intents if intent.kind not in _NEEDS_NO_ARTICLE][:_MOST_QUESTIONS]
    said = [plain(intent.words or message.text)[:_LONGEST_QUESTION] for intent in asking]
    always = [each for intent in asking for each in (intent.detail, intent.kind) if each in _ASKED_BY]
    if _STANDS_STILL.search(message.text):
        always.append(Detail.LOST)
    return list(dict.fromkeys([*said, *(_ASKED_BY[each] for each in always)]))


def _ask(wanted: list[Lookup], questions: list[str]) -> Asked:
    """Carriers and platforms in threads of their own, and meanwhile the meaning of the questions, in one batch."""
    at, made = timezone.now(), []

    def mean() -> bool:
        try:
            made.extend(_vectors(questions))
        except ConnectorError:
            return False
        return True

    if not wanted:
        silent: set[UUID | str] = set() if not questions or mean() else {"knowledge"}
    else:
        silent = ask([*wanted, *([Lookup("knowledge", mean)] if questions else [])])
    return Asked(at, silent, questions, None if "knowledge" in silent else made)


def _vectors(questions: list[str]) -> list[list[float]]:
    standing = [each for each in questions if each in _ASKED_BY.values()]
    own = [each for each in questions if each not in standing]
    found = dict(zip(own, embed(own, "query"), strict=True))
    found |= zip(standing, embed_standing(standing), strict=True)
    return [found[each] for each in questions]


def _collect(conversation: Conversation, message: Message, seen: Understanding, asked: Asked) -> Facts:
    ledger = Ledger()
    zone = ZoneInfo(conversation.organization.time_zone)
    silent = {each for each in asked.silent if isinstance(each, UUID)}
    theirs = Theirs.of(conversation, message)
    rows = _orders(conversation, theirs)
    orders = [records.order(row, ledger, conversation, zone, silent, asked.at) for row in rows]
    named, text = freshening.named(conversation, seen), f"{message.subject} {message.text}"
    meant: Focus = focus(orders, named, seen, text)
    if meant.is_open and set(seen.kinds) <= ONLY_TOLD:
        meant = meant.as_spoken_of(text, _said_before(conversation, message))
    about_products = bool(set(seen.kinds) & {IntentKind.PRODUCT_QUESTION, IntentKind.EXCHANGE})
    return Facts(
        now=timezone.now(),
        zone=zone,
        evidence=ledger.items,
        orders=orders,
        focus=meant.order,
        unknown_numbers=meant.unknown,
        candidates=meant.candidates,
        products=_products(conversation, message, text, meant.order, ledger) if about_products else [],
        passages=_passages(_place(conversation, seen, rows), conversation, asked, ledger),
        earlier_conversations=Conversation.objects.filter(theirs.talks()).exclude(pk=conversation.pk).count(),
        disputes=[records.dispute(row, ledger, conversation, zone.key) for row in _disputes(theirs)],
        told=_told(conversation, theirs, ledger, zone),
        phrases=records.phrases(conversation, ledger),
        is_sender_doubtful=message.is_of_doubtful_sender,
        reader=theirs.reader,
    )


def _orders(conversation: Conversation, theirs: Theirs) -> list[Order]:
    parcels = Shipment.objects.order_by("shipped_at").prefetch_related(
        Prefetch("scans", TrackingEvent.objects.order_by("-at"))
    )
    return list(
        Order.objects.filter(theirs.orders() | Q(pk__in=IdentityCheck.proven(conversation)))
        .select_related("channel", "customer")
        .prefetch_related("lines", "refunds", "returns", Prefetch("shipments", parcels))
        .order_by("-placed_at")[: freshening.RECENT]
    )


def _disputes(theirs: Theirs) -> list[Dispute]:
    own = theirs.orders() | theirs.orders("order__")
    return list(Dispute.objects.filter(own).select_related("order", "channel").order_by("-opened_at")[:5])


def _told(conversation: Conversation, theirs: Theirs, ledger: Ledger, zone: ZoneInfo) -> list[Told]:
    """Our own answers to this customer, in this conversation and in their others; nothing where everybody reads."""
    if conversation.limits.form is Form.PUBLIC:
        return []
    ours = Message.objects.filter(
        theirs.talks("conversation__"),
        direction=Direction.OUT,
        send_state=OutgoingState.SENT,
        automatic=False,
        created_at__gt=timezone.now() - _REMEMBERED,
    ).select_related("channel")
    ours = ours.defer("channel__credentials", "channel__cursor").order_by("-created_at")[:_EARLIER]
    return records.told(ours, ledger, conversation, zone)


def _said_before(conversation: Conversation, message: Message) -> list[str]:
    """By both sides in this conversation, newest first."""
    rows = Message.objects.filter(
        conversation=conversation, created_at__lt=message.created_at, automatic=False
    )
    said = rows.exclude(send_state=OutgoingState.CANCELLED).order_by("-created_at")
    return list(said.values_list("text", flat=True)[:_EARLIER])


def _products(
    conversation: Conversation, message: Message, text: str, meant: OrderFacts | None, ledger: Ledger
) -> list[ProductFacts]:
    chosen = catalogue.asked(text, message.about) or (catalogue.inside(meant) if meant else [])
    rows = Product.objects.filter(pk__in=chosen).select_related("channel")
    return [records.product(row, ledger, conversation) for row in rows]


def _place(conversation: Conversation, seen: Understanding, orders: list[Order]) -> knowledge.Place:
    """Where the asker is, as far as it is known: articles for elsewhere are not for them. `orders`: newest first."""
    channel = conversation.channel
    newest = next((each for each in orders if each.customer_id == conversation.customer_id), None)
    return knowledge.Place(
        channel_kind=channel.kind,
        brand=str(channel.settings.get("brand", "")),
        market=str(newest.shipping_address.get("country", ""))[:2].upper() if newest else "",
        language=seen.language.code,
    )


def _passages(
    place: knowledge.Place, conversation: Conversation, asked: Asked, ledger: Ledger
) -> list[Evidence]:
    """Those for each question, best first, each once."""
    found: dict[UUID, Passage] = {}
    for number, question in enumerate(asked.questions):
        vector = asked.vectors[number] if asked.vectors else None
        for each in knowledge.search(question, vector, place=place, limit=_PASSAGES):
            found.setdefault(each.passage.pk, each.passage)
    return [records.passage(row, ledger, conversation) for row in found.values()]
