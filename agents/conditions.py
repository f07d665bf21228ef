"""What a hand-off rule may ask of a message: each condition in words, after "the customer", and as a test."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from babel.numbers import format_currency

from agents.handoff import wishes
from agents.understanding.intents import IntentKind
from agents.writing.phrases import LOCALE, language, listed
from inbox.models import Channel, Direction, Message, Order

if TYPE_CHECKING:
    from agents.models import HandoffRule, Run

LONGEST_LOOK = timedelta(days=90)  # back, for how often somebody wrote


@dataclass(frozen=True)
class Situation:
    """One message that the machine read, and what was known then."""

    message: Message
    understanding: Mapping[str, Any]  # as its run wrote it down
    order: Order | None  # that it names, else the customer's newest before it
    spent: Mapping[str, Decimal]  # by the customer before it, by currency
    written: Sequence[datetime]  # when the customer wrote, up to this message

    @property
    def intents(self) -> set[str]:
        return {str(each["kind"]) for each in self.understanding.get("intents", [])}


def situations(runs: Sequence[Run]) -> list[Situation]:
    """Of runs with their conversation and message. Two queries, however many there are."""
    if not runs:
        return []
    people = {run.conversation.customer_id for run in runs}
    orders: dict[UUID, list[Order]] = defaultdict(list)
    for order in Order.objects.filter(customer__in=people).order_by("-placed_at"):
        orders[order.customer_id].append(order)
    first = min(run.message.created_at for run in runs) - LONGEST_LOOK
    written: dict[UUID, list[datetime]] = defaultdict(list)
    heard = Message.objects.filter(
        conversation__customer__in=people, direction=Direction.IN, automatic=False, created_at__gte=first
    )
    for customer, at in heard.values_list("conversation__customer", "created_at"):
        written[customer].append(at)
    return [_situation(run, orders, written) for run in runs]


def _situation(
    run: Run, orders: Mapping[UUID, list[Order]], written: Mapping[UUID, list[datetime]]
) -> Situation:
    who, at = run.conversation.customer_id, run.message.created_at
    theirs = [order for order in orders.get(who, []) if order.placed_at <= at]
    named = {
        number.lstrip("#")
        for number in (
            run.conversation.order_number,
            *run.understanding.get("entities", {}).get("order_numbers", []),
        )
        if number
    }
    meant = next((order for order in theirs if order.number.lstrip("#") in named), None)
    spent: dict[str, Decimal] = defaultdict(Decimal)
    for order in theirs:
        if order.cancelled_at is None:
            spent[order.currency] += order.total
    return Situation(
        run.message,
        run.understanding,
        meant or next(iter(theirs), None),
        spent,
        [moment for moment in written.get(who, []) if moment <= at],
    )


@dataclass(frozen=True)
class Condition:
    asks: str  # the rule's field; empty, it asks nothing
    words: Callable[[HandoffRule], str]
    holds: Callable[[HandoffRule, Situation], bool]


def asked(rule: HandoffRule) -> str:
    """ "asks for a person and sounds angry": all that a rule asks; "" where that is nothing."""
    return listed([each.words(rule) for each in _wanted(rule)])


def fits(rule: HandoffRule, case: Situation) -> bool:
    """Whether all holds that the rule asks. A rule that asks nothing fits nothing."""
    wanted = _wanted(rule)
    return bool(wanted) and all(each.holds(rule, case) for each in wanted)


def _wanted(rule: HandoffRule) -> list[Condition]:
    return [each for each in _conditions() if getattr(rule, each.asks)]


def _said(words: Iterable[str], case: Situation) -> bool:
    pattern = "|".join(re.escape(each) for each in words)
    said = f"{case.message.subject}\n{case.message.text}"
    return bool(re.search(rf"(?<!\w)(?:{pattern})(?!\w)", said, re.IGNORECASE))


def _worth(rule: HandoffRule, case: Situation) -> bool:
    """In another currency than the rule's nothing can be compared."""
    order = case.order
    return bool(order and order.currency == rule.currency and order.total >= (rule.least_value or 0))


def _often(rule: HandoffRule, case: Situation) -> bool:
    since = case.message.created_at - timedelta(days=rule.contacts_days)
    return sum(at > since for at in case.written) >= (rule.contacts or 0)


def _by(rule: HandoffRule) -> str:
    names = [str(each) for each in Channel.objects.filter(pk__in=rule.channels).order_by("name")]
    return f"writes by {listed(names, 'or')}" if names else "writes by a channel that is gone"


def _money(amount: Decimal | None, currency: str) -> str:
    return format_currency(amount or 0, currency, locale=LOCALE)


@cache
def _conditions() -> tuple[Condition, ...]:
    return (
        Condition(
            "wants_human",
            lambda _: "asks for a person",
            lambda _, case: bool(case.understanding.get("wants_human")),
        ),
        Condition(
            "intents",
            lambda rule: wishes([IntentKind(each) for each in rule.intents], "or"),
            lambda rule, case: bool(case.intents & set(rule.intents)),
        ),
        Condition(
            "moods",
            lambda rule: f"sounds {listed(rule.moods, 'or')}",
            lambda rule, case: case.understanding.get("mood", {}).get("kind") in rule.moods,
        ),
        Condition(
            "keywords",
            lambda rule: f"writes {listed([f'“{each}”' for each in rule.keywords], 'or')}",
            lambda rule, case: _said(rule.keywords, case),
        ),
        Condition(
            "languages",
            lambda rule: f"writes in {listed([language(each) for each in rule.languages], 'or')}",
            lambda rule, case: case.understanding.get("language", {}).get("code") in rule.languages,
        ),
        Condition("channels", _by, lambda rule, case: str(case.message.channel_id) in rule.channels),
        Condition(
            "least_value",
            lambda rule: f"has an order of {_money(rule.least_value, rule.currency)} or more",
            _worth,
        ),
        Condition(
            "least_spent",
            lambda rule: f"has spent {_money(rule.least_spent, rule.currency)} or more with us",
            lambda rule, case: case.spent.get(rule.currency, Decimal(0)) >= (rule.least_spent or 0),
        ),
        Condition(
            "contacts",
            lambda rule: f"has written {rule.contacts} times or more within {rule.contacts_days} days",
            _often,
        ),
    )
