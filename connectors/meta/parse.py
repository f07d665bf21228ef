"""What Meta pushed or we fetched → events. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from connectors.contract import Account, RawDelivery
from connectors.events import Disconnected, ErasureAsked, Event, Party, PartyNamed
from connectors.garbled import parsing
from connectors.meta import attachments, messaging
from connectors.meta.entries import DEAUTHORIZATION, DELETION, WEBHOOK, entries, loaded
from connectors.meta.platform import Platform
from connectors.meta.values import time, words

Json = dict[str, Any]
# One of an entry's `changes`: account, change, the entry's time → events.
Change = Callable[[Account, Json, Any], Iterator[Event]]
PROFILE, PAST, MENTION = "fetched/profile", "fetched/message", "fetched/mention"


def parse(platform: Platform, changed: Change, account: Account, raw: RawDelivery) -> Sequence[Event]:
    read = {
        WEBHOOK: _webhook,
        DELETION: _deletion,
        DEAUTHORIZATION: _deauthorization,
        PROFILE: _profile,
        PAST: _past,
        MENTION: _mention,
    }.get(raw.topic)
    if read is None:
        return ()
    with parsing(f"{platform.label}'s push"):
        return tuple(read(platform, changed, account, loaded(raw)))


def _webhook(platform: Platform, changed: Change, account: Account, whole: Json) -> Iterator[Event]:
    """Entries of other accounts are theirs."""
    if whole.get("object") != platform.object:
        return
    for entry in entries(whole):
        if str(entry.get("id", "")) != account.external_id:
            continue
        for name in ("messaging", "standby"):
            for item in _rows(entry.get(name)):
                yield from messaging.events(platform, account, item)
        for change in _rows(entry.get("changes")):
            yield from changed(account, change, entry.get("time"))


def _deletion(platform: Platform, changed: Change, account: Account, said: Json) -> Iterator[Event]:
    yield ErasureAsked(Party({platform.kind: str(said["user_id"])}))


def _deauthorization(platform: Platform, changed: Change, account: Account, said: Json) -> Iterator[Event]:
    """Only of whoever agreed for this account; another member's leaving takes nothing away from it."""
    agreed = str(account.settings.get("user_id") or "")
    if not agreed or agreed == str(said["user_id"]):
        yield Disconnected(f"The app was removed at {platform.label}. Connect again to go on.")


def _profile(platform: Platform, changed: Change, account: Account, said: Json) -> Iterator[Event]:
    name = str(said.get("name") or f"{said.get('first_name') or ''} {said.get('last_name') or ''}").strip()
    if name := name or str(said.get("username") or ""):
        yield PartyNamed(Party({platform.kind: str(said["id"])}, display=name))


def _past(platform: Platform, changed: Change, account: Account, said: Json) -> Iterator[Event]:
    """A message as a thread lists it, beside the person the thread is with."""
    message, person = said["message"], said["person"]
    ours = str(message["from"]["id"]) == account.external_id
    talk = messaging.Talk(platform, account, str(person["id"]), ours)
    held = _listed(message.get("attachments"))
    event = talk.said(
        str(message["id"]),
        words(message.get("message"), *attachments.lines(held, platform.label)),
        time(message["created_time"]),
        files=tuple(attachments.files(held, str(message["id"]))),
    )
    yield event
    if name := str(person.get("name") or person.get("username") or ""):
        yield PartyNamed(Party({platform.kind: str(person["id"])}, display=name))


def _listed(held: Any) -> list[Json]:
    """A thread lists attachments otherwise than a push does."""
    return [as_pushed(each) for each in _rows(held.get("data") if isinstance(held, dict) else None)]


def as_pushed(each: Json) -> Json:
    for name, kind in (("image_data", "image"), ("video_data", "video")):
        if isinstance(each.get(name), dict):
            return {"type": kind, "payload": {"url": each[name].get("url")}}
    kind = "audio" if str(each.get("mime_type", "")).startswith("audio/") else "file"
    return {"type": kind, "payload": {"url": each.get("file_url"), "title": each.get("name")}}


def _mention(platform: Platform, changed: Change, account: Account, said: Json) -> Iterator[Event]:
    yield from changed(account, {"field": "mentioned", "value": said}, said.get("timestamp"))


def _rows(held: Any) -> Iterator[Json]:
    yield from (each for each in held if isinstance(each, dict)) if isinstance(held, list) else ()
