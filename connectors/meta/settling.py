"""Did it arrive? What was tried is looked for among our own words at Meta, which keeps no keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from connectors.commands import HideComment, ReplyPrivately, SendMessage
from connectors.contract import One, Outcome, Page, RawDelivery, Receipt
from connectors.errors import Unsupported
from connectors.meta.graph import Graph, Json
from connectors.meta.platform import Platform, commented, page_id
from connectors.meta.values import time

CLOCKS = timedelta(minutes=5)  # by which Meta's clock may differ from ours
_MESSAGES = "messages.limit(25){id,created_time,from,message,attachments}"


def sent(platform: Platform, api: Graph, wanted: One) -> Page:
    wish = wanted.tried
    if not isinstance(wish, SendMessage):
        raise Unsupported(f"{platform.label} keeps no keys: a message is found by its words.")
    since = _since(wanted)
    if comment := commented(wish.thread):
        fields = f"id,{platform.text_field},from,{_made(platform)}"
        replies = api.every(f"/{comment}/{platform.reply_edge}", fields=fields, most=200)
        found = _ours(api, replies, wish.text, since, platform.text_field, _made(platform))
    else:
        person = wish.to.names.get(platform.kind, "")
        said = list(_said_to(platform, api, person))
        found = _ours(api, said, wish.text, since) if wish.text.strip() else None
        files = [each for each in said if _is_ours(api, each, since) and each.get("attachments")]
        if len(files) < len(wish.files):
            return Page()  # the rest goes out with the next try
        found = found or (files[0] if wish.files else None)
    return Page(
        [_delivery(found, _made(platform) if commented(wish.thread) else "created_time")] if found else []
    )


def performed(platform: Platform, api: Graph, wanted: One) -> Page:
    match wanted.tried:
        case ReplyPrivately() as wish:
            return _answered(platform, api, wish, _since(wanted))
        case HideComment() as wish:
            comment = api.find(f"/{wish.comment_id}", fields=f"id,{platform.hidden_field}") or {}
            if bool(comment.get(platform.hidden_field)) != wish.hidden:
                return Page()
            return Page(receipt=Receipt(Outcome.SENT, wish.comment_id, datetime.now(UTC)))
    raise Unsupported(f"{platform.label} keeps no keys: only what was tried can be looked for.")


def _answered(platform: Platform, api: Graph, wish: ReplyPrivately, since: datetime) -> Page:
    """The comment names its writer, and the thread with them our words."""
    comment = api.find(f"/{wish.comment_id}", fields="id,from") or {}
    person = str((comment.get("from") or {}).get("id") or "")
    found = _ours(api, _said_to(platform, api, person), wish.text, since)
    if found is None:
        return Page()
    receipt = Receipt(
        Outcome.SENT, str(found["id"]), time(found["created_time"]), person, {platform.kind: person}
    )
    return Page(receipt=receipt)


def _said_to(platform: Platform, api: Graph, person: str) -> Iterator[Json]:
    if not person:
        return
    path = f"/{page_id(api.account)}/conversations"
    for thread in api.every(
        path, platform=platform.messages, user_id=person, fields=f"id,{_MESSAGES}", most=5
    ):
        yield from (thread.get("messages") or {}).get("data") or ()


def _ours(
    api: Graph,
    said: Iterable[Json],
    text: str,
    since: datetime,
    text_field: str = "message",
    at: str = "created_time",
) -> Json | None:
    same = (
        each
        for each in said
        if _is_ours(api, each, since, at) and _folded(each.get(text_field)) == _folded(text)
    )
    return next(same, None)


def _is_ours(api: Graph, each: Json, since: datetime, at: str = "created_time") -> bool:
    return str((each.get("from") or {}).get("id")) == api.account.external_id and time(each[at]) >= since


def _delivery(found: Json, at: str) -> RawDelivery:
    return RawDelivery("fetched/own", str(found["id"]), b"{}", received_at=time(found[at]))


def _made(platform: Platform) -> str:
    """When a comment was written: the two name it differently."""
    return "timestamp" if platform.text_field == "text" else "created_time"


def _since(wanted: One) -> datetime:
    return (wanted.tried_at or datetime.now(UTC) - timedelta(days=1)) - CLOCKS


def _folded(text: object) -> str:
    """Meta may fold white space."""
    return " ".join(str(text or "").split())
