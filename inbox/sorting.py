"""Is it a shopper, or the platform telling something? What a connector thinks, and what members taught.

A notice never enters the queue. Both kinds hold the same words, so a wrong sorting is put right either way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeGuard
from uuid import UUID

from django.db.models import Q

from audit.record import PLATFORM, record
from connectors.events import Event, MessageReceived, NoticeKind, NoticeReceived, Party
from inbox.linking import order_of, tell
from inbox.models import Channel, Message, Notice, SortingRule
from inbox.patterns import fits

Fact = tuple[Channel, Event]
Said = MessageReceived | NoticeReceived
Name = tuple[UUID, str]  # a channel, and what the platform calls it


def receive(channel: Channel, event: NoticeReceived) -> None:
    """The same notice twice is one."""
    order = order_of(channel, number=event.order_number)
    row, is_new = Notice.objects.get_or_create(
        channel=channel,
        external_id=event.external_id[:400],
        defaults={
            "order": order,
            "kind": event.kind,
            "sender": address_of(event.sender),
            "names": dict(event.sender.names),
            "subject": event.subject[:300],
            "text": event.text,
            "order_number": event.order_number,
            "url": event.url,
            "at": event.at,
        },
    )
    if not is_new:
        return
    record(
        "notice.received",
        actor=PLATFORM,
        subject=row,
        customer_id=order.persona_id if order else None,
        data={"channel": str(channel.pk), "kind": row.kind, "order": row.order_number},
    )
    if order:
        tell(order.customer_id, channel)


def sort(facts: Sequence[Fact]) -> list[Fact]:
    """The same facts, with what members taught about senders and subjects. What is here already as the other kind,
    since it was put right, is left out. Three queries, or none where nobody wrote."""
    said = [(channel, event) for channel, event in facts if _is_sortable(event)]
    if not said:
        return list(facts)
    rules = _rules(said)
    told, written = _here(said)
    sorted_facts: list[Fact] = []
    for channel, event in facts:
        if _is_sortable(event):
            event = _as_taught(event, rules.get((channel.pk, address_of(event.sender)), []))
            others = told if isinstance(event, MessageReceived) else written
            if (channel.pk, event.external_id) in others:
                continue
        sorted_facts.append((channel, event))
    return sorted_facts


def _is_sortable(event: Event) -> TypeGuard[Said]:
    return isinstance(event, NoticeReceived) or (isinstance(event, MessageReceived) and not event.ours)


def address_of(party: Party) -> str:
    """What a rule knows a sender by: an address, or whatever the platform calls them."""
    return (party.names.get("email") or next(iter(party.names.values()), "")).strip().lower()[:254]


def _rules(
    said: Iterable[tuple[Channel, Said]],
) -> dict[Name, list[SortingRule]]:
    """By channel and sender; the narrowest first."""
    said = list(said)
    rows = SortingRule.objects.filter(
        channel__in={channel.pk for channel, _ in said},
        sender__in={address_of(event.sender) for _, event in said},
    )
    found: dict[Name, list[SortingRule]] = {}
    for row in sorted(rows, key=lambda row: -len(row.pattern)):
        found.setdefault((row.channel_id, row.sender), []).append(row)
    return found


def _here(
    said: Iterable[tuple[Channel, Said]],
) -> tuple[set[Name], set[Name]]:
    """Which of these are notices already, and which messages."""
    names = {(channel.pk, event.external_id) for channel, event in said}
    wanted = Q(channel__in={pk for pk, _ in names}, external_id__in={name for _, name in names})
    known = (
        set(model.objects.filter(wanted).values_list("channel_id", "external_id"))
        for model in (Notice, Message)
    )
    return next(known), next(known)


def _as_taught(event: Said, rules: Sequence[SortingRule]) -> Said:
    for rule in rules:
        if fits(rule.pattern, event.subject):
            return as_notice(event) if rule.is_notice else as_message(event)
    return event


def as_notice(event: Said) -> NoticeReceived:
    if isinstance(event, NoticeReceived):
        return event
    return NoticeReceived(
        external_id=event.external_id,
        kind=NoticeKind.OTHER,
        sender=event.sender,
        text=event.text,
        at=event.sent_at,
        subject=event.subject,
        order_number=event.order_number,
    )


def as_message(event: Said) -> MessageReceived:
    if isinstance(event, MessageReceived):
        return event
    return MessageReceived(
        external_id=event.external_id,
        sender=event.sender,
        text=event.text,
        sent_at=event.at,
        subject=event.subject,
        order_number=event.order_number,
    )
