"""Direct messages as Messenger and Instagram push them → events. One item of an entry's `messaging` or `standby`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from connectors.contract import Account
from connectors.events import (
    About,
    Changed,
    Event,
    MessageEdited,
    MessageProgressed,
    MessageReceived,
    MessageRemoved,
    Party,
    Progress,
    Spot,
)
from connectors.meta import attachments
from connectors.meta.graph import app_id
from connectors.meta.platform import Platform
from connectors.meta.values import time, words

Json = dict[str, Any]
UNSUPPORTED = "[A kind of message that can only be seen in {app}]"


def events(platform: Platform, account: Account, item: Json) -> Iterator[Event]:
    """Hand-overs, opt-ins, account links and whatever else says nothing give none."""
    sender, recipient = _id(item, "sender"), _id(item, "recipient")
    if not sender:
        return
    ours = sender == account.external_id
    talk = Talk(platform, account, recipient if ours else sender, ours)
    at = time(item["timestamp"]) if item.get("timestamp") else None
    if message := _object(item, "message"):
        yield from talk.message(message, at)
    elif edit := _object(item, "message_edit"):
        yield MessageEdited(str(edit["mid"]), str(edit.get("text") or ""), _known(at))
    elif postback := _object(item, "postback"):
        yield from talk.postback(postback, _known(at))
    elif reaction := _object(item, "reaction"):
        yield talk.reaction(reaction, _known(at))
    elif delivery := _object(item, "delivery"):
        yield from talk.delivered(delivery)
    elif read := _object(item, "read"):
        yield talk.read(read, at)


class Talk:
    """With one person, by the id that this account alone knows them by."""

    def __init__(self, platform: Platform, account: Account, person: str, ours: bool) -> None:
        self.platform, self.account, self.person, self.ours = platform, account, person, ours

    def message(self, message: Json, at: datetime | None) -> Iterator[Event]:
        mid = str(message["mid"])
        if message.get("is_deleted"):
            yield MessageRemoved(mid, _known(at))
            return
        self.ours = self.ours or bool(message.get("is_echo"))
        told = [*attachments.lines(message.get("attachments"), self.platform.label)]
        if message.get("is_unsupported"):
            told.append(UNSUPPORTED.format(app=self.platform.label))
        text = words(message.get("text"), *told)
        found = tuple(attachments.files(message.get("attachments"), mid))
        reply = _object(message, "reply_to")
        yield self.said(
            mid,
            text,
            _known(at),
            files=found,
            replies_to=(str(reply["mid"]),) if reply.get("mid") else (),
            about=_about(reply, _object(message, "referral")),
            sent_under=self._key(message),
        )
        if not self.ours:
            yield Changed("profile", self.person)

    def said(self, external_id: str, text: str, at: datetime, **more: Any) -> MessageReceived:
        person = Party({self.platform.kind: self.person})
        own = Party({self.platform.kind: self.account.external_id}, display=self.platform.label)
        return MessageReceived(
            external_id=external_id,
            sender=own if self.ours else person,
            text=text,
            sent_at=at,
            thread=self.person,
            ours=self.ours,
            recipient=person if self.ours else None,
            **more,
        )

    def postback(self, postback: Json, at: datetime) -> Iterator[Event]:
        """A button was pressed: its label is what they said."""
        mid = str(postback.get("mid") or f"postback/{self.person}/{int(at.timestamp() * 1000)}")
        text = str(postback.get("title") or postback.get("payload") or "")
        yield self.said(mid, text, at, about=_about({}, _object(postback, "referral")))
        yield Changed("profile", self.person)

    def reaction(self, reaction: Json, at: datetime) -> Event:
        """Kept where it can be read, and nothing anybody answers."""
        mid, sign = str(reaction["mid"]), str(reaction.get("emoji") or reaction.get("reaction") or "")
        gone = reaction.get("action") == "unreact"
        return self.said(
            f"reaction/{mid}/{int(at.timestamp() * 1000)}",
            f"[Took back the reaction {sign}]".replace(" ]", "]") if gone else f"[Reacted with {sign}]",
            at,
            replies_to=(mid,),
            automatic=True,
        )

    def delivered(self, delivery: Json) -> Iterator[Event]:
        at = time(delivery["watermark"])
        mids = delivery.get("mids") or ()
        yield from (MessageProgressed(Progress.DELIVERED, at, external_id=str(mid)) for mid in mids)
        if not mids:
            yield MessageProgressed(Progress.DELIVERED, at, thread=self.person)

    def read(self, read: Json, at: datetime | None) -> Event:
        """Messenger says until when, Instagram which message."""
        if mid := read.get("mid"):
            return MessageProgressed(Progress.READ, _known(at), external_id=str(mid))
        return MessageProgressed(Progress.READ, time(read["watermark"]), thread=self.person)

    def _key(self, message: Json) -> str:
        """Under which we sent it: only what our own app wrote says so."""
        app = app_id(self.account)
        is_own = bool(app) and str(message.get("app_id") or "") == app
        return str(message.get("metadata") or "") if self.ours and is_own else ""


def _about(reply: Json, referral: Json) -> About | None:
    story = _object(reply, "story")
    if story:
        return About(Spot.STORY, str(story.get("id") or ""))  # its address dies within a day
    more = _object(referral, "ads_context_data")
    product = str(_object(referral, "product").get("id") or more.get("product_id") or "")
    if ad := referral.get("ad_id"):
        title = str(more.get("ad_title") or "")
        return About(Spot.AD, str(ad), title, products=(product,) if product else ())
    return About(Spot.PAGE, products=(product,)) if product else None


def _id(item: Json, side: str) -> str:
    return str(_object(item, side).get("id") or "")


def _object(held: Json, name: str) -> Json:
    value = held.get(name)
    return value if isinstance(value, dict) else {}


def _known(at: datetime | None) -> datetime:
    if at is None:
        raise ValueError("a time is missing")
    return at
