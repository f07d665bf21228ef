"""Who somebody in the chat is: a token of ours that names a visitor of one channel. No cookie."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core import signing

from config.tenancy import new_id
from inbox.models import Channel

KEPT = 180 * 24 * 3600  # seconds an unknown visitor is remembered by their browser
VOUCHED = 24 * 3600  # seconds for which a shop's word counts


@dataclass(frozen=True)
class Session:
    visitor: UUID
    is_vouched: bool = False  # the shop said who it is


def begin() -> Session:
    return Session(new_id())


def sign(channel: Channel, session: Session) -> str:
    return signing.dumps([session.visitor.hex, int(session.is_vouched)], salt=_salt(channel), compress=True)


def read(channel: Channel, token: str) -> Session | None:
    """None for what is not ours, of another channel, or too old."""
    try:
        visitor, is_vouched = signing.loads(token, salt=_salt(channel), max_age=KEPT)
        if is_vouched:
            signing.loads(token, salt=_salt(channel), max_age=VOUCHED)
        return Session(UUID(hex=visitor), bool(is_vouched))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def _salt(channel: Channel) -> str:
    return f"inbox.chat:{channel.pk.hex}"
