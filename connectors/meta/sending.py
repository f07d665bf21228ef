"""Words and files on their way out. Meta takes no key, so what was sent is found again by looking (settling.py).

A message may be only words or only one file, so an answer with both leaves in parts; which parts have left is
remembered under the answer's key for a day, and a second try sends the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from connectors.commands import HideComment, ReplyPrivately, SendMessage
from connectors.contract import Outcome, Receipt
from connectors.errors import OutcomeUnknown, Refused, Unreachable
from connectors.events import File
from connectors.meta.graph import Graph, Json, understood
from connectors.meta.platform import PERSON_WINDOW, WINDOW, Platform, commented, page_id
from connectors.shared import shared

REMEMBERED = 86_400  # seconds


def send(platform: Platform, api: Graph, message: SendMessage, key: str) -> Receipt:
    if comment := commented(message.thread):
        return _under(platform, api, comment, message)
    person = message.to.names.get(platform.kind, "")
    if not person:
        raise Refused(f"{platform.label} has not said yet whom this is for: they have to answer first.")
    kind = messaging_type(platform, message, datetime.now(UTC))
    uploads = [
        upload(platform, api, each) for each in message.files
    ]  # a file that is refused is refused before anything left
    said = [{"text": message.text}] if message.text.strip() else []
    return _in_parts(platform, api, {"id": person}, [*said, *uploads], key, kind)


def messaging_type(platform: Platform, message: SendMessage, now: datetime) -> Json:
    """Within a day anybody may answer; then, for a week, a person. The tag on a machine's words risks the account."""
    since = now - message.last_heard_at if message.last_heard_at else None
    if since is None or since <= WINDOW:
        return {"messaging_type": "RESPONSE"}
    if since > PERSON_WINDOW:
        raise Refused(f"{platform.label} takes no answer 7 days after the customer's last message.")
    if not message.by_person:
        raise Refused(
            f"{platform.label} takes only a person's answer 24 hours after the customer's last message."
        )
    return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}


def upload(platform: Platform, api: Graph, file: File) -> Json:
    kind = next((k for k in ("image", "video", "audio") if file.content_type.startswith(f"{k}/")), "file")
    wanted = {"attachment": {"type": kind, "payload": {"is_reusable": True}}}
    fields = {"message": json.dumps(wanted), "platform": platform.messages}
    files = {"filedata": (file.name, file.content, file.content_type)}
    with understood(safe=True):
        made = api.upload(f"/{page_id(api.account)}/message_attachments", fields, files)
        return {"attachment": {"type": kind, "payload": {"attachment_id": str(made["attachment_id"])}}}


def reply_privately(platform: Platform, api: Graph, wish: ReplyPrivately, key: str) -> Receipt:
    return _in_parts(platform, api, {"comment_id": wish.comment_id}, [{"text": wish.text}], key, {})


def hide(platform: Platform, api: Graph, wish: HideComment) -> Receipt:
    """Doing it twice changes nothing."""
    api.write(f"/{wish.comment_id}", {platform.hide_param: wish.hidden}, safe=True)
    return Receipt(Outcome.SENT, wish.comment_id, datetime.now(UTC))


def _under(platform: Platform, api: Graph, comment: str, message: SendMessage) -> Receipt:
    """Nothing but the words goes along: with `fields` the answer is made, and the call fails all the same."""
    if message.files:
        raise Refused("Under a comment only words can be written.")
    with understood(safe=False):
        made = api.write(f"/{comment}/{platform.reply_edge}", {"message": message.text})
        return Receipt(Outcome.SENT, str(made["id"]), datetime.now(UTC))


def _in_parts(platform: Platform, api: Graph, to: Json, parts: list[Json], key: str, kind: Json) -> Receipt:
    sent = [*_sent(api, key)]
    for place, part in enumerate(parts):
        if place < len(sent):
            continue
        said: Json = {**part, "metadata": key} if platform.gives_back_metadata else part
        try:
            with understood(safe=False):
                made = api.write(
                    f"/{page_id(api.account)}/messages", {"recipient": to, "message": said, **kind}
                )
                sent.append((str(made["message_id"]), str(made.get("recipient_id") or "")))
        except (Refused, Unreachable) as error:
            if sent:  # some of it is with the shopper already
                raise OutcomeUnknown(f"A part of it was not sent: {error.message}") from error
            raise
        shared().write(_memory(api, key), json.dumps(sent), REMEMBERED)
    mid, person = sent[0]
    names = {platform.kind: person} if person else {}
    return Receipt(Outcome.SENT, mid, datetime.now(UTC), thread=person, names=names)


def _sent(api: Graph, key: str) -> Iterator[tuple[str, str]]:
    held: Any = json.loads(shared().read(_memory(api, key)) or "[]")
    yield from ((str(mid), str(person)) for mid, person in held)


def _memory(api: Graph, key: str) -> str:
    return f"meta:sent:{api.account.id}:{key}"
