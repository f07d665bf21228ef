"""Comments under an account's media, ads and lives, and where somebody names the account under their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.contract import Account
from connectors.events import About, Changed, Event, MessageReceived, Party, Spot
from connectors.meta.platform import comment_thread
from connectors.meta.values import time, words

Json = dict[str, Any]


def events(account: Account, change: Json, at: Any) -> Iterator[Event]:
    value = change.get("value")
    if not isinstance(value, dict):
        return
    match change.get("field"):
        case "comments":
            yield _said(account, value, at)
        case "live_comments":
            yield _said(account, value, at, live=True)
        case "mentions":  # says only where: the words are fetched
            yield Changed("mention", f"{value['media_id']}/{value.get('comment_id') or ''}")
        case "mentioned":
            yield _mention(account, value, at)


def _said(account: Account, value: Json, at: Any, *, live: bool = False) -> MessageReceived:
    """Answers hang on the top-level comment. An ad's comment may come twice, under ad and post: its id is the same."""
    comment, writer = str(value["id"]), value.get("from") or {}
    who, parent = str(writer.get("id") or ""), str(value.get("parent_id") or "")
    names = {"instagram": who} if who else {"instagram_comment": comment}
    return MessageReceived(
        external_id=comment,
        sender=Party(names, display=str(writer.get("username") or "")),
        text=words(value.get("text")),
        sent_at=time(value.get("timestamp") or at),
        thread=comment_thread(parent or comment),
        ours=bool(who) and who == account.external_id,
        public=True,
        about=_about(value.get("media") or {}, live),
    )


def _about(media: Json, live: bool) -> About:
    number = str(media.get("id") or "")
    if live or media.get("media_product_type") == "LIVE":
        return About(Spot.LIVE, number)
    if ad := media.get("ad_id"):
        return About(Spot.AD, str(ad), str(media.get("ad_title") or ""))
    spot = Spot.VIDEO if media.get("media_product_type") == "REELS" else Spot.POST
    return About(spot, number, url=str(media.get("permalink") or ""))


def _mention(account: Account, value: Json, at: Any) -> MessageReceived:
    """Only a user name is told, which people change: it joins nobody with their direct messages."""
    name = str(value.get("username") or "")
    media = value.get("media") or {}
    number = str(value["id"])
    return MessageReceived(
        external_id=number,
        sender=Party({"instagram_username": name} if name else {"instagram_comment": number}, display=name),
        text=words(value.get("text") or value.get("caption")),
        sent_at=time(value.get("timestamp") or at),
        thread=f"mention/{media.get('id') or ''}/{number}",
        public=True,
        about=About(
            Spot.POST,
            str(media.get("id") or ""),
            url=str(media.get("permalink") or ""),
            creator=str((media.get("owner") or {}).get("username") or name),
        ),
    )
