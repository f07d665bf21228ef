"""A raw delivery → normal facts. Pure.

A webhook may hold many entries, each with many changes, of all numbers of the business account: this channel hears those
of its own number, and of its account what concerns all numbers. "templates" is the list of templates as it was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from connectors.channels.whatsapp import messages, standing, templates
from connectors.contract import Account, RawDelivery
from connectors.events import Changed, Event
from connectors.garbled import by_topic

Json = Mapping[str, Any]

WEBHOOK, TEMPLATES = "webhook", "templates"
_OF_TEMPLATES = {
    "message_template_status_update",
    "message_template_quality_update",
    "message_template_components_update",
    "template_category_update",
}


def parse(account: Account, delivery: RawDelivery) -> Sequence[Event]:
    return by_topic({WEBHOOK: _webhook, TEMPLATES: _templates}, account, delivery)


def _webhook(account: Account, body: Json, delivery: RawDelivery) -> Iterator[Event]:
    if body.get("object") not in (None, "whatsapp_business_account"):
        return
    for entry in body["entry"]:
        for change in entry.get("changes") or ():
            yield from _change(account, entry, change, delivery)


def _change(account: Account, entry: Json, change: Json, delivery: RawDelivery) -> Iterator[Event]:
    value, field = change["value"], change.get("field")
    if metadata := value.get("metadata"):
        if str(metadata.get("phone_number_id")) == account.external_id:
            yield from _said(value)
        return
    if standing.business_account(entry, value) != str(account.settings.get("waba_id") or ""):
        return
    if field in _OF_TEMPLATES:
        yield Changed("templates", account.external_id)
    else:
        yield from standing.told(account, str(field), value, _moment(entry, delivery))


def _said(value: Json) -> Iterator[Event]:
    """Who wrote comes before what became of our own."""
    rows: tuple[tuple[str, Callable[[Json], Sequence[Event]]], ...] = (
        ("messages", lambda row: messages.received(value, row)),
        ("message_echoes", lambda row: messages.echoed(value, row)),
        ("calls", lambda row: messages.called(value, row)),
        ("statuses", messages.progressed),
    )
    for name, read in rows:
        for row in value.get(name) or ():
            yield from read(row)


def _templates(account: Account, body: Json, delivery: RawDelivery) -> Iterator[Event]:
    yield templates.read(body["data"], delivery.received_at or datetime.now(UTC))


def _moment(entry: Json, delivery: RawDelivery) -> datetime:
    seconds = entry.get("time")
    return messages.moment(seconds) if seconds else delivery.received_at or datetime.now(UTC)
