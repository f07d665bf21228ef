"""Wishes → calls: the fixed kinds of message, the request for a review, and feeds for refunds and cancellations."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.channels.amazon import client, documents, feeds, openings
from connectors.channels.amazon.catching_up import fetched
from connectors.commands import AskForReview, CancelOrder, Command, RefundOrder, SendOpening
from connectors.contract import Account, One, Outcome, Page, Receipt
from connectors.errors import Refused
from connectors.events import File
from connectors.shared import shared

Json = dict[str, Any]

KEPT = 7 * 86_400  # seconds for which we know which feed was whose
CLOCKS = timedelta(minutes=5)  # how far Amazon's and ours may be apart


def perform(account: Account, command: Command, key: str) -> Receipt:
    if isinstance(command, RefundOrder | CancelOrder):
        return _feed(account, command, key)
    if isinstance(command, AskForReview):
        return _ask_for_review(account, command.order_id, key)
    if not isinstance(command, SendOpening):
        raise TypeError(type(command).__name__)
    openings.check(command)
    if command.kind == openings.REVIEW:
        return _ask_for_review(account, command.order_id, key)
    uploaded = [_upload(account, command, file) for file in command.files]
    client.write(account, command.order_id, command.kind, openings.request(command, uploaded))
    return Receipt(Outcome.SENT, key, datetime.now(UTC))  # Amazon gives no id, and shows it nowhere


def read_openings(account: Account, order_id: str) -> Page:
    answers = [client.messaging_actions(account, order_id), client.soliciting_actions(account, order_id)]
    body = {"order": order_id, "answers": answers, "at": datetime.now(UTC).isoformat()}
    return Page([fetched("openings", order_id, body)])


def read_command(account: Account, wanted: One) -> Page:
    """By a receipt's id, a feed; by a key, the feed that was made under it, if any.

    Raises Refused where Amazon cannot tell: fixed messages leave no trace that could be read.
    """
    if wanted.tried is not None and not isinstance(wanted.tried, RefundOrder | CancelOrder):
        raise Refused("Amazon shows no sent messages of this kind. Look at the order in Seller Central.")
    feed_id = wanted.external_id if wanted.external_id.isdigit() else _found(account, wanted)
    feed = client.feed(account, feed_id) if feed_id else None
    if feed is None:
        return Page()
    body = {"feed": feed, "result": _result(account, feed)}
    accepted = Receipt(Outcome.ACCEPTED, feed["feedId"], datetime.now(UTC))
    return Page([fetched("command", feed["feedId"], body)], receipt=accepted)


def _ask_for_review(account: Account, order_id: str, key: str) -> Receipt:
    client.solicit(account, order_id)
    return Receipt(Outcome.SENT, key, datetime.now(UTC))


def _upload(account: Account, command: SendOpening, file: File) -> Json:
    md5 = base64.b64encode(hashlib.md5(file.content, usedforsecurity=False).digest()).decode()
    place = client.upload_destination(account, command.order_id, command.kind, md5)
    headers = {"content-type": file.content_type, **(place.get("headers") or {})}
    documents.put(account, place["url"], file.content, headers)
    return {"uploadDestinationId": place["uploadDestinationId"], "fileName": file.name}


def _feed(account: Account, command: RefundOrder | CancelOrder, key: str) -> Receipt:
    """The order is read first: what is not ours to change must not reach Amazon's ration of feeds."""
    order = client.order(account, command.order_id)
    if order is None:
        raise Refused("Amazon does not show this order any more.")
    kind, content = feeds.of(command, order)
    document = client.make_feed_document(account, feeds.CONTENT_TYPE)
    documents.put(account, document["url"], content, {"content-type": feeds.CONTENT_TYPE})
    feed_id = client.make_feed(account, kind, document["feedDocumentId"])
    _claim(account, feed_id, key)
    return Receipt(Outcome.ACCEPTED, feed_id, datetime.now(UTC))


def _found(account: Account, wanted: One) -> str:
    """Feeds carry no key of ours. One made since, of the same kind, that nobody got an answer for, is the one."""
    if known := shared().read(_place(account, wanted.external_id)):
        return known
    kind = feeds.CANCEL if isinstance(wanted.tried, CancelOrder) else feeds.REFUND
    since = (wanted.tried_at or datetime.now(UTC) - timedelta(days=1)) - CLOCKS
    listed = [each["feedId"] for each in client.feeds(account, kind, since)]
    unclaimed = [each for each in listed if not shared().read(_place(account, each))]
    if len(unclaimed) > 1:
        raise Refused("Amazon took several requests at that time, and does not say which is this one.")
    for feed_id in unclaimed:
        _claim(account, feed_id, wanted.external_id)
    return unclaimed[0] if unclaimed else ""


def _claim(account: Account, feed_id: str, key: str) -> None:
    shared().write(_place(account, key), feed_id, KEPT)
    shared().write(_place(account, feed_id), key, KEPT)


def _place(account: Account, name: str) -> str:
    return f"feed:{account.id}:{name}"


def _result(account: Account, feed: Json) -> str:
    """The lines Amazon refused; a feed that failed as a whole may have none."""
    name = feed.get("resultFeedDocumentId")
    document = client.feed_document(account, name) if name else None
    return documents.get(account, document).decode("utf-8", "replace") if document else ""
