"""A shopper writes to a shop: as a mail, or in the contact form of the store."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid
from enum import StrEnum
from zoneinfo import ZoneInfo

from connectors.mail import mime
from connectors.mail.threading import is_of_mailbox
from connectors.sandbox import discover
from connectors.sandbox.world import Mail, Shop, Shopper, World


class Channel(StrEnum):
    EMAIL = "email"
    CONTACT_FORM = "contact_form"


def write(
    world: World,
    shop: Shop,
    shopper: Shopper,
    channel: Channel,
    text: str,
    subject: str = "",
    order: str = "",
    answers: Mail | None = None,
) -> Mail:
    """Delivers to the shop's mailbox. `order` is a number.

    A marketplace says itself how its shoppers write. Elsewhere an answer to a mail is always a mail: it names what
    it answers, quotes it, and goes where that asks.
    A contact form has no subject; the store's platform writes one.
    """
    platform = discover.modules()[shop.platform]
    if hasattr(platform, "write"):
        sent: Mail = platform.write(world, shop, shopper, text, subject, order, answers)
        return sent
    if channel is Channel.CONTACT_FORM and answers is None:
        mailbox = shop.form_mailbox or shop.mailbox
        raw = platform.contact_form(shop, shopper, text, world.clock.now(), order)
    else:
        mail = _mail(world, shop, shopper, text, _subject(subject, text, order), answers)
        mailbox, raw = _box_of(shop, mail), mail.as_bytes()
    return world.deliver_mail(mailbox, raw, written=text)


def _box_of(shop: Shop, mail: EmailMessage) -> str:
    """Where a mail to one of a shop's addresses, "+" and all, ends."""
    to = mail["To"].addresses[0].addr_spec
    return next((box for box in shop.mailboxes if is_of_mailbox(to, box)), shop.mailbox)


def _subject(subject: str, text: str, order: str) -> str:
    """People name their order once."""
    return f"{subject} ({order})".strip() if order and order not in f"{subject} {text}" else subject


def _mail(
    world: World, shop: Shop, shopper: Shopper, text: str, subject: str, answers: Mail | None
) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(shopper.name, addr_spec=shopper.email)
    mail["Date"] = world.clock.now().astimezone(ZoneInfo(shopper.home.zone))
    mail["Message-ID"] = make_msgid(domain=f"phone.{shopper.email.partition('@')[2]}")
    if answers is None:
        mail["To"] = Address(addr_spec=shop.mailbox)
        mail["Subject"] = subject or "(no subject)"
        mail.set_content(text)
    else:
        got = mime.read(answers.raw)
        mail["To"] = Address(addr_spec=got.names("Reply-To", "From")[0].address)
        mail["Subject"] = got.subject if got.subject.lower().startswith("re:") else f"Re: {got.subject}"
        mail["In-Reply-To"] = f"<{got.message_id}>"
        earlier = mime.message_ids(got.header("References"))
        mail["References"] = " ".join(f"<{each}>" for each in [*earlier, got.message_id])
        mail.set_content(f"{text}\n\n{_quoted(got, answers, shopper)}")
    return mail


def _quoted(got: mime.Mail, mail: Mail, shopper: Shopper) -> str:
    """As mail programs do: who wrote when, and every line with a mark before it."""
    when = mail.at.astimezone(ZoneInfo(shopper.home.zone)).strftime("%a, %b %d, %Y at %I:%M %p")
    sender = got.names("From")[0]
    head = f"On {when} {sender.display} <{sender.address}> wrote:"
    return "\n".join([head, "", *(f"> {line}".rstrip() for line in got.text.splitlines())])
