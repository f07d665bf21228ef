"""What went back and forth between one shopper and one shop, as the shopper's mail program would show it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from connectors.mail import mime
from connectors.mail.quoted import split
from connectors.mail.threading import is_of_mailbox, replies_to
from connectors.sandbox.world import Mail, Shop, Shopper, World

_read = lru_cache(maxsize=4000)(mime.read)  # pages ask for the same mails every second


@dataclass(frozen=True)
class Letter:
    """One mail. `received`: the shopper got it; otherwise the shopper wrote it."""

    mail: Mail
    received: bool
    sender: str  # as the mail names them
    sender_address: str
    subject: str
    text: str
    quoted: str
    message_id: str
    replies_to: tuple[str, ...]
    files: tuple[str, ...] = ()
    by_form: bool = False

    @property
    def at(self) -> datetime:
        return self.mail.at


@dataclass
class Thread:
    subject: str
    letters: list[Letter] = field(default_factory=list)  # oldest first


def threads(world: World, shop: Shop, shopper: Shopper) -> list[Thread]:
    """Ordered by their latest letter, the newest thread last."""
    found: list[Thread] = []
    thread_of: dict[str, Thread] = {}
    for each in letters(world, shop, shopper):
        thread = next((thread_of[i] for i in each.replies_to if i in thread_of), None)
        if thread is None:
            thread = Thread("Contact form" if each.by_form else each.subject)
            found.append(thread)
        thread.letters.append(each)
        thread_of[each.message_id] = thread
    return sorted(found, key=lambda t: t.letters[-1].at)


def letters(world: World, shop: Shop, shopper: Shopper) -> list[Letter]:
    """Oldest first."""
    got = [letter(m, True) for m in world.mails_of(shopper.email) if _is_from(_read(m.raw), shop)]
    local = shopper.email.partition("@")[0].encode()  # a relay writes more behind a "+"
    arrived = (mail for mailbox in shop.mailboxes for mail in world.mails_of(mailbox))
    maybe = [mail for mail in arrived if local in mail.raw.lower()]  # reading all of them is slow
    wrote = [letter(m, False) for m in maybe if _wrote(_read(m.raw), shopper)]
    return sorted(got + wrote, key=lambda each: (each.at, each.mail.id))


def _is_from(mail: mime.Mail, shop: Shop) -> bool:
    return mail.sender is not None and any(is_of_mailbox(mail.sender.address, box) for box in shop.mailboxes)


def _wrote(mail: mime.Mail, shopper: Shopper) -> bool:
    """By From, or by Reply-To where a form wrote for the shopper."""
    return any(is_of_mailbox(name.address, shopper.email) for name in mail.names("From", "Reply-To"))


def letter(mail: Mail, received: bool) -> Letter:
    content = _read(mail.raw)
    text, quoted = split(content.text)
    sender = content.sender
    return Letter(
        mail=mail,
        received=received,
        sender=(sender.display or sender.address) if sender else "Unknown",
        sender_address=sender.address if sender else "",
        subject=content.subject,
        text=mail.written or text,
        quoted=quoted if received else "",
        message_id=content.message_id,
        replies_to=replies_to(content),
        files=tuple(file.name for file in content.files),
        by_form=not received and bool(content.names("Reply-To")),
    )
