"""A shopper has a new name on a platform, by the platform's own word: what we know stays theirs, and answers find them."""

from __future__ import annotations

from audit.record import PLATFORM, record
from connectors.events import Renamed
from inbox.models import Channel, Conversation, Customer


def renamed(channel: Channel, event: Renamed) -> None:
    """Strangers are left strangers."""
    if not Customer.called(event.who):
        return
    customer = Customer.known_as(event.who)
    Conversation.objects.filter(channel=channel, thread=event.thread, customer=customer).update(
        handles=dict(event.who.names)
    )
    record(
        "customer.renamed",
        actor=PLATFORM,
        subject=customer,
        customer_id=customer.pk,
        personal={"names": " ".join(event.who.names.values())},
    )
