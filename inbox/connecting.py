"""Bringing a channel to life: prove the credentials, ask for webhooks, read what is there. Never inside a request."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.urls import reverse

from audit.record import PLATFORM, record
from config.tenancy import scope
from connectors.contract import Capability, Health
from connectors.errors import ConnectorError
from inbox import polling
from inbox.models import Channel, ChannelState


def connect(organization_id: UUID, channel_id: UUID) -> Health:
    """Test the connection; if it stands, subscribe and read for the first time. The channel shows the outcome."""
    with scope(organization_id):
        channel = Channel.objects.select_related("organization").get(pk=channel_id)
        hook = f"{settings.WEBHOOK_URL}{reverse('inbox:hook', args=[channel.organization.slug, channel.pk])}"
    health = _try(channel, hook)
    with scope(organization_id):
        channel.refresh_from_db()
        channel.state = ChannelState.ACTIVE if health.ok else ChannelState.LOST
        channel.problem = "" if health.ok else health.message
        channel.save(update_fields=["state", "problem"])
        record(
            "channel.connected" if health.ok else "channel.refused",
            actor=PLATFORM,
            subject=channel,
            data={"kind": channel.kind},
        )
    if health.ok and channel.can(Capability.POLLING):
        polling.fetch_new(organization_id, channel_id)
    return health


def _try(channel: Channel, hook: str) -> Health:
    connector, account = channel.connector, channel.account()
    try:
        health = connector.check(account)
        if health.ok and Capability.WEBHOOKS in connector.capabilities:
            connector.subscribe(account, hook)
    except ConnectorError as error:
        return Health(False, error.message)
    return health
