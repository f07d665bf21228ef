"""Forgetting a customer: their words, names and addresses go, in rows, in raw deliveries, in files and in the trail.

What is countable stays: orders with their amounts, parcels, refunds, and the deeds of the trail, which still verifies.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from audit import record as trail
from audit.record import MACHINE
from config.tenancy import scope
from connectors import registry
from connectors.contract import Capability
from inbox import joining
from inbox.models import (
    Attachment,
    Channel,
    Conversation,
    Customer,
    Erasure,
    Hint,
    Identity,
    Join,
    Message,
    Notice,
    Order,
    Refund,
    StreamComment,
    Visitor,
)

log = logging.getLogger(__name__)

SHORTEST = 6  # characters: a shorter name would be found in the deliveries of strangers


def erase(organization_id: UUID, erasure_id: UUID) -> None:
    """All of it or nothing, once; files go after the rows that name them. A failure is kept on the row, and the
    sweeper tries again."""
    try:
        _erase(organization_id, erasure_id)
    except Exception as error:
        log.exception("Erasure %s", erasure_id)
        with scope(organization_id):
            problem = f"{type(error).__name__}: {error}"[:300]
            Erasure.objects.filter(pk=erasure_id, done_at=None).update(problem=problem)


def _erase(organization_id: UUID, erasure_id: UUID) -> None:
    with scope(organization_id):
        row = (
            Erasure.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(pk=erasure_id, done_at=None)
            .first()
        )
        if row is None:
            return
        row.counts = _forget(joining.held(row.customer_id))
        row.done_at, row.problem = timezone.now(), ""
        row.save(update_fields=["counts", "done_at", "problem"])


def sweep(organization_id: UUID) -> None:
    """What nobody was woken for, or what failed."""
    with scope(organization_id):
        waiting = list(Erasure.objects.filter(done_at=None).values_list("pk", flat=True))
    for erasure_id in waiting:
        erase(organization_id, erasure_id)


def _forget(customer: Customer) -> dict[str, int]:
    """With everybody who was joined to them: they are one person."""
    everybody = joining.personas(customer)
    orders = Order.objects.filter(customer=customer)
    gone = {"deliveries": _empty_deliveries(customer.tenant, _names_of(customer, orders))}
    gone["notices"], _ = Notice.objects.filter(order__customer=customer).delete()
    gone["conversations"] = _delete_conversations(customer)
    gone["messages"] = _delete_in_others(everybody)
    gone["comments"] = StreamComment.forget(
        Identity.objects.filter(customer=customer).values_list("space", "value")
    )
    Refund.objects.filter(order__customer=customer).update(note="")
    gone["orders"] = orders.update(shipping_address={}, status_url="", openings=[])
    Identity.objects.filter(customer=customer).delete()
    Hint.objects.filter(customer__in=everybody).delete()
    Join.objects.filter(Q(kept__in=everybody) | Q(joined__in=everybody)).update(reason="")
    Customer.objects.filter(pk__in=everybody).update(
        name="", email="", locale="", lent={}, erased_at=timezone.now()
    )
    for persona in everybody:
        trail.erase(persona, MACHINE)
    return gone


def _delete_conversations(customer: Customer) -> int:
    """With messages, notes, drafts and runs, which hang on them, and who they were in a chat; how many there were."""
    theirs = Conversation.objects.filter(customer=customer)
    chats = Channel.objects.filter(
        kind__in=[each.kind for each in registry.with_capability(Capability.WIDGET)]
    )
    Visitor.objects.filter(
        pk__in=list(theirs.filter(channel__in=chats).values_list("thread", flat=True))
    ).delete()
    Attachment.discard(Attachment.objects.filter(message__conversation__in=theirs))
    _, by_kind = theirs.delete()
    return by_kind.get(Conversation._meta.label, 0)


def _delete_in_others(everybody: Collection[UUID]) -> int:
    """What they said where somebody else began, as under a comment of another; how much it was."""
    theirs = Message.objects.filter(customer__in=everybody)
    talks = list(Conversation.objects.filter(messages__in=theirs).distinct())
    Attachment.discard(Attachment.objects.filter(message__in=theirs))
    _, by_kind = theirs.delete()
    for conversation in talks:
        (conversation.count_anew if conversation.waiting_since else conversation.resay)()
    return by_kind.get(Message._meta.label, 0)


def _names_of(customer: Customer, orders: Collection[Order]) -> set[str]:
    """By which raw deliveries of theirs can be told."""
    names = set(Identity.objects.filter(customer=customer).values_list("value", flat=True))
    for order in orders:
        names |= {order.external_id.rpartition("/")[2], order.number.lstrip("#")}
    return {name for name in names if len(name) >= SHORTEST}


def _empty_deliveries(organization_id: UUID, names: Collection[str]) -> int:
    """The rows stay, so that nothing is fetched and applied a second time. Those not yet applied are left for the
    next erasure to find. Bodies are compared as text with other bytes written out, so that any encoding can be looked at."""
    if not names:
        return 0
    written = "|".join(re.escape(_as_written(name)) for name in sorted(names))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE inbox_delivery SET body = '', headers = '{}', reason = 'Erased with its customer.'"
            " WHERE organization_id = %s AND state <> 'received' AND encode(body, 'escape') ~* %s",
            [organization_id, rf"(^|[^[:alnum:]])({written})([^[:alnum:]]|$)"],
        )
        return cursor.rowcount


def _as_written(name: str) -> str:
    """As PostgreSQL's "escape" writes the bytes of a text."""
    return "".join(
        chr(byte) if byte < 128 else f"\\{byte:03o}" for byte in name.replace("\\", "\\\\").encode()
    )
