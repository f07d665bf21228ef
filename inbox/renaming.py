"""A shopper has a new name on a platform, by the platform's own word: what we know stays theirs, and answers find them."""

from __future__ import annotations

from audit.record import PLATFORM, record
from connectors.events import Renamed
from inbox.models import Channel, Conversation
from inbox.people import called, known_as
from inbox.proofs import met_on


def renamed(channel: Channel, event: Renamed) -> None:
    """Strangers are left strangers."""
    named = met_on(channel, event.who)
    if not called(named):
        return
    known = known_as(named)
    customer = known.customer
    Conversation.objects.filter(channel=channel, thread=event.thread, customer=customer).update(
        handles=dict(event.who.names)
    )
    record(
        "customer.renamed",
        actor=PLATFORM,
        subject=customer,
        customer_id=known.persona.pk,
        personal={"names": " ".join(event.who.names.values())},
    )
