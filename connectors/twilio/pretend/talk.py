"""What goes between a shop's number and a phone, kept as mails, so that the world's pages show it.

`X-Kind` says what one is where it is more than words: a call, or words that Twilio said by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid

from connectors.events import File
from connectors.mail import mime
from connectors.sandbox.correspondence import letters
from connectors.sandbox.world import Mail, Shop, Shopper, World


def to_shop(
    world: World,
    shop: Shop,
    shopper: Shopper,
    text: str,
    files: tuple[File, ...] = (),
    headers: Mapping[str, str] | None = None,
) -> Mail:
    raw = _mail(world, shop, shopper, text, to_shopper=False, files=files, headers=headers or {})
    return world.deliver_mail(shop.mailbox, raw, written=text)


def to_shopper(
    world: World, shop: Shop, shopper: Shopper, text: str, headers: Mapping[str, str] | None = None
) -> Mail:
    """Not told to the world yet, so that what belongs to it can be noted under its id first."""
    raw = _mail(world, shop, shopper, text, to_shopper=True, headers=headers or {})
    mail = Mail(world.next_id(), shopper.email, "INBOX", raw, world.clock.now())
    world.mails.append(mail)
    return mail


def theirs(world: World, shop: Shop) -> Iterator[tuple[Mail, Shopper]]:
    """What came from phones, oldest first."""
    for mail in world.mails_of(shop.mailbox):
        if shopper := _named(shop, mail, b"From: "):
            yield mail, shopper


def ours(world: World, shop: Shop) -> Iterator[tuple[Mail, Shopper]]:
    sender = f"<{shop.mailbox}>".encode()
    people = {each.email: each for each in shop.shoppers.values()}
    for mail in world.mails:
        if mail.mailbox in people and mail.folder == "INBOX" and sender in mail.raw[:400]:
            yield mail, people[mail.mailbox]


def by_phone(shop: Shop, number: str) -> Shopper | None:
    return next((each for each in shop.shoppers.values() if each.phone == number), None)


def words(mail: Mail) -> str:
    return (mail.written or mime.read(mail.raw).text).strip()


def _named(shop: Shop, mail: Mail, header: bytes) -> Shopper | None:
    line = next((each for each in mail.raw[:600].splitlines() if each.startswith(header)), b"")
    return next((each for each in shop.shoppers.values() if f"<{each.email}>".encode() in line), None)


def _mail(
    world: World,
    shop: Shop,
    shopper: Shopper,
    text: str,
    *,
    to_shopper: bool,
    headers: Mapping[str, str],
    files: tuple[File, ...] = (),
) -> bytes:
    ends = [Address(shopper.name, addr_spec=shopper.email), Address(shop.name, addr_spec=shop.mailbox)]
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = ends[to_shopper], ends[not to_shopper]
    mail["Subject"] = shop.name
    mail["Date"] = world.clock.now()
    mail["Message-ID"] = make_msgid(domain=f"{shop.platform}.example")
    if earlier := letters(world, shop, shopper):
        mail["In-Reply-To"] = f"<{earlier[-1].message_id}>"
    for name, value in headers.items():
        mail[name] = value
    mail.set_content(text)
    for file in files:
        kind, _, detail = file.content_type.partition("/")
        mail.add_attachment(file.content, kind, detail, filename=file.name)
    return mail.as_bytes()
