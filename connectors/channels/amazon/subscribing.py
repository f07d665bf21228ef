"""Which notifications Amazon writes to the queue. Asked for once, looked at daily; safe to repeat."""

from __future__ import annotations

from connectors.channels.amazon import client, queue
from connectors.contract import Account

# kind → version of its payload
WANTED = {"ORDER_CHANGE": "1.0", "FEED_PROCESSING_FINISHED": "2020-09-04", "ACCOUNT_STATUS_CHANGED": "1.0"}
_NAME = "waybill"


def subscribe(account: Account) -> list[str]:
    """The kinds that were missing."""
    missing = [kind for kind in WANTED if client.subscription(account, kind) is None]
    if missing:
        destination = _destination(account)
        for kind in missing:
            body = {"payloadVersion": WANTED[kind], "destinationId": destination}
            client.subscribe(account, kind, body)
    return missing


def _destination(account: Account) -> str:
    """Amazon's name for the queue. An application has one for each queue, whoever's notifications come there."""
    arn = queue.arn(account)
    for each in client.destinations(account):
        if (each["resource"].get("sqs") or {}).get("arn") == arn:
            return str(each["destinationId"])
    return str(
        client.make_destination(account, f"{_NAME}-{arn.rpartition(':')[2]}"[:256], arn)["destinationId"]
    )
