"""Goods on their way back: told of by the order, or, where the platform keeps returns apart, by themselves."""

from __future__ import annotations

from datetime import datetime

from audit.record import PLATFORM, record
from connectors.carriers.numbers import carrier_kind
from connectors.events import ReturnChanged, ReturnData
from inbox.linking import ask_for, order_of, tell
from inbox.models import Channel, Order, Return


def changed(channel: Channel, event: ReturnChanged) -> None:
    """One return, whole. Its order is asked for where it is not here yet."""
    order = order_of(channel, event.order_id)
    keep(channel, event.order_id, order, event.data, event.updated_at)
    if order is None:
        ask_for(channel, event.order_id)


def keep(
    channel: Channel, order_id: str, order: Order | None, data: ReturnData, at: datetime, *, told: bool = True
) -> None:
    """As it was at `at` by the platform's clock; what is older than what is here changes nothing. With `told`
    False, `at` is only the order's clock."""
    row = Return.objects.select_for_update().filter(channel=channel, external_id=data.external_id).first()
    if row and row.updated_at and row.updated_at > at:
        return
    row = row or Return(channel=channel, external_id=data.external_id)
    before = None if row._state.adding else row.status
    for name, value in _fields(data).items():
        setattr(row, name, value)
    row.order_external_id = order_id
    row.order = order or row.order
    row.updated_at = at if told else row.updated_at
    row.save()
    if before == row.status:
        return
    record(
        "return.changed",
        actor=PLATFORM,
        subject=row,
        customer_id=row.order.persona_id if row.order else None,
        data={"return": row.name, "status": row.status, "before": before, "order": order_id},
    )
    if row.order and told:
        tell(row.order.customer_id, channel)


def _fields(data: ReturnData) -> dict[str, object]:
    return {
        "name": data.name[:60],
        "status": data.status,
        "reason": data.reason[:200],
        "quantity": data.quantity,
        "requested_at": data.requested_at,
        "due_at": data.due_at,
        "waits_for_seller": data.waits_for_seller,
        "amount": data.amount.amount if data.amount else None,
        "currency": data.amount.currency if data.amount else "",
        "tracking_number": data.tracking_number,
        "carrier": (carrier_kind(data.carrier) or data.carrier)[:40],
        "url": data.url,
    }
