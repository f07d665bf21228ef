"""Comments under a Page's posts and ads, and what visitors post there, as the topic `feed` pushes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.contract import Account
from connectors.events import (
    About,
    Event,
    File,
    MessageEdited,
    MessageHidden,
    MessageReceived,
    MessageRemoved,
    Party,
    Spot,
)
from connectors.meta.attachments import file_at
from connectors.meta.platform import comment_thread
from connectors.meta.values import time, words

Json = dict[str, Any]


def events(account: Account, change: Json, at: Any) -> Iterator[Event]:
    """Likes, shares and the Page's own posts are nobody's question."""
    value = change.get("value")
    if change.get("field") != "feed" or not isinstance(value, dict) or value.get("item") != "comment":
        return
    comment, when = str(value["comment_id"]), time(value.get("created_time") or at)
    match value.get("verb"):
        case "add":
            yield _said(account, value, comment, when)
        case "edit" | "edited":
            yield MessageEdited(comment, str(value.get("message") or ""), time(at or value["created_time"]))
        case "remove":
            yield MessageRemoved(comment, time(at or value["created_time"]))
        case "hide" | "unhide" as verb:
            yield MessageHidden(comment, verb == "hide", time(at or value["created_time"]))


def _said(account: Account, value: Json, comment: str, when: Any) -> MessageReceived:
    """Whoever lets apps see nothing of them has no `from`: they are known by this comment alone."""
    writer = value.get("from") or {}
    who = str(writer.get("id") or "")
    ours = who == account.external_id
    names = {"facebook": who} if who else {"facebook_comment": comment}
    post = str(value.get("post_id") or "")
    parent = str(value.get("parent_id") or "")
    top = comment if parent in ("", post) else parent
    return MessageReceived(
        external_id=comment,
        sender=Party(names, display=str(writer.get("name") or "")),
        text=words(value.get("message")),
        sent_at=when,
        thread=comment_thread(top),
        files=tuple(_files(value)),
        ours=ours,
        public=True,
        about=_about(value, post),
    )


def _files(value: Json) -> Iterator[File]:
    for name, kind in (("photo", "image"), ("video", "video")):
        if url := value.get(name):
            yield file_at(str(url), kind)


def _about(value: Json, post: str) -> About:
    """A post that was never published, or that money moves, is an ad."""
    told = value.get("post") or {}
    is_ad = told.get("is_published") is False or told.get("promotion_status") == "active"
    return About(Spot.AD if is_ad else Spot.POST, post, url=str(told.get("permalink_url") or ""))
