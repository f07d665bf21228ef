"""Returns, disputes and notices know their order by the platform's words for it. They may come before it."""

from __future__ import annotations

from django.db.models import Q

from connectors.contract import Capability
from inbox import live
from inbox.models import Channel, Conversation, Dispute, Notice, Order, Refetch, Return

TOLD = 20  # conversations of one customer whose screens look again


def order_of(channel: Channel, external_id: str = "", number: str = "") -> Order | None:
    """The order meant, if it is here. A channel without orders of its own (a mailbox) may mean another channel's."""
    orders = Order.objects.select_related("customer").order_by("-placed_at")
    if external_id and (order := orders.filter(channel=channel, external_id=external_id).first()):
        return order
    if not number:
        return None
    named = orders.filter(number__in=spellings(number))
    if channel.can(Capability.ORDERS):
        return named.filter(channel=channel).first()
    found = list(named[:2])
    return found[0] if len(found) == 1 else None


def ask_for(channel: Channel, external_id: str) -> None:
    """The order is not here: have it read."""
    if external_id and channel.can(Capability.ORDERS):
        Refetch.ask(channel, "order", external_id)


def link(order: Order) -> None:
    """A new order: what waited for it is its own now."""
    numbers = spellings(order.number)
    mine = Q(channel=order.channel_id)
    Return.objects.filter(mine, order=None, order_external_id=order.external_id).update(order=order)
    Dispute.objects.filter(
        mine & (Q(order_external_id=order.external_id) | Q(order_external_id="", order_number__in=numbers)),
        order=None,
    ).update(order=order, customer=order.customer_id, came_as=order.came_as_id)
    Notice.objects.filter(mine, order=None, order_number__in=numbers).update(order=order)


def spellings(number: str) -> list[str]:
    """ "#1042" and "1042" are one order."""
    bare = number.strip().removeprefix("#")
    return [bare, f"#{bare}"] if bare else []


def tell(customer_id: object, channel: Channel) -> None:
    """Conversations that are not done show what has changed: their screens look again."""
    rows = Conversation.objects.filter(customer_id=customer_id).exclude(state="closed")
    for pk in rows.values_list("pk", flat=True)[:TOLD]:
        live.changed(channel.tenant, pk)
