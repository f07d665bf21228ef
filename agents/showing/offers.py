"""What can be done for a customer: the kinds of actions, for the order (return, dispute, conversation) at hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q

from agents import actions
from agents.actions.kind import About, Kind, NotPossible
from agents.models import Action
from inbox.models import Conversation, Dispute, Order, Return

ORDERS = 8  # of one customer, to choose from
GOING_ON = ("action_needed", "waiting")


@dataclass(frozen=True)
class Subject:
    """What something is done to, and where it was asked for."""

    conversation: Conversation | None = None
    order: Order | None = None
    back: Return | None = None
    dispute: Dispute | None = None

    @property
    def about(self) -> dict[str, Any]:
        """For Action.propose."""
        return {name: row for name, row in vars(self).items() if row is not None}

    @property
    def query(self) -> str:
        return urlencode({name: str(row.pk) for name, row in self.about.items()})

    def __str__(self) -> str:
        if self.dispute:
            return str(self.dispute)
        if self.back:
            return f"Return {self.back.name}"
        return f"Order {self.order.number}" if self.order else "This conversation"


@dataclass(frozen=True)
class Offer:
    kind: Kind
    subject: Subject
    why_not: str = ""
    by_hand: bool = False


@dataclass(frozen=True)
class Menu:
    """`offers` are for the subject chosen; `orders` are the customer's, to choose another."""

    subject: Subject
    orders: list[Order] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)

    @property
    def possible(self) -> list[Offer]:
        return [each for each in self.offers if not each.why_not]

    @property
    def impossible(self) -> list[Offer]:
        return [each for each in self.offers if each.why_not]


def menu(conversation: Conversation | None, order: Order | None) -> Menu:
    orders = _orders(conversation) if conversation else []
    if order is None and conversation and orders:
        talked_of = conversation.order_number
        order = next((each for each in orders if each.number == talked_of), orders[0])
    if order is not None:
        order = _with_details().get(pk=order.pk)
    subject = Subject(conversation, order)
    return Menu(subject, orders, [_offer(kind, each) for kind, each in _choices(subject)])


def suggestion(kind: Kind, subject: Subject) -> Action:
    """An action nobody has proposed yet, for its form; it has a channel and the wish the kind suggests."""
    action = Action(kind=kind.name, **subject.about)
    holder = subject.order or subject.back or subject.dispute or subject.conversation
    if holder is not None:
        action.channel = holder.channel
    return action


def _choices(subject: Subject) -> Iterator[tuple[Kind, Subject]]:
    talk, order = subject.conversation, subject.order
    disputes = _disputes(subject)
    for kind in actions.kinds().values():
        if (kind.about == About.ORDER and order) or (kind.about == About.CONVERSATION and talk):
            yield kind, Subject(talk, order)
        elif kind.about == About.RETURN and order:
            yield from ((kind, Subject(talk, order, back=back)) for back in order.returns.all())
        elif kind.about == About.DISPUTE:
            yield from ((kind, Subject(talk, order, dispute=each)) for each in disputes)


def _offer(kind: Kind, subject: Subject) -> Offer:
    """Possible, unless the kind refuses even what it suggests itself. What needs to be filled in first is offered."""
    action = suggestion(kind, subject)
    try:
        form = kind.form(action)
        filled = {name: form.get_initial_for_field(each, name) for name, each in form.fields.items()}
        entered = kind.form(action, filled)
        if entered.is_valid():
            action.wish = entered.wish()
            kind.check(action)
    except NotPossible as reason:
        return Offer(kind, subject, str(reason))
    return Offer(kind, subject, by_hand=action.is_by_hand)


def _disputes(subject: Subject) -> list[Dispute]:
    """Of the order, whoever opened them, and of the customer who writes."""
    whose = Q(order=subject.order) if subject.order else Q(pk__in=[])
    if subject.conversation and subject.conversation.customer_id:
        whose |= Q(customer=subject.conversation.customer_id)
    rows = Dispute.objects.filter(whose, state__in=GOING_ON).select_related("channel", "order")
    return list(rows.order_by("due_at")[:ORDERS])


def _orders(conversation: Conversation) -> list[Order]:
    rows = Order.objects.filter(customer=conversation.customer_id).select_related("channel")
    return list(rows.defer("shipping_address", "openings").order_by("-placed_at")[:ORDERS])


def _with_details() -> Any:
    return Order.objects.select_related("channel", "customer").prefetch_related(
        "lines", "refunds", "shipments", "returns__channel"
    )
