"""What is new, in the order in which people wait for it: mail, notifications, and now and then the slow things.

Order search is rationed to one call in three minutes and reports are made in minutes, so both run by a timetable
that is part of the cursor: {"mail", "receipts", "subscribed": {"due"}, "search": {"since", "due", "before", "page"},
"returns": {"due", "id"}, "performance": {"due", "id"}}. Whatever is in a hurry never waits for them.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors import mail
from connectors.channels.amazon import client, queue, reports, subscribing
from connectors.channels.amazon.calling import understood
from connectors.contract import Account, Page, RawDelivery
from connectors.errors import AuthorizationLost, ConnectorError

Json = dict[str, Any]

SUBSCRIBED_FOR = timedelta(hours=24)
SEARCH_EVERY = timedelta(hours=6)
FIRST = timedelta(days=2)  # of orders; Past reads what is older
REPORT_EVERY = {reports.RETURNS: timedelta(hours=6), reports.PERFORMANCE: timedelta(hours=24)}
LOOK_AGAIN = timedelta(minutes=1)  # while Amazon makes a report
AFTER_TROUBLE = timedelta(minutes=30)
BEHIND = timedelta(minutes=3)  # search must not ask for the last two minutes

log = logging.getLogger(__name__)


def everything_since(account: Account, cursor: str | None) -> Page:
    """One source in trouble does not hold back what the others gave."""
    held: Json = json.loads(cursor) if cursor else {}
    new: list[RawDelivery] = []
    more = False
    problem: ConnectorError | None = None
    for read in (_mail, _notifications, _subscribed, _found, _reported):
        try:
            with understood(safe=True):
                deliveries, news, goes_on = read(account, held)
        except AuthorizationLost as error:  # the rest would hear the same
            problem = error
            break
        except ConnectorError as error:
            problem = problem or error
            continue
        new += deliveries
        held |= news
        more = more or goes_on
    if problem and not new:
        raise problem
    return Page(new, json.dumps(held), more and problem is None)


Read = tuple[Sequence[RawDelivery], Mapping[str, Any], bool]


def _mail(account: Account, held: Json) -> Read:
    if not has_mailbox(account):
        return (), {}, False
    page = mail.fetch_new(account, held.get("mail"))
    return page.deliveries, {"mail": page.cursor}, page.more


def _notifications(account: Account, held: Json) -> Read:
    """The cursor that held these receipts came back, so what they stand for is stored."""
    if not queue.has_queue(account):
        return (), {}, False
    queue.forget(account, held.get("receipts") or ())
    held["receipts"] = []
    waiting = queue.receive(account)
    return waiting.deliveries, {"receipts": list(waiting.receipts)}, waiting.more


def _subscribed(account: Account, held: Json) -> Read:
    plan, now = held.get("subscribed") or {}, _now()
    if not queue.has_queue(account) or (plan.get("due") and now < _time(plan["due"])):
        return (), {}, False

    def ask() -> tuple[Sequence[RawDelivery], Json]:
        subscribing.subscribe(account)
        return (), {"due": now + SUBSCRIBED_FOR}

    _, news = _patiently(ask, {}, now)
    return (), {"subscribed": _written(news)}, False


def _found(account: Account, held: Json) -> Read:
    """What notifications may have missed: one page of the search a round, every few hours from its start."""
    plan, now = held.get("search") or {}, _now()
    if plan.get("due") and now < _time(plan["due"]):
        return (), {}, False
    since = _time(plan["since"]) if plan.get("since") else now - FIRST
    before = _time(plan["before"]) if plan.get("page") else now - BEHIND

    def search() -> tuple[Sequence[RawDelivery], Json]:
        answer = client.search(account, since, before, plan.get("page"))
        following = (answer.get("pagination") or {}).get("nextToken")
        news = {"since": since, "before": before, "due": now, "page": following}
        if not following:
            news = {"since": before, "before": before, "due": now + SEARCH_EVERY, "page": None}
        return [fetched("order", each["orderId"], each) for each in answer["orders"]], news

    # a place in the list that was lost (it lives a day) is given up, and the period read from its start
    deliveries, news = _patiently(search, {"since": since, "before": before, "page": None}, now)
    return deliveries, {"search": _written(news)}, False


def _reported(account: Account, held: Json) -> Read:
    new: list[RawDelivery] = []
    news: Json = {}
    for kind, every in REPORT_EVERY.items():
        plan, now = held.get(kind.name) or {}, _now()
        if plan.get("due") and now < _time(plan["due"]):
            continue

        def turn(
            kind: reports.Kind = kind, plan: Json = plan, now: datetime = now, every: timedelta = every
        ) -> Any:
            if not plan.get("id"):
                return (), {"id": reports.ask(account, kind, now), "due": now}
            made = reports.made(account, kind, plan["id"])
            if made is None:
                return (), {"id": plan["id"], "due": now + LOOK_AGAIN}
            return made, {"id": "", "due": now + every}

        deliveries, plan = _patiently(turn, {"id": ""}, now)
        new += deliveries
        news[kind.name] = _written(plan)
    return new, news, False


def _patiently(
    step: Callable[[], tuple[Sequence[RawDelivery], Json]], otherwise: Json, now: datetime
) -> tuple[Sequence[RawDelivery], Json]:
    """Slow things in trouble come again later; only a lost consent is everybody's matter."""
    try:
        with understood(safe=True):
            return step()
    except AuthorizationLost:
        raise
    except ConnectorError as error:
        log.info("Amazon: put off: %s", error.message)
        return (), otherwise | {"due": now + AFTER_TROUBLE}


def has_mailbox(account: Account) -> bool:
    return bool(account.settings.get("imap_host"))


def fetched(kind: str, name: str, found: Mapping[str, Any]) -> RawDelivery:
    """The key holds the content: the same state read twice is one thing, two states are two."""
    body = json.dumps(found, sort_keys=True).encode()
    return RawDelivery(f"fetched/{kind}", f"{name}:{hashlib.sha256(body).hexdigest()[:20]}", body)


def _written(plan: Json) -> Json:
    return {name: at.isoformat() if isinstance(at, datetime) else at for name, at in plan.items()}


def _now() -> datetime:
    return datetime.now(UTC)


def _time(at: str) -> datetime:
    return datetime.fromisoformat(at)
