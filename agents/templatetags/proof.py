"""Values of evidence in words a person reads."""

from __future__ import annotations

from decimal import Decimal

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency
from django import template
from django.urls import reverse

from agents.facts.evidence import Evidence, Kind
from agents.models import Action, GroupPass, PassRecord, Run, Trial

register = template.Library()

_EVIDENCE: dict[type, str] = {
    Run: "agents:evidence",
    Trial: "agents:trial_evidence",
    GroupPass: "agents:group_evidence",
}
_WISHES = {"human": "Wants a person", "other": "Something else", "shipping_info": "Shipping information"}


@register.simple_tag(takes_context=True)
def evidence_url(context: template.Context, record: PassRecord, number: int) -> str:
    """Where the dialog of a statement gets what it stands on, as it was."""
    return reverse(_EVIDENCE[type(record)], args=[context["request"].organization.slug, record.pk, number])


@register.filter
def wish_name(kind: str) -> str:
    """ "where_is_my_order" → "Where is my order"."""
    return _WISHES.get(kind) or kind.replace("_", " ").capitalize()


@register.filter
def called(action: Action) -> str:
    return action.what.called(action)


@register.filter
def percent(share: float) -> str:
    return f"{share * 100:.0f} %"


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
