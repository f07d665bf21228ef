"""What a platform says about the seller and about our wishes: performance, what it allows now, how a command ended."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

from django.utils import timezone

from audit.record import PLATFORM, record
from connectors.commands import SendOpening
from connectors.contract import Capability
from connectors.events import CommandSettled, Ended, OpeningsRead, PerformanceReported
from inbox.linking import ask_for, tell
from inbox.models import Channel, ChannelState, Message, Metric, Order, Refetch, Settlement

FRESH = timedelta(hours=1)  # what a platform allows changes when an order does


def ask(channel: Channel | None = None) -> None:
    """Have its measures read: of this channel, or of each one that has any."""
    every = [channel] if channel else Channel.objects.filter(state=ChannelState.ACTIVE)
    for each in every:
        if each.can(Capability.PERFORMANCE):
            Refetch.ask(each, "performance", each.external_id)


def look(order: Order) -> None:
    """Somebody reads about this order: have what its platform allows now read, unless it was lately or is being."""
    if SendOpening not in order.channel.connector.commands:
        return
    is_fresh = order.openings_at and timezone.now() - order.openings_at < FRESH
    asked = Refetch.objects.filter(channel=order.channel_id, kind="openings", external_id=order.external_id)
    if not is_fresh and not asked.exists():
        Refetch.ask(order.channel, "openings", order.external_id)


def performance(channel: Channel, event: PerformanceReported) -> None:
    """Each measure as it was last reported; a report may hold only some of them."""
    known = {row.key: row for row in Metric.objects.select_for_update().filter(channel=channel)}
    news = [each for each in event.metrics if each.key not in known or known[each.key].at <= event.at]
    moved = {
        each.key: each.level for each in news if each.key not in known or known[each.key].level != each.level
    }
    for each in news:
        Metric.objects.update_or_create(
            channel=channel, key=each.key, defaults={**asdict(each), "at": event.at}
        )
    if moved:
        record("performance.reported", actor=PLATFORM, subject=channel, data={"levels": moved})


def openings(channel: Channel, event: OpeningsRead) -> None:
    """Which fixed kinds of message an order allows; kept on the order, true at `openings_at`."""
    rows = Order.objects.filter(channel=channel, external_id=event.order_id)
    order = rows.select_for_update().first()
    if order is None:
        return ask_for(channel, event.order_id)  # they are read again when somebody looks at the order
    if order.openings_at and order.openings_at >= event.at:
        return None
    rows.update(openings=[asdict(each) for each in event.openings], openings_at=event.at)
    return tell(order.customer_id, channel)


def settled(channel: Channel, event: CommandSettled) -> None:
    """How an accepted command ended, once. What was a message is then no longer sent, but refused."""
    row, is_new = Settlement.objects.get_or_create(
        channel=channel,
        external_id=event.external_id,
        defaults={"ended": event.ended, "reason": event.reason, "at": event.at},
    )
    if not is_new:
        return
    message = (
        Message.objects.select_related("conversation")
        .filter(channel=channel, external_id=event.external_id, direction="out")
        .first()
    )
    record(
        "command.settled",
        actor=PLATFORM,
        subject=message or row,
        conversation_id=message.conversation_id if message else None,
        customer_id=message.conversation.persona_id if message else None,
        data={"external_id": event.external_id, "ended": event.ended, "at": event.at.isoformat()}
        | ({} if message else {"reason": event.reason[:500]}),
        personal={"reason": event.reason} if message else None,
    )
    if message and event.ended is Ended.REJECTED:
        message.come_back(event.reason)
