"""What waits for a person: drafts and actions, each oldest first, in pages that cost the same wherever they begin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, QuerySet, When
from django.db.models.functions import Left

from agents.models import Action, ActionState, Draft, Ended
from agents.models.draft import OPEN
from agents.verdict import ROLES
from inbox import history
from inbox.models import Conversation, Customer, Membership, Message, Order
from inbox.queries import MOST_COUNTED, PAGE, Cursor

SAID = 4  # messages beside what is decided about
BY_HAND = (Ended.BY_HAND, Ended.UNKNOWN)


@dataclass(frozen=True)
class Page:
    rows: list[Any]
    after: Cursor | None


@dataclass(frozen=True)
class Waiting:
    """How much waits, up to MOST_COUNTED, and since when the oldest does."""

    count: int
    oldest: datetime | None


def drafts(after: str = "") -> Page:
    """With the first words of each, and never the bodies. One query."""
    rows = (
        _drafts()
        .select_related("conversation__customer", "conversation__channel")
        .annotate(begins=Left("text", 160))
        .defer("text", "sentences", "claims", "conversation__channel__credentials")
    )
    return _page(rows, "made_at", after)


def approvals(after: str = "", *, by_hand: bool = False) -> Page:
    """What waits for a yes, or (`by_hand`) for somebody to do it or to say how it ended. One query."""
    rows = (_by_hand() if by_hand else _waiting()).select_related(
        "channel", "customer", "order", "dispute", "proposed_by__user"
    )
    return _page(rows.defer("channel__credentials", "order__shipping_address"), "proposed_at", after)


def drafts_waiting() -> Waiting:
    return _counted(_drafts(), "made_at")


def approvals_waiting(viewer: Membership, *, by_hand: bool = False) -> Waiting:
    """Those the viewer may decide about."""
    if by_hand:
        return _counted(_by_hand(), "proposed_at")
    roles = ROLES[: ROLES.index(viewer.role) + 1]
    mine = _waiting().filter(verdict__approver__in=roles)
    return _counted(mine.exclude(verdict__by_another=True, proposed_by=viewer), "proposed_at")


@dataclass(frozen=True)
class Beside:
    """What stands beside a decision: the customer's words, and the order at hand with its parcels."""

    conversation: Conversation | None
    messages: list[Message]
    order: Order | None

    @classmethod
    def of(cls, conversation: Conversation | None, order: Order | None = None) -> Beside:
        """Eight queries at most."""
        said = _said(conversation) if conversation else []
        if order is None and conversation:
            found = _order_of(conversation.customer, conversation.order_number)
        else:
            found = _detailed(Order.objects.filter(pk=order.pk)) if order else None
        return cls(conversation, said, found)


def _drafts() -> QuerySet[Draft]:
    return Draft.objects.filter(state__in=OPEN).exclude(conversation__marks__contains=["notice"])


def _waiting() -> QuerySet[Action]:
    return Action.objects.filter(state=ActionState.WAITING)


def _by_hand() -> QuerySet[Action]:
    return Action.objects.filter(state=ActionState.APPROVED, ended__in=BY_HAND)


def _page(rows: QuerySet[Any], at: str, after: str) -> Page:
    if cursor := Cursor.read(after):
        rows = rows.filter(cursor.behind(at))
    found = list(rows.order_by(at, "id")[: PAGE + 1])
    page = found[:PAGE]
    return Page(page, Cursor(getattr(page[-1], at), page[-1].pk) if len(found) > PAGE else None)


def _counted(rows: QuerySet[Any], at: str) -> Waiting:
    count = rows[:MOST_COUNTED].count()
    return Waiting(count, rows.order_by(at).values_list(at, flat=True).first() if count else None)


def _said(conversation: Conversation) -> list[Message]:
    newest = conversation.messages.exclude(send_state="cancelled").order_by("-created_at", "-id")
    return list(newest.select_related("author__user", "customer").prefetch_related("attachments")[:SAID])[
        ::-1
    ]


def _order_of(customer: Customer, number: str) -> Order | None:
    talked_of = Case(When(number=number, then=0), default=1) if number else Case(default=1)
    return _detailed(Order.objects.filter(customer=customer).order_by(talked_of, "-placed_at"))


def _detailed(orders: QuerySet[Order]) -> Order | None:
    return history.with_details(orders).first()
