"""Values of evidence in words a person reads."""

from __future__ import annotations

from decimal import Decimal

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency
from django import template

from agents.evidence import Evidence, Kind

register = template.Library()


@register.simple_tag
def evidence_value(item: Evidence) -> str:
    """ "Monday, November 24, 2026", "$147.62", "In transit"."""
    if item.kind == Kind.DATE:
        return str(format_date(item.day, "full", locale="en_US"))
    if item.kind == Kind.MOMENT:
        return str(format_datetime(item.moment, "EEEE, MMMM d, y, h:mm a", locale="en_US"))
    if item.kind == Kind.MONEY:
        amount, _, currency = item.value.partition(" ")
        return str(format_currency(Decimal(amount), currency, locale="en_US"))
    if item.kind == Kind.STATUS:
        return item.value.replace("_", " ").capitalize()
    return item.value
