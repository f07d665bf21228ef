"""Deadlines of disputes and returns, and what may be done about them, in words."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from connectors.events import DisputeAnswer
from inbox.templatetags.words import full

register = template.Library()

SOON = 48 * 3600  # seconds
ANSWERS = {
    DisputeAnswer.ACCEPT: "accept it",
    DisputeAnswer.CONTEST: "contest it",
    DisputeAnswer.REFUND: "refund the buyer",
    DisputeAnswer.OFFER: "offer part of the money",
    DisputeAnswer.PROVIDE_TRACKING: "show the tracking",
    DisputeAnswer.ADD_EVIDENCE: "add evidence",
    DisputeAnswer.WRITE: "write to the buyer",
    DisputeAnswer.APPEAL: "appeal",
}
LEVELS = {"good": ("Good", "good"), "watch": ("Watch it", "warn"), "bad": ("Below standard", "bad")}


@register.simple_tag
def deadline(due: datetime | None, what: str = "Answer") -> str | SafeString:
    """ "3 days left", "5 h left", "overdue by 2 days"; urgent from two days on."""
    if due is None:
        return format_html('<span class="tag">{}</span>', "No deadline")
    left = (due - timezone.now()).total_seconds()
    colour = "bad" if left <= 0 else "warn" if left <= SOON else ""
    said = f"overdue by {_span(-left)}" if left <= 0 else f"{_span(left)} left"
    return format_html(
        '<span class="tag {}" title="{} by {}">{}</span>',
        colour,
        what,
        full(due),
        said,
    )


def _span(seconds: float) -> str:
    if seconds < 3600:
        return f"{max(1, int(seconds // 60))} min"
    if seconds < SOON:
        return f"{int(seconds // 3600)} h"
    return f"{int(seconds // 86_400)} days"


@register.filter
def answers(values: list[str]) -> str:
    """What a seller may do about a dispute: "contest it, add evidence or refund the buyer"."""
    said = [ANSWERS[DisputeAnswer(each)] for each in values if each in set(DisputeAnswer)]
    return " or ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)


@register.simple_tag
def level(value: str) -> SafeString:
    label, colour = LEVELS[value]
    return format_html('<span class="tag {}">{}</span>', colour, label)
