"""Consent in the browser: out to the platform with a state that works once, and back with what a worker exchanges.

The way back is one address for all organizations and kinds, since platforms want it registered letter by letter.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.urls import reverse

from audit.record import PLATFORM, record
from config.sealing import keyring
from config.tenancy import scope
from connectors import oauth
from connectors.contract import Grant, Health
from connectors.errors import ConnectorError, Refused
from inbox import connecting
from inbox.models import Channel, Membership

LASTS = 600  # seconds between leaving for the platform and coming back
_SALT = "inbox.consent"


class NotValid(Exception):
    """What came back is not the answer to a question we asked; the words are for whoever sees the page."""


@dataclass(frozen=True)
class State:
    """What travels through the platform, signed: whose consent for which channel. `once` makes it work once."""

    slug: str
    channel: str
    member: str
    once: str

    @classmethod
    def read(cls, text: str) -> State:
        try:
            return cls(**signing.loads(text, salt=_SALT, max_age=LASTS))
        except signing.SignatureExpired:
            raise NotValid(f"This took longer than {LASTS // 60} minutes, so it no longer counts.") from None
        except signing.BadSignature:
            raise NotValid("This is not the answer to a question that Waybill asked.") from None

    def __str__(self) -> str:
        return signing.dumps(vars(self), salt=_SALT)

    def use(self) -> None:
        if not cache.delete(f"consent:{self.once}"):
            raise NotValid("This answer was used already, and it works only once.")


def redirect_uri() -> str:
    return f"{settings.PUBLIC_URL}{reverse('consent')}"


def begin(channel: Channel, by: Membership) -> str:
    """The platform's consent page, for this member and channel. Raises what the connector raises."""
    state = State(by.organization.slug, channel.pk.hex, by.pk.hex, secrets.token_urlsafe(12))
    url = channel.connector.authorize_url(channel.account(), redirect_uri(), str(state))
    cache.set(f"consent:{state.once}", True, LASTS)
    return url


def come_back(state: State, callback: Mapping[str, str], by: Membership) -> Channel:
    """Hand the answer to a worker. It holds a code worth a token, so it waits sealed, and not with the broker."""
    if by.pk.hex != state.member:
        raise NotValid("Somebody else began this. Begin it yourself, signed in as you are now.")
    channel: Channel | None = Channel.objects.filter(pk=UUID(state.channel)).first()
    if channel is None:
        raise NotValid("The channel it was for is gone.")
    state.use()
    sealed = keyring().encrypt(json.dumps(dict(callback)).encode())
    cache.set(_answer(channel.pk), sealed, connecting.LONGEST_CHECK)
    record("channel.consented", actor=by.actor, subject=channel, data={"kind": channel.kind})
    connecting.hand_over(channel, "inbox.tasks.exchange")
    return channel


def exchange(organization_id: UUID, channel_id: UUID) -> Health | None:
    """The answer becomes credentials, and these are tried. None when another worker has it."""
    sealed = cache.get(_answer(channel_id))
    if sealed is None or not cache.delete(_answer(channel_id)):
        return None
    with scope(organization_id):
        channel = Channel.objects.get(pk=channel_id)
    try:
        callback = json.loads(keyring().decrypt(sealed))
        grant = channel.connector.exchange(channel.account(), callback, redirect_uri())
        with scope(organization_id):
            kept = _keep(channel, grant)
    except ConnectorError as error:
        return _turned_down(organization_id, channel, error)
    finally:
        connecting.tested(channel_id)
    oauth.forget(kept.account())  # a token of the consent before
    connecting.mark_tested(kept.pk)
    return connecting.connect(organization_id, kept.pk)


def _turned_down(organization_id: UUID, channel: Channel, error: ConnectorError) -> Health:
    """What worked before goes on working."""
    words = f"{error.message} Nothing was changed; you can try again."
    with scope(organization_id):
        Channel.objects.filter(pk=channel.pk).update(problem=words)
        record("channel.refused", actor=PLATFORM, subject=channel, data={"kind": channel.kind})
    return Health(False, words)


def _keep(channel: Channel, grant: Grant) -> Channel:
    row: Channel = Channel.objects.select_for_update().get(pk=channel.pk)
    if grant.external_id and grant.external_id.casefold() != row.external_id.casefold():
        row = _renamed(row, grant)
    row.credentials = {**(row.credentials or {}), **grant.credentials}
    row.settings = {**row.settings, **grant.settings}
    if grant.name and row.name == row.connector.label:
        row.name = grant.name[:120]
    row.save(update_fields=["external_id", "name", "credentials", "settings"])
    return row


def _renamed(row: Channel, grant: Grant) -> Channel:
    """The platform says whose account it is. One that is here already is reconnected; no channel changes its account."""
    if row.external_id != row.kind:
        raise Refused(
            f"You agreed for {grant.name or grant.external_id}, and this channel is {row.external_id}. "
            "Connect the other account as a channel of its own."
        )
    there: Channel | None = (
        Channel.objects.select_for_update().filter(kind=row.kind, external_id=grant.external_id).first()
    )
    if there is None:
        row.external_id = grant.external_id
        return row
    there.credentials = {**(there.credentials or {}), **_given(row)}
    there.settings = {**there.settings, **row.settings}
    cache.set(f"moved:{row.pk}", there.pk, 3600)
    row.delete()
    return there


def _given(row: Channel) -> dict[str, str]:
    return {name: value for name, value in (row.credentials or {}).items() if name != "reply_key"}


def moved_to(channel_id: UUID) -> UUID | None:
    """Where a channel went that turned out to be another one's account."""
    found: UUID | None = cache.get(f"moved:{channel_id}")
    return found


def _answer(channel_id: UUID) -> str:
    return f"consented:{channel_id}"
