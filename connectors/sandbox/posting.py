"""A shopper writes to a shop: as a mail, or in the contact form of the store."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid
from enum import StrEnum
from zoneinfo import ZoneInfo

from connectors.mail import mime
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
    """`order` is a number. An answer to a mail is always a mail."""
    subject = f"{subject} ({order})" if order and order not in f"{subject} {text}" else subject
    mail = _mail(world, shop, shopper, text, subject, answers)
    delivered = world.deliver_mail(shop.mailbox, mail.as_bytes())
    delivered.written = text
    return delivered


def _mail(
    world: World, shop: Shop, shopper: Shopper, text: str, subject: str, answers: Mail | None
) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(shopper.name, addr_spec=shopper.email)
    mail["To"] = Address(addr_spec=shop.mailbox)
    mail["Subject"] = subject or "(no subject)"
    mail["Date"] = world.clock.now().astimezone(ZoneInfo(shopper.home.zone))
    mail["Message-ID"] = make_msgid(domain=shopper.email.partition("@")[2])
    if answers is not None:
        got = mime.read(answers.raw)
        del mail["To"], mail["Subject"]
        mail["To"] = Address(addr_spec=(got.names("Reply-To", "From"))[0].address)
        mail["Subject"] = got.subject if got.subject.lower().startswith("re:") else f"Re: {got.subject}"
        mail["In-Reply-To"] = f"<{got.message_id}>"
        mail["References"] = f"{got.header('References')} <{got.message_id}>".strip()
        text = f"{text}\n\n{_quoted(got, answers, shopper)}"
    mail.set_content(text)
    return mail


def _quoted(got: mime.Mail, mail: Mail, shopper: Shopper) -> str:
    """As mail programs do: who wrote when, and every line with a mark before it."""
    when = mail.at.astimezone(ZoneInfo(shopper.home.zone)).strftime("%a, %b %d, %Y at %I:%M %p")
    sender = got.names("From")[0]
    head = f"On {when} {sender.display} <{sender.address}> wrote:"
    return "\n".join([head, "", *(f"> {line}".rstrip() for line in got.text.splitlines())])
