"""Amazon's notifications: they come by a queue of the application's own (Amazon SQS), and by nothing else.

They carry no signature; that only Amazon may write to the queue is its policy's business. Settings `queue_url` and
credentials `aws_access_key_id` and `aws_secret_access_key`. A queue may serve several sellers of one application:
what is another's is given back at once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from connectors.contract import Account, RawDelivery
from connectors.errors import Refused

BATCH, BATCHES = 10, 3  # what one request gives at most, and how many we ask for at a time
HIDDEN = 180  # seconds for which a notification that was read is not shown again
_REGION = re.compile(r"sqs\.([a-z0-9-]+)\.amazonaws")


@dataclass(frozen=True)
class Waiting:
    """`receipts` are handed back to `forget` when the deliveries are stored; until then they come again."""

    deliveries: Sequence[RawDelivery]
    receipts: tuple[str, ...]
    more: bool


def has_queue(account: Account) -> bool:
    return bool(account.settings.get("queue_url"))


def receive(account: Account) -> Waiting:
    """What has come and was not forgotten, in no order, some of it twice."""
    deliveries: list[RawDelivery] = []
    receipts: list[str] = []
    for _ in range(BATCHES):
        batch = _ask(
            account, "receive_message", MaxNumberOfMessages=BATCH, VisibilityTimeout=HIDDEN, WaitTimeSeconds=0
        ).get("Messages", [])
        for message in batch:
            if _is_of_another(account, message["Body"]):
                _ask(
                    account,
                    "change_message_visibility",
                    ReceiptHandle=message["ReceiptHandle"],
                    VisibilityTimeout=0,
                )
            else:
                deliveries.append(_delivery(message))
                receipts.append(message["ReceiptHandle"])
        if len(batch) < BATCH:
            return Waiting(deliveries, tuple(receipts), more=False)
    return Waiting(deliveries, tuple(receipts), more=True)


def forget(account: Account, receipts: Sequence[str]) -> None:
    """They are stored here now. A receipt that is too old does no harm: the notification comes again."""
    for start in range(0, len(receipts), BATCH):
        entries = [
            {"Id": str(at), "ReceiptHandle": receipt}
            for at, receipt in enumerate(receipts[start : start + BATCH])
        ]
        _ask(account, "delete_message_batch", Entries=entries)


def look(account: Account) -> None:
    """One harmless question. Raises what the others would raise."""
    _ask(account, "get_queue_attributes", AttributeNames=["ApproximateNumberOfMessages"])


def arn(account: Account) -> str:
    """arn:aws:sqs:<region>:<owner>:<name>, as Amazon's own name for the queue."""
    url = _url(account)
    owner, name = url.rstrip("/").rsplit("/", 2)[1:]
    return f"arn:aws:sqs:{_region(url)}:{owner}:{name}"


def kind_of(notification: dict[str, Any]) -> str:
    """Older kinds are written in PascalCase, newer ones in camelCase."""
    return str(notification.get("NotificationType") or notification.get("notificationType") or "")


def _delivery(message: dict[str, Any]) -> RawDelivery:
    read = _json(message["Body"])
    about = read.get("NotificationMetadata") or read.get("notificationMetadata") or {}
    key = about.get("NotificationId") or about.get("notificationId") or message["MessageId"]
    body = message["Body"].encode()
    return RawDelivery(f"notification/{kind_of(read)}", str(key), body, received_at=datetime.now(UTC))


def _is_of_another(account: Account, body: str) -> bool:
    """Only where it says so: what cannot be read is kept and shown."""
    read = _json(body)
    payload = read.get("Payload") or read.get("payload") or {}
    inner = next((each for each in payload.values() if isinstance(each, dict)), {})
    seller = inner.get("SellerId") or inner.get("sellerId") or account.external_id
    return bool(seller != account.external_id)


def _json(body: str) -> dict[str, Any]:
    try:
        read = json.loads(body)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _ask(account: Account, method: str, **asked: Any) -> dict[str, Any]:
    from connectors.channels.amazon import sqs  # AWS's client takes long to load, and few processes need it

    url, held = _url(account), account.credentials
    keys = sqs.Keys(held.get("aws_access_key_id", ""), held.get("aws_secret_access_key", ""))
    return sqs.ask(url, _region(url), keys, method, **asked)


def _url(account: Account) -> str:
    url = str(account.settings.get("queue_url") or "").strip()
    if urlsplit(url).scheme not in ("https", "http") or url.rstrip("/").count("/") < 4:
        raise Refused("The address of the notification queue is missing, or is no address of a queue.")
    return url


def _region(url: str) -> str:
    found = _REGION.search(url)
    return found[1] if found else "us-east-1"
