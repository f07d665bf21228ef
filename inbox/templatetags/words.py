"""Facts in words a person reads: times, money, parcels, states. Built in for every template."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo
from datetime import timezone as zones
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from babel.numbers import format_currency
from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide

from connectors import registry
from connectors.events import ParcelStatus, Spot
from connectors.hidden import HiddenKind
from inbox import clocks, suggesting

if TYPE_CHECKING:
    from connectors.contract import Connector, ReplyClock
    from inbox.models import Channel, Conversation, TrackingEvent

register = template.Library()
register.simple_tag(cache(lucide), name="lucide")  # an icon is drawn once, not on every page

MARKS = {
    "draft_ready": ("Draft ready", "ai"),
    "handoff": ("Needs a person", "warn"),
    "draft_blocked": ("Draft blocked", "warn"),
    "not_delivered": ("Not delivered", "bad"),
    "to_approve": ("To approve", "warn"),
    "approval": ("Waiting for approval", "bad"),
    "parcel_late": ("Parcel late", "warn"),
    "notice": ("A notice", ""),
    "unproven": ("Sender not proven", "warn"),
    "proven": ("Proven by code", "good"),
    "opted_out": ("Wants no messages", "warn"),
}
PARCELS = {
    ParcelStatus.PRE_TRANSIT: ("Label made", ""),
    ParcelStatus.IN_TRANSIT: ("On its way", "ai"),
    ParcelStatus.OUT_FOR_DELIVERY: ("Out for delivery", "ai"),
    ParcelStatus.AVAILABLE_FOR_PICKUP: ("Ready for pickup", "ai"),
    ParcelStatus.DELIVERED: ("Delivered", "good"),
    ParcelStatus.EXCEPTION: ("Delayed", "warn"),
    ParcelStatus.FAILURE: ("Not delivered", "bad"),
    ParcelStatus.RETURNED: ("Returned to sender", "warn"),
}
TONES = {
    "paid": "good", "fulfilled": "good", "applied": "good", "active": "good", "sent": "good",
    "pending": "warn", "authorized": "warn", "partially_refunded": "warn", "refunded": "warn", "partial": "warn",
    "paused": "warn", "requested": "warn", "received": "warn", "uncertain": "warn",
    "voided": "bad", "failed": "bad", "lost": "bad", "declined": "bad",
}  # fmt: skip


HIDDEN = {
    HiddenKind.TAGS: "Invisible characters that spell words were removed",
    HiddenKind.SPLIT: "Invisible characters inside words were removed",
    HiddenKind.BIDI: "Characters that reverse the line were removed",
    HiddenKind.ELEMENT: "Hidden text was removed",
    HiddenKind.COMMENT: "A hidden comment was removed",
    HiddenKind.ALT: "A picture's description was left out",
    HiddenKind.ENCODED: "Holds encoded text, which says",
}

SPOTS = {
    Spot.POST: ("Under a post", "image"),
    Spot.AD: ("From an ad", "megaphone"),
    Spot.VIDEO: ("Under a video", "clapperboard"),
    Spot.LIVE: ("During a live", "radio"),
    Spot.STORY: ("About a story", "circle-dashed"),
    Spot.PAGE: ("On the page", "panel-top"),
    Spot.CALL: ("A call", "phone"),
}


@register.filter
def hidden_words(kind: str) -> str:
    """What was done about text nobody could see."""
    return HIDDEN[HiddenKind(kind)]


@register.filter
def spot_words(kind: str) -> str:
    """Where a customer was when they wrote."""
    return SPOTS[Spot(kind)][0]


@register.filter
def spot_icon(kind: str) -> str:
    return SPOTS[Spot(kind)][1]


@register.filter
def place(space: str) -> str:
    """The world of a name, as people call it."""
    return suggesting.place(space)


@register.filter
def is_web(url: str | None) -> bool:
    """May be a link: a platform's word for a page is data, and data may hold any scheme."""
    return (url or "").startswith(("https://", "http://"))


@register.filter
def is_sound(content_type: str | None) -> bool:
    return (content_type or "").startswith("audio/")


@register.filter
def words(text: str) -> list[str]:
    return text.split()


@register.filter
def counted(count: int, names: str) -> str:
    """`3|counted:"order,orders"` → "3 orders"."""
    one, many = names.split(",")
    return f"{count:,} {one if count == 1 else many}"


@register.filter
def capped(count: int, most: int = 1000) -> str:
    """Counts stop at a thousand, so that they cost the same in any inbox."""
    return f"{most - 1}+" if count >= most else str(count)


# Times, in the organization's zone (the middleware has switched it on).


@register.filter
def ago(value: datetime | None) -> str:
    """Short: "now", "12 min", "3 h", "Tue", "Nov 14", "Nov 14, 2024"; the future as "in 3 h"."""
    if value is None:
        return "never"
    now = timezone.now()
    seconds = (now - value).total_seconds()
    if seconds < -60:
        return f"in {_span(-seconds)}" if seconds > -86_400 else _day(value)
    if seconds < 60:
        return "now"
    return _span(seconds) if seconds < 86_400 else _day(value)


@register.filter
def since(value: datetime | None) -> str:
    """In a sentence: "just now", "12 min ago", "on Nov 14"."""
    said = ago(value)
    if value is None or said.startswith("in "):
        return said
    return "just now" if said == "now" else f"{said} ago" if said.endswith((" min", " h")) else f"on {said}"


def _span(seconds: float) -> str:
    minutes = int(seconds // 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h"


def _day(value: datetime) -> str:
    local, today = timezone.localtime(value), timezone.localtime()
    return f"{local:%a}" if abs(local - today) < timedelta(days=6) else _date(local)


def _date(local: datetime) -> str:
    """ "Nov 14"; with the year when it is another one."""
    return f"{local:%b} {local.day}" + (f", {local.year}" if local.year != timezone.localtime().year else "")


def _clock(local: datetime) -> str:
    """ "9:12 AM"."""
    return f"{local.hour % 12 or 12}:{local.minute:02} {'AM' if local.hour < 12 else 'PM'}"


@register.filter
def moment(value: datetime | None) -> str:
    """ "9:12 AM" today, else "Nov 22, 9:12 AM"."""
    if value is None:
        return "never"
    local = timezone.localtime(value)
    is_today = local.date() == timezone.localtime().date()
    return _clock(local) if is_today else f"{_date(local)}, {_clock(local)}"


@register.filter
def full(value: datetime | None) -> str:
    """ "Sunday, November 22, 2026, 9:12 AM EST"."""
    return "" if value is None else _full(value, timezone.get_current_timezone())


@lru_cache(maxsize=4096)  # a list says the same moments again and again
def _full(value: datetime, zone: tzinfo) -> str:
    local = value.astimezone(zone)
    return f"{local:%A, %B} {local.day}, {local.year}, {_clock(local)} {local.tzname()}"


@register.filter
def day(value: datetime | None) -> str:
    """ "Mon, Nov 24"; with the year when it is another one."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return f"{local:%a}, {_date(local)}"


@register.simple_tag
def when(value: datetime | None, style: str = "ago") -> str | SafeString:
    """A <time> with the exact moment on hover: style "ago", "since", "moment" or "day"."""
    if value is None:
        return "never"
    shown = {"ago": ago, "since": since, "moment": moment, "day": day}[style](value)
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), full(value), shown)


@register.simple_tag
def scan_time(scan: TrackingEvent) -> SafeString:
    """When a parcel was scanned by the clock of the place; the organization's own time on hover."""
    local = scan.at.astimezone(_offset(scan.zone))
    near = abs(timezone.now() - scan.at) < timedelta(days=6)
    shown = f"{local:%a} {_clock(local)}" if near else f"{_date(local)}, {_clock(local)}"
    return format_html(
        '<time datetime="{}" title="{} where it was scanned · {} here">{}</time>',
        local.isoformat(), f"{local:%A}, {_date(local)}, {_clock(local)}", moment(scan.at), shown,
    )  # fmt: skip


def _offset(zone: str) -> zones | None:
    """ "-05:00" or "-0500"; None (the organization's zone) where the carrier did not say."""
    digits = zone.replace(":", "")
    if len(digits) != 5 or digits[0] not in "+-" or not digits[1:].isdigit():
        return timezone.get_current_timezone()  # type: ignore[return-value]
    offset = timedelta(hours=int(digits[1:3]), minutes=int(digits[3:]))
    return zones(-offset if digits[0] == "-" else offset)


@register.simple_tag
def snooze_choices() -> list[tuple[str, datetime]]:
    """What the menu offers, in the organization's zone."""
    now = timezone.localtime()
    later = [("Later today", now + timedelta(hours=3))] if now.hour < 18 else []
    return [*later, ("Tomorrow morning", _morning(now, 1)), ("Next week", _morning(now, 7 - now.weekday()))]


def _morning(now: datetime, days: int) -> datetime:
    """Eight by the clock on that day, also when the clocks change in between."""
    return datetime.combine(now.date() + timedelta(days=days), time(8), timezone.get_current_timezone())


@register.simple_tag
def due(conversation: Conversation, always: bool = False) -> str | SafeString:
    """How long the customer may still wait by the channel's clock; nothing when nobody waits or (unless
    `always`) nothing presses yet."""
    since, end = conversation.waiting_since, conversation.due_at
    if not since or not end or conversation.state != "open":
        return ""
    clock, now = conversation.channel.reply_clock, timezone.now()
    presses = now >= since + ((clock.warn or clock.within * clocks.WARNED) / clock.within) * (end - since)
    if not presses and not always:
        return ""
    left = (end - now).total_seconds()
    colour = "bad" if left <= 0 else "warn" if presses else ""
    soon = "due now" if left < 60 else f"due in {_span(left)}"
    said = soon if left > 0 else f"late by {_long_span(-left)}"
    return format_html('<span class="tag {}" title="An answer is due {}">{}</span>', colour, full(end), said)


@register.simple_tag
def priority(conversation: Conversation) -> str | SafeString:
    """Nothing where it is normal."""
    if not conversation.priority:
        return ""
    colour = "bad" if conversation.priority > 1 else "warn"
    return format_html('<span class="tag {}">{}</span>', colour, conversation.get_priority_display())


@register.filter
def clock_words(clock: ReplyClock) -> str:
    """ "within 24 hours, every day of the week"."""
    minutes = clock.within.total_seconds() / 60
    unit, many = ("minute", minutes) if minutes < 60 else ("hour", minutes / 60)
    days = "on business days" if clock.business_days else "every day of the week"
    return f"within {many:g} {unit if many == 1 else unit + 's'}, {days}"


def _long_span(seconds: float) -> str:
    return _span(seconds) if seconds < 172_800 else f"{int(seconds // 86_400)} days"


# Money, parcels, marks.


@register.filter
def money(amount: Decimal | None, currency: str = "USD") -> str:
    return "" if amount is None else format_currency(amount, currency, locale="en_US")


@register.filter
def parcel_words(status: str) -> str:
    return (
        PARCELS[ParcelStatus(status)][0]
        if status in set(ParcelStatus)
        else status.replace("_", " ").capitalize()
    )


@register.filter
def carrier_name(kind: str) -> str:
    """ "ups" → "UPS"; a carrier we have no connector for as the shop writes it."""
    known = registry.connectors().get(kind)
    return known.label if known else kind


@register.filter
def parcel_tone(status: str) -> str:
    return PARCELS[ParcelStatus(status)][1] if status in set(ParcelStatus) else ""


@register.filter
def plain(value: str) -> str:
    """ "partially_refunded" → "Partially refunded"."""
    return value.replace("_", " ").capitalize()


@register.filter
def tone(value: str) -> str:
    """good, warn or bad for a state; nothing for what is neither."""
    return TONES.get(value, "")


@register.simple_tag
@cache
def mark(name: str) -> SafeString:
    """What the list says of a conversation: at most three of these stand in a row."""
    label, colour = MARKS.get(name, (plain(name), ""))
    return (
        format_html('<span class="tag {}">{}</span>', colour, label)
        if colour
        else format_html('<span class="tag">{}</span>', label)
    )


@register.simple_tag
def channel_mark(channel: Channel) -> SafeString:
    """The platform's letter on its colour. An SVG, since the content policy allows no inline style."""
    return connector_mark(channel.connector)


@register.simple_tag
def connector_mark(connector: Connector) -> SafeString:
    return _mark(connector.label, connector.colour, connector.mark)


@cache
def _mark(label: str, colour: str, letters: str) -> SafeString:
    return format_html(
        '<svg class="ch" viewBox="0 0 18 18" role="img" aria-label="{}"><title>{}</title>'
        '<rect width="18" height="18" rx="5" fill="{}"/><text x="9" y="12.6">{}</text></svg>',
        label, label, colour, letters,
    )  # fmt: skip
