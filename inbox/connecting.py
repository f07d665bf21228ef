"""Bringing a channel to life: prove the credentials, ask for webhooks, read what is there. Never inside a request."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from audit.record import MACHINE, PLATFORM, record
from config.tenancy import scope
from config.wake import wake
from connectors.contract import Account, Capability, Connector, Health
from connectors.errors import AuthorizationLost, ConnectorError
from inbox import backfilling, polling, standing, templating
from inbox.models import Channel, ChannelState, Membership, Message

LONGEST_CHECK = 120  # seconds after which a screen stops waiting for a worker
SAID_FOR = 86_400  # seconds


def begin(
    connector: Connector, values: Mapping[str, str], by: Membership, *, consents: bool = False
) -> Channel:
    """What an admin entered, by the names of the connect form: kept, paused, and given to a worker.

    The same account again is a reconnection; a secret left empty stays as it was, anything else is emptied. With `consents`, what was entered is
    not yet enough: the admin goes on to the platform (inbox.consenting), and the test comes after.
    """
    secret = {field.name for field in connector.connect_form if field.secret}
    external_id = values.get("external_id") or _own_name(connector, by)
    channel, is_new = Channel.objects.get_or_create(
        kind=connector.kind,
        external_id=external_id,
        defaults={"name": connector.label, "state": ChannelState.PAUSED, "credentials": {}},
    )
    given = {name: value for name, value in values.items() if value and name != "external_id"}
    channel.credentials = {**(channel.credentials or {}), **{n: v for n, v in given.items() if n in secret}}
    emptied = {name for name, value in values.items() if not value}
    kept = {name: value for name, value in channel.settings.items() if name not in emptied}
    channel.settings = {**kept, **{n: v for n, v in given.items() if n not in secret}}
    channel.save(update_fields=["credentials", "settings"])
    kind = "channel.added" if is_new else "channel.changed"
    record(kind, actor=by.actor, subject=channel, data={"kind": channel.kind, "account": external_id})
    if not consents:
        test(channel)
    elif channel.state != ChannelState.ACTIVE:
        channel.problem = f"One step is left: agree at {connector.label}."
        channel.save(update_fields=["problem"])
    return channel


def _own_name(connector: Connector, by: Membership) -> str:
    """Of a channel without an account elsewhere. A widget's is public, and leads to the organization it is of."""
    if Capability.WIDGET in connector.capabilities:
        return f"{by.organization.slug}-{secrets.token_hex(8)}"
    return connector.kind


def test(channel: Channel) -> None:
    """Have a worker connect it after commit; until it has, `is_tested` is true."""
    hand_over(channel, "inbox.tasks.connect")


def hand_over(channel: Channel, task: str) -> None:
    mark_tested(channel.pk)
    wake(task, channel.tenant, channel_id=channel.pk)


def mark_tested(channel_id: UUID) -> None:
    cache.set(f"connecting:{channel_id}", True, LONGEST_CHECK)


def is_tested(channel_id: UUID) -> bool:
    return bool(cache.get(f"connecting:{channel_id}"))


def tested(channel_id: UUID) -> None:
    cache.delete(f"connecting:{channel_id}")


def said(channel_id: UUID) -> str:
    """What the platform said to the last test that went well."""
    return str(cache.get(f"said:{channel_id}", ""))


def connect(organization_id: UUID, channel_id: UUID) -> Health:
    """Test the connection; if it stands, subscribe and read for the first time. The channel shows the outcome."""
    with scope(organization_id):
        channel = Channel.objects.select_related("organization").get(pk=channel_id)
    try:
        health = _try(channel)
        with scope(organization_id):
            _show(channel, health)
    finally:
        tested(channel_id)
    if health.ok:
        _set_going(organization_id, channel)
    return health


def _show(channel: Channel, health: Health) -> None:
    """A platform that does not answer just now takes nobody's connection away."""
    channel.refresh_from_db()
    if health.ok:
        if channel.cursor is None and channel.last_delivery_at is None:
            channel.connected_at = timezone.now()
        channel.state = ChannelState.ACTIVE
        cache.set(f"said:{channel.pk}", health.message, SAID_FOR)
    elif not health.passing:
        channel.state = ChannelState.LOST
    channel.problem = "" if health.ok else health.message
    channel.save(update_fields=["state", "problem", "connected_at"])
    kind = "channel.connected" if health.ok else "channel.refused"
    record(kind, actor=PLATFORM, subject=channel, data={"kind": channel.kind})


def _set_going(organization_id: UUID, channel: Channel) -> None:
    """What waited for the connection goes out, and what is there comes in."""
    with scope(organization_id):
        Message.release(channel)
        backfilling.start(channel)
        standing.ask(channel)
        templating.ask(channel)
    if channel.can(Capability.POLLING):
        polling.fetch_new(organization_id, channel.pk)


def ask_for_webhooks(organization_id: UUID, channel_id: UUID) -> None:
    """Again, now and then: platforms drop what failed for some hours, and asking twice changes nothing."""
    with scope(organization_id):
        channel = (
            Channel.objects.select_related("organization")
            .filter(pk=channel_id, state=ChannelState.ACTIVE)
            .first()
        )
    if channel is None or not channel.can(Capability.WEBHOOKS):
        return
    try:
        missing = channel.connector.subscribe(channel.account(), _hook(channel))
    except ConnectorError as error:
        with scope(organization_id):
            if isinstance(error, AuthorizationLost):
                channel.lose(error.message)
            else:
                Channel.objects.filter(pk=channel_id).update(problem=error.message)
        return
    if missing:
        with scope(organization_id):
            record("channel.subscribed", actor=MACHINE, subject=channel, data={"missing": list(missing)})


def _hook(channel: Channel) -> str:
    if channel.can(Capability.SHARED_DOOR):
        return (
            f"{settings.WEBHOOK_URL}{reverse('inbox:door', args=[channel.organization.slug, channel.kind])}"
        )
    return f"{settings.WEBHOOK_URL}{reverse('inbox:hook', args=[channel.organization.slug, channel.pk])}"


def _try(channel: Channel) -> Health:
    connector, account = channel.connector, channel.account()
    try:
        health = connector.check(account)
        if health.ok and Capability.WEBHOOKS in connector.capabilities:
            health = _listening(channel, account, health)
    except ConnectorError as error:
        return Health(False, error.message, passing=not error.permanent)
    return health


def _listening(channel: Channel, account: Account, health: Health) -> Health:
    """Where news can be looked for as well, webhooks that cannot be had now take nobody's connection away; they are
    asked for again. Until then it says so."""
    try:
        channel.connector.subscribe(account, _hook(channel))
    except AuthorizationLost:
        raise
    except ConnectorError as error:
        if not channel.can(Capability.POLLING):
            raise
        return Health(
            True, f"{health.message} News is looked for every few minutes, because: {error.message}"
        )
    return health
