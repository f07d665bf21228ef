"""Claims with a deadline, as their platform told them last."""

from __future__ import annotations

from uuid import UUID

from audit.record import PLATFORM, record
from connectors.events import DisputeChanged
from inbox.linking import ask_for, order_of, tell
from inbox.models import Channel, Dispute, Order
from inbox.people import known_as
from inbox.proofs import bought_from


def changed(channel: Channel, event: DisputeChanged) -> None:
    """A whole dispute; a snapshot older than what is here changes nothing. One may come before its order."""
    row = Dispute.objects.select_for_update().filter(channel=channel, external_id=event.external_id).first()
    if row and row.updated_at > event.updated_at:
        return
    order = (row and row.order) or order_of(channel, event.order_id, event.order_number)
    before = (row.state, row.due_at) if row else None
    row, _ = Dispute.objects.update_or_create(
        channel=channel,
        external_id=event.external_id,
        defaults=_fields(event)
        | _still_true(row, event)
        | {"order": order, **_customer(channel, order, event)},
    )
    if order is None:
        ask_for(channel, event.order_id)
    if before != (row.state, row.due_at):
        _record(row, before is None)
    if row.customer_id:
        tell(row.customer_id, channel)


def _customer(channel: Channel, order: Order | None, event: DisputeChanged) -> dict[str, UUID | None]:
    if order:
        return {"customer_id": order.customer_id, "came_as_id": order.came_as_id}
    if event.buyer is None:
        return {"customer_id": None, "came_as_id": None}
    known = known_as(bought_from(channel, event.buyer))
    return {"customer_id": known.customer.pk, "came_as_id": known.came_as_id}


def _fields(event: DisputeChanged) -> dict[str, object]:
    return {
        "kind": event.kind,
        "label": event.label[:80],
        "state": event.state,
        "reason": event.reason[:300],
        "amount": event.amount.amount if event.amount else None,
        "currency": event.amount.currency if event.amount else "",
        "order_external_id": event.order_id,
        "order_number": event.order_number,
        "opened_at": event.opened_at,
        "updated_at": event.updated_at,
        "due_at": event.due_at,
        "answers": list(event.answers),
        "revision": event.revision,
        "outcome": event.outcome[:300],
        "url": event.url,
    }


def _still_true(row: Dispute | None, event: DisputeChanged) -> dict[str, object]:
    """What was said before and is left out now: where letters are the only source, each tells but its own part."""
    if row is None:
        return {}
    kept: dict[str, object] = {"opened_at": min(row.opened_at, event.opened_at)}
    if event.amount is None:
        kept |= {"amount": row.amount, "currency": row.currency}
    return kept if event.reason else kept | {"reason": row.reason}


def _record(row: Dispute, is_new: bool) -> None:
    record(
        "dispute.opened" if is_new else "dispute.changed",
        actor=PLATFORM,
        subject=row,
        customer_id=row.persona_id,
        data={
            "dispute": row.external_id,
            "kind": row.kind,
            "state": row.state,
            "amount": str(row.amount) if row.amount is not None else None,
            "currency": row.currency,
            "order": row.order_number or row.order_external_id,
            "due_at": row.due_at.isoformat() if row.due_at else None,
            "outcome": row.outcome,
        },
    )
