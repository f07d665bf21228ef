"""Messages between shoppers and a number, kept as the world's mail, so that its pages show them."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from connectors.channels.whatsapp.pretend.accounts import addressed
from connectors.channels.whatsapp.pretend.answers import Json, Refusal
from connectors.channels.whatsapp.pretend.templates import shown
from connectors.mail import mime
from connectors.sandbox.correspondence import letters
from connectors.sandbox.world import Mail, Shop, Shopper, World

LONGEST_TEXT, LONGEST_CAPTION = 4096, 1024
WINDOW = timedelta(hours=24)
KEY = "X-Callback-Data"  # what the sender gave along
TYPES = {"text", "image", "video", "audio", "document", "sticker", "template"}


@dataclass(frozen=True)
class Media:
    name: str
    content_type: str
    content: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Unsent:
    """It was taken, and could not be delivered after all."""

    shop: Shop
    shopper: Shopper
    wamid: str
    key: str
    code: int
    title: str


def send(world: World, shop: Shop, body: Json, media: dict[str, Media]) -> str:
    """The message's id. What is not delivered is told later, by a status. Raises Refusal."""
    if body.get("messaging_product") != "whatsapp":
        raise Refusal(100, "The parameter messaging_product is required.")
    kind = str(body.get("type") or "text")
    if kind not in TYPES:
        raise Refusal(131051, "Message type is not currently supported.")
    text, file = _content(shop, kind, body, media)
    key, shopper = str(body.get("biz_opaque_callback_data") or ""), addressed(shop, body)
    if shopper is None:
        raise Refusal(131026, "Message undeliverable.")
    if kind != "template" and not is_open(world, shop, shopper):
        lost = f"wamid.{base64.b64encode(f'lost {world.next_id()}'.encode()).decode()}"
        late = "Message failed to send because more than 24 hours have passed since the customer last replied"
        world.changed("whatsapp unsent", Unsent(shop, shopper, lost, key, 131047, late))
        return lost
    mail = world.deliver_mail(shopper.email, raw(world, shop, shopper, text, file, key=key, to_shopper=True))
    return wamid(mail)


def _content(shop: Shop, kind: str, body: Json, media: dict[str, Media]) -> tuple[str, Media | None]:
    if kind == "template":
        return shown(shop, body["template"]), None
    held = body.get(kind) or {}
    text = str(held.get("body") or held.get("caption") or "")
    if len(text) > (LONGEST_TEXT if kind == "text" else LONGEST_CAPTION):
        raise Refusal(100, "Param text is too long.")
    if kind == "text":
        if not text:
            raise Refusal(131008, "Required parameter is missing: text body")
        return text, None
    file = media.get(str(held.get("id")))
    if file is None:
        raise Refusal(131053, "Media upload error: there is no such media.")
    return text, file


def is_open(world: World, shop: Shop, shopper: Shopper) -> bool:
    """Whether they wrote within the last 24 hours."""
    wrote = [each.at for each in letters(world, shop, shopper) if not each.received]
    return bool(wrote) and world.clock.now() - max(wrote) < WINDOW


def raw(
    world: World,
    shop: Shop,
    shopper: Shopper,
    text: str,
    file: Media | None = None,
    *,
    key: str = "",
    at: datetime | None = None,
    to_shopper: bool = False,
) -> bytes:
    """One message of the chat, as the world's pages read it."""
    ends = [Address(shopper.name, addr_spec=shopper.email), Address(shop.name, addr_spec=shop.mailbox)]
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = ends[to_shopper], ends[not to_shopper]
    mail["Subject"] = f"WhatsApp with {shop.name}"
    mail["Message-ID"] = f"<{world.next_id()}@chat.whatsapp.example>"
    if before := letters(world, shop, shopper):
        mail["In-Reply-To"] = f"<{before[-1].message_id}>"
    if key:
        mail[KEY] = key
    if at:
        mail["Date"] = at
    mail.set_content(text)
    if file:
        main, _, sub = file.content_type.partition("/")
        mail.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    return mail.as_bytes()


def write(
    world: World, shop: Shop, shopper: Shopper, text: str, subject: str, order: str, answers: Mail | None
) -> Mail:
    """Chats have no subjects; who writes about an order names it."""
    said = f"{text} (order {order})" if order and order not in text else text
    return world.deliver_mail(shop.mailbox, raw(world, shop, shopper, said), written=said)


def wamid(mail: Mail) -> str:
    return f"wamid.{base64.b64encode(str(mail.id).encode()).decode()}"


def mail_of(world: World, name: str) -> Mail | None:
    try:
        number = int(base64.b64decode(name.removeprefix("wamid."), validate=True))
    except (ValueError, binascii.Error):
        return None
    return next((each for each in world.mails if each.id == number), None)


def media_of(world: World, shop: Shop) -> Iterator[tuple[str, Media]]:
    """By id: what shoppers sent."""
    for mail in world.mails_of(shop.mailbox):
        for place, file in enumerate(mime.read(mail.raw).files):
            yield f"{mail.id}{place:02d}", Media(file.name, file.content_type, file.content)
