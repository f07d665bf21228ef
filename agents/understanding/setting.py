"""What is known around a message before it is read: where and when the shopper is, what came with it, what was corrected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from babel.core import get_global

from agents.correcting import lessons
from agents.facts.theirs import Theirs
from agents.understanding.entities import Enclosed, Paper
from agents.understanding.message import Setting
from inbox.models import Attachment, Conversation, Direction, Message, Order, OutgoingState

# By state and province, where a country has several clocks; the rest of the United States is Eastern.
_ZONES = {
    "America/Chicago": "AL AR IL IA KS LA MN MS MO NE ND OK SD TN TX WI MB SK",
    "America/Denver": "CO ID MT NM UT WY AB",
    "America/Phoenix": "AZ",
    "America/Los_Angeles": "CA NV OR WA BC YT",
    "America/Anchorage": "AK",
    "Pacific/Honolulu": "HI",
    "America/Halifax": "NB NS PE NL",
    "America/New_York": "US ON QC",
}
_ZONE_OF = {place: zone for zone, places in _ZONES.items() for place in places.split()}


def around(message: Message, conversation: Conversation, earlier: Sequence[str]) -> Setting:
    """Inside a scope. The shopper's clock is that of their newest order's address, else the organization's."""
    address = (
        Order.objects.filter(Theirs.of(conversation, message).orders())
        .order_by("-placed_at")
        .values_list("shipping_address", flat=True)
        .first()
    ) or {}
    country = address.get("country") or conversation.organization.country
    zone = _zone(country, address.get("region", ""), conversation.organization.time_zone)
    files = list(
        Attachment.objects.filter(message_id=message.pk)
        .order_by("id")
        .values_list("name", "content_type", "size", "text", "hidden")
    )
    return Setting(
        history=earlier,
        asked=_asked(message, conversation),
        today=_day(message, zone),
        country=country,
        files=[Enclosed(name, kind, size) for name, kind, size, _, _ in files],
        papers=[Paper(name, text, hidden) for name, _, _, text, hidden in files if text],
        lessons=lessons(),
    )


def _asked(message: Message, conversation: Conversation) -> bool:
    said = conversation.messages.filter(direction=Direction.OUT, created_at__lt=message.created_at)
    last = (
        said.exclude(send_state=OutgoingState.CANCELLED)
        .order_by("-created_at")
        .values_list("text", flat=True)
    )
    return "?" in (last.first() or "")


def _day(message: Message, zone: str) -> date:
    return (message.sent_at or message.created_at).astimezone(ZoneInfo(zone)).date()


def _zone(country: str, region: str, home: str) -> str:
    """The region's, else the country's first; the organization's own where it is one of the country's."""
    of_country = [zone for zone, land in get_global("zone_territories").items() if land == country]
    if region.upper() in _ZONE_OF:
        return _ZONE_OF[region.upper()]
    if home in of_country or not of_country:
        return home
    return _ZONE_OF.get(country) or str(of_country[0])
