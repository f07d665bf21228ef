"""Who a visitor is, as far as somebody vouches for it: the shop by a signed token, or they themselves by a code."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from config.tenancy import new_id, scope
from connectors.channels.chat import shopper as tokens
from connectors.channels.chat.shopper import Shopper
from inbox.chat.sessions import VOUCHED, Session
from inbox.models import Channel, Conversation, Identity, Visitor

PROVEN_FOR = timedelta(days=7)  # by a code: as long as a proof holds in a conversation


def vouch(channel: Channel, token: str, before: Session | None) -> Session:
    """The shopper's own thread on any device. What they said before signing in comes along, if they have none yet.

    Raises InvalidSignature.
    """
    shopper = tokens.read(token, (channel.credentials or {}).get("secret", ""))
    with scope(channel.tenant):
        row = _of(channel, shopper, before)
        row.name, row.email = shopper.name or row.name, shopper.email or row.email
        row.proven_until = timezone.now() + timedelta(seconds=VOUCHED) if shopper.email else None
        row.save(update_fields=["name", "email", "proven_until"])
    return Session(row.pk, is_vouched=True)


def _of(channel: Channel, shopper: Shopper, before: Session | None) -> Visitor:
    row: Visitor
    row, is_new = Visitor.objects.get_or_create(
        channel=channel, shopper=shopper.sub, defaults={"pk": new_id()}
    )
    if is_new and before:
        _come_along(channel, before.visitor, row)
    return row


def _come_along(channel: Channel, before: UUID, now: Visitor) -> None:
    """Under another name, so that whoever finds the old session in a shared browser finds nothing behind it."""
    Conversation.objects.filter(channel=channel, thread=before.hex).update(thread=now.pk.hex)
    Identity.objects.filter(space=channel.kind, value=before.hex).update(value=now.pk.hex)
    Visitor.objects.filter(pk=before, channel=channel, shopper=None).delete()


def prove(visitor: UUID, email: str, name: str) -> None:
    """They read mail to that address. In the caller's scope."""
    until = timezone.now() + PROVEN_FOR
    Visitor.objects.filter(pk=visitor).update(email=email, name=name, proven_until=until)


def known(visitor: UUID) -> dict[str, str] | None:
    """What may be said back to them: only what is proven. In the caller's scope."""
    row = Visitor.objects.filter(pk=visitor).first()
    return {"name": row.name, "email": row.email} if row and row.is_proven else None
