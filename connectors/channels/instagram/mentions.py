"""Where somebody names the account: what they wrote is fetched, and an answer goes under it."""

from __future__ import annotations

from datetime import UTC, datetime

from connectors.commands import SendMessage
from connectors.contract import One, Outcome, Page, Receipt
from connectors.meta.graph import Graph, understood
from connectors.meta.parse import MENTION
from connectors.meta.reading import fetched

_COMMENT = "id,text,timestamp,username,media{id,permalink}"
_MEDIA = "id,caption,timestamp,username,permalink"


def read(api: Graph, wanted: One) -> Page:
    """By "media/comment"; without a comment it is the caption."""
    media, _, comment = wanted.external_id.partition("/")
    if comment:
        field = f"mentioned_comment.comment_id({comment}){{{_COMMENT}}}"
        found = api.read(f"/{api.account.external_id}", fields=field).get("mentioned_comment")
    else:
        field = f"mentioned_media.media_id({media}){{{_MEDIA}}}"
        found = api.read(f"/{api.account.external_id}", fields=field).get("mentioned_media")
        found = found and {**found, "media": {"id": found["id"], "permalink": found.get("permalink")}}
    return Page([fetched(MENTION, f"mention/{wanted.external_id}", found)] if found else [])


def is_one(thread: str) -> bool:
    return thread.startswith("mention/")


def answer(api: Graph, message: SendMessage) -> Receipt:
    _, media, comment = message.thread.split("/", 2)
    said = {"media_id": media, "message": message.text}
    if comment != media:
        said["comment_id"] = comment
    with understood(safe=False):
        made = api.write(f"/{api.account.external_id}/mentions", said)
        return Receipt(Outcome.SENT, str(made["id"]), datetime.now(UTC))
