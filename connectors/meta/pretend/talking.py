"""Direct messages over the world's mail: what people write to an account and what it answers, by Meta's rules."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid

from connectors.mail import mime
from connectors.meta.pretend.answers import (
    Json,
    Refusal,
    comment,
    listed,
    mid,
    no_such,
    person,
    person_id,
    written,
)
from connectors.sandbox.correspondence import Letter, letters
from connectors.sandbox.world import Mail, Shop, Shopper, World

DAY, WEEK = timedelta(hours=24), timedelta(days=7)
CLOSED = {"facebook": 2018278, "instagram": 2534022}
METADATA = "X-Metadata"


@dataclass
class Talking:
    world: World
    uploads: dict[str, tuple[str, bytes, str]] = field(default_factory=dict)  # name, content, content type

    def upload(self, shop: Shop, fields: Json, file: tuple[str, bytes, str]) -> Json:
        wanted = json.loads(fields["message"])["attachment"]["type"]
        if wanted not in ("image", "video", "audio", "file"):
            raise Refusal(100, "Invalid attachment type.")
        number = str(self.world.next_id())
        self.uploads[number] = file
        return {"attachment_id": number}

    def send(self, shop: Shop, body: Json) -> Json:
        to, said = body.get("recipient") or {}, body.get("message") or {}
        text = str(said.get("text") or "")
        _fits(shop, text)
        shopper = (
            self._answered(shop, str(to["comment_id"])) if "comment_id" in to else self._open(shop, body, to)
        )
        file = self.uploads.get(
            str(((said.get("attachment") or {}).get("payload") or {}).get("attachment_id"))
        )
        if not text and file is None:
            raise Refusal(100, "The message is empty.")
        mail = self.world.deliver_mail(
            shopper.email,
            letter_of(
                shop, shopper, text, to_shopper=True, file=file, metadata=str(said.get("metadata") or "")
            ),
        )
        return {"recipient_id": person_id(shop, shopper), "message_id": mid(mail)}

    def _open(self, shop: Shop, body: Json, to: Json) -> Shopper:
        """Who may be written to now: within a day, or for a week with the one tag that is left."""
        shopper = person(shop, str(to.get("id")))
        if shopper is None:
            raise Refusal(100, "No matching user found.", 2018001)
        tag = body.get("tag")
        if body.get("messaging_type") == "MESSAGE_TAG" and tag != "HUMAN_AGENT":
            raise Refusal(100, "This tag has ended.")
        heard = [each.at for each in letters(self.world, shop, shopper) if not each.received]
        since = self.world.clock.now() - max(heard) if heard else None
        if since is None or since > (WEEK if tag == "HUMAN_AGENT" else DAY):
            raise Refusal(10, "This message is sent outside of allowed window.", CLOSED[shop.platform])
        return shopper

    def _answered(self, shop: Shop, number: str) -> Shopper:
        found = comment(shop, number)
        if found is None or found[1].shopper_id not in shop.shoppers:
            raise no_such(number)
        said = found[1]
        if said.answered:
            raise Refusal(10900, "Activity already replied to")
        if self.world.clock.now() - said.at > WEEK:
            raise Refusal(10, "This message is sent outside of allowed window.", CLOSED[shop.platform])
        said.answered = True
        return shop.shoppers[said.shopper_id]

    def threads(self, shop: Shop, query: Json) -> Json:
        wanted = query.get("user_id")
        people = [each for each in shop.shoppers.values() if wanted in (None, person_id(shop, each))]
        found = [(letters(self.world, shop, each), each) for each in people]
        said = sorted(
            ((talk, each) for talk, each in found if talk), key=lambda pair: pair[0][-1].at, reverse=True
        )
        return listed([self._thread(shop, each, talk) for talk, each in said], query)

    def _thread(self, shop: Shop, shopper: Shopper, talk: list[Letter]) -> Json:
        return {
            "id": f"t_{shopper.id}",
            "updated_time": written(talk[-1].at),
            "participants": {"data": [named(shop, shopper), {"name": shop.name, "id": shop.seller_id}]},
            "can_reply": True,
            "messages": {"data": [self.message(shop, shopper, each) for each in reversed(talk)]},
        }

    def message(self, shop: Shop, shopper: Shopper, said: Letter) -> Json:
        own = {"name": shop.name, "id": shop.seller_id}
        ends = (own, named(shop, shopper)) if said.received else (named(shop, shopper), own)
        content = mime.read(said.mail.raw)
        files = [
            {
                "id": f"{said.mail.id}-{n}",
                "mime_type": each.content_type,
                "name": each.name,
                **_data(shop, said.mail, n, each.content_type),
            }
            for n, each in enumerate(content.files)
        ]
        return {
            "id": mid(said.mail),
            "created_time": written(said.at),
            "from": ends[0],
            "to": {"data": [ends[1]]},
            "message": said.text,
            **({"attachments": {"data": files}} if files else {}),
        }

    def file(self, mail_id: int, place: int) -> tuple[bytes, str] | None:
        for mail in self.world.mails:
            if mail.id == mail_id:
                files = mime.read(mail.raw).files
                return (files[place].content, files[place].content_type) if place < len(files) else None
        return None


def named(shop: Shop, shopper: Shopper) -> Json:
    if shop.platform == "instagram":
        return {"username": shopper.handle, "id": person_id(shop, shopper)}
    return {"name": shopper.name, "id": person_id(shop, shopper)}


def profile(shop: Shop, shopper: Shopper) -> Json:
    number = {"id": person_id(shop, shopper)}
    if shop.platform == "instagram":
        return {"name": shopper.name, "username": shopper.handle, **number}
    return {"first_name": shopper.first_name, "last_name": shopper.last_name, **number}


def _fits(shop: Shop, text: str) -> None:
    too_long = len(text.encode()) > 1000 if shop.platform == "instagram" else len(text) > 2000
    if too_long:
        raise Refusal(100, "Length of param message[text] must be less than or equal to the limit", 2018109)


def file_url(shop: Shop, mail: Mail, place: int) -> str:
    return f"{shop.keys.get('base_url', '')}/cdn/{mail.id}/{place}.jpg"


def _data(shop: Shop, mail: Mail, place: int, content_type: str) -> Json:
    url = file_url(shop, mail, place)
    return {"image_data": {"url": url}} if content_type.startswith("image/") else {"file_url": url}


def letter_of(
    shop: Shop,
    shopper: Shopper,
    text: str,
    *,
    to_shopper: bool,
    file: tuple[str, bytes, str] | None = None,
    metadata: str = "",
) -> bytes:
    """A mail from one to the other, as the world's pages show it."""
    ends = [Address(shopper.name, addr_spec=shopper.email), Address(shop.name, addr_spec=shop.mailbox)]
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = ends[to_shopper], ends[not to_shopper]
    mail["Subject"] = f"A message on {shop.platform.capitalize()}"
    mail["Message-ID"] = make_msgid(domain=f"{shop.platform}.example")
    if metadata:
        mail[METADATA] = metadata
    mail.set_content(text)
    if file:
        main, _, sub = file[2].partition("/")
        mail.add_attachment(file[1], maintype=main, subtype=sub or "octet-stream", filename=file[0])
    return mail.as_bytes()
