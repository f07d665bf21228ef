"""Reading a channel's past beside live traffic: a page for each time a worker is woken, and none while live work waits.

Outside calls between scopes, never inside.
"""

from __future__ import annotations

import logging
from collections import Counter
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from audit.record import MACHINE
from config.tenancy import scope
from connectors.contract import Capability, Page, Past
from connectors.errors import AuthorizationLost, ConnectorError, RateLimited, Unparsable
from connectors.events import (
    Changed,
    DisputeChanged,
    Event,
    MessageReceived,
    NoticeReceived,
    OrderChanged,
    ProductChanged,
    ReturnChanged,
)
from inbox import intake
from inbox.models import Backfill, BackfillState, Channel, ChannelState, Delivery, DeliveryState
from inbox.models.backfill import FOUND

log = logging.getLogger(__name__)

BREATH = 0.5  # seconds between two pages
ASIDE = 3.0  # seconds until it looks again whether live work still waits
WAITED = timedelta(seconds=2)  # live work that has waited for so long goes first
MOST_UNREAD = 200  # deliveries of the past that may wait to be applied
PREPARING = 20.0  # seconds until it looks again whether a report is made
LONGEST_REPORT = timedelta(hours=6)
PAUSED = 60.0  # seconds until it looks again whether the channel is connected

NAMES = {
    OrderChanged: "orders",
    MessageReceived: "messages",
    ReturnChanged: "returns",
    DisputeChanged: "disputes",
    NoticeReceived: "notices",
    ProductChanged: "products",
}


def start(channel: Channel) -> None:
    """The channel was connected: read its past once, or go on where that was broken off. In the caller's scope."""
    if not channel.can(Capability.PAST):
        return
    newest = Backfill.newest(channel)
    if newest is None:
        Backfill.begin(channel, MACHINE)
    elif newest.state == BackfillState.FAILED and newest.problem:  # what a person stopped stays stopped
        newest.go_on(MACHINE)
    elif newest.is_running:
        newest.wake()


def read_page(organization_id: UUID, backfill_id: UUID) -> None:
    """The next page, if it is due, nothing live waits, and this caller wins the claim."""
    with scope(organization_id):
        row = Backfill.objects.select_related("channel").filter(pk=backfill_id).first()
        if row is None:
            return
        row.awake()
        if not row.claim():
            return
        if row.channel.state != ChannelState.ACTIVE:
            row.wait(PAUSED)
            return
        if _live_work_waits():
            row.wait(ASIDE)
            row.wake(after=ASIDE)
            return
    try:
        page = row.channel.connector.fetch(row.channel.account(), Past(row.since, row.until, row.cursor))
        found = _counted(row.channel, page)
    except ConnectorError as error:
        with scope(organization_id):
            _put_off(row, error)
        return
    except Exception as error:  # a mistake of ours or of the platform's: shown, and tried again by a person
        log.exception("Back-fill %s", row.pk)
        with scope(organization_id):
            row.fail(f"{type(error).__name__} while reading")
        return
    with scope(organization_id):
        _keep(row, page, found)
    intake.drain(organization_id, row.channel_id, limit=len(page.deliveries))


def sweep(organization_id: UUID) -> None:
    """Wake a worker for what nobody reads, as after a crash. It reads in tasks of its own, to hold up nobody here."""
    with scope(organization_id):
        due = Backfill.objects.filter(state=BackfillState.RUNNING, due_at__lte=timezone.now())
        for row in due:
            row.wake()


def _live_work_waits() -> bool:
    """Or there is enough of the past to apply already."""
    waiting = Delivery.objects.filter(state=DeliveryState.RECEIVED)
    if waiting.filter(past=False, received_at__lte=timezone.now() - WAITED).exists():
        return True
    return waiting.filter(past=True)[:MOST_UNREAD].count() == MOST_UNREAD


def _keep(row: Backfill, page: Page, found: Counter[str]) -> None:
    if page.more and not page.deliveries and page.cursor and page.cursor == row.cursor:
        _not_ready(row)
        return
    if not row.keep(
        page, found
    ):  # stopped, or another worker has it: the page belongs to whoever reads it next
        return
    for raw in page.deliveries:
        Delivery.store(row.channel, raw, past=True)
    if row.is_running:
        row.wake(after=BREATH)
    else:
        row.record("finished", MACHINE)


def _not_ready(row: Backfill) -> None:
    """The platform is still making the report that was asked for."""
    if timezone.now() - row.started_at > LONGEST_REPORT:
        row.fail("The platform has been preparing its answer for too long.")
    else:
        row.wait(PREPARING)
        row.wake(after=PREPARING)


def _put_off(row: Backfill, error: ConnectorError) -> None:
    if isinstance(error, AuthorizationLost):
        row.wait(PAUSED)
        row.channel.lose(error.message)
    elif isinstance(error, RateLimited):
        row.wait(error.retry_after, error.message)
        row.wake(after=error.retry_after)
    elif error.permanent:
        row.fail(error.message)
    else:
        row.try_later(error.message)


def _counted(channel: Channel, page: Page) -> Counter[str]:
    """What the page holds. Parsing is pure, and done once more when it is applied."""
    account, found = channel.account(), Counter[str]()
    for raw in page.deliveries:
        try:
            for event in channel.connector.parse(account, raw):
                found[_name(event)] += 1
                found["returns"] += len(getattr(event, "returns", ()))
        except Unparsable:
            found["unreadable"] += 1
    return +found


def _name(event: Event) -> str:
    if isinstance(event, Changed) and f"{event.kind}s" in FOUND:
        return f"{event.kind}s"
    return NAMES.get(type(event), "other")
