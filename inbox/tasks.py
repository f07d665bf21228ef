"""What workers are woken for. Tasks take ids and hold no rules."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

from celery import shared_task

from config.tenancy import TenantTask, scope
from config.wake import until_done
from inbox import (
    backfilling,
    connecting,
    consenting,
    dispatch,
    erasing,
    intake,
    inviting,
    polling,
    reading,
    standing,
)
from inbox.chat import calling, leaving
from inbox.models import Channel, ChannelState, Conversation, Organization


@shared_task(base=TenantTask)
def apply(organization_id: UUID, channel_id: str) -> None:
    """Apply what a channel received and nobody has understood yet."""
    work = partial(intake.drain_batch, organization_id, UUID(channel_id))
    until_done(work, "inbox.tasks.apply", organization_id, channel_id=channel_id)


@shared_task(base=TenantTask)
def deliver(organization_id: UUID, message_id: str) -> None:
    dispatch.deliver(organization_id, UUID(message_id))


@shared_task(base=TenantTask)
def read_files(organization_id: UUID, message_id: str) -> None:
    """The text in what came with a message."""
    reading.read_files(organization_id, UUID(message_id))


@shared_task(base=TenantTask)
def fetch(organization_id: UUID, channel_id: str) -> None:
    """Read what is new on a channel."""
    polling.fetch_new(organization_id, UUID(channel_id))


@shared_task(base=TenantTask)
def fetch_again(organization_id: UUID, refetch_id: str) -> None:
    """Read one object as it is now at its platform."""
    polling.fetch_again(organization_id, UUID(refetch_id))


@shared_task(base=TenantTask)
def track(organization_id: UUID, shipment_id: str, told_at: str) -> None:
    """Something happened around a parcel: ask its carrier, unless it was asked since."""
    polling.track(organization_id, UUID(shipment_id), since=datetime.fromisoformat(told_at))


@shared_task(base=TenantTask)
def follow(organization_id: UUID) -> None:
    polling.follow(organization_id)


@shared_task(base=TenantTask)
def connect(organization_id: UUID, channel_id: str) -> None:
    """Test a channel's connection and bring it to life."""
    connecting.connect(organization_id, UUID(channel_id))


@shared_task(base=TenantTask)
def ask_for_webhooks(organization_id: UUID, channel_id: str) -> None:
    connecting.ask_for_webhooks(organization_id, UUID(channel_id))


@shared_task
def subscribe() -> None:
    """Ask every platform again for the webhooks it may have dropped."""
    for organization in Organization.objects.only("id"):
        with scope(organization.pk):
            active = [c.pk for c in Channel.objects.filter(state=ChannelState.ACTIVE) if c.can("webhooks")]
        for channel_id in active:
            ask_for_webhooks.delay(organization_id=str(organization.pk), channel_id=str(channel_id))


@shared_task(base=TenantTask)
def exchange(organization_id: UUID, channel_id: str) -> None:
    """Turn the consent a seller came back with into a connection."""
    consenting.exchange(organization_id, UUID(channel_id))


@shared_task(base=TenantTask)
def call_person(organization_id: UUID, channel_id: str, visitor: str, key: str) -> None:
    """A shopper in the chat asked for one."""
    calling.call(organization_id, UUID(channel_id), UUID(visitor), key)


@shared_task(base=TenantTask)
def read_past(organization_id: UUID, backfill_id: str) -> None:
    """The next page of a channel's past."""
    backfilling.read_page(organization_id, UUID(backfill_id))


@shared_task(base=TenantTask)
def erase(organization_id: UUID, erasure_id: str) -> None:
    """Forget a customer."""
    erasing.erase(organization_id, UUID(erasure_id))


@shared_task(base=TenantTask)
def send_invitation(organization_id: UUID, invitation_id: str) -> None:
    inviting.send(organization_id, UUID(invitation_id))


@shared_task
def sweep() -> None:
    """Find what nobody was woken for."""
    for organization in Organization.objects.only("id"):
        intake.sweep(organization.pk)
        dispatch.sweep(organization.pk)
        polling.sweep(organization.pk)
        backfilling.sweep(organization.pk)
        erasing.sweep(organization.pk)
        leaving.follow(organization.pk)


@shared_task
def poll() -> None:
    for organization in Organization.objects.only("id"):
        with scope(organization.pk):
            due = [c.pk for c in Channel.objects.filter(state=ChannelState.ACTIVE) if c.can("polling")]
        follow.delay(organization_id=str(organization.pk))
        for channel_id in due:
            fetch.delay(organization_id=str(organization.pk), channel_id=str(channel_id))


@shared_task
def measure() -> None:
    """Have every platform that rates its sellers say how this one does."""
    for organization in Organization.objects.only("id"):
        with scope(organization.pk):
            standing.ask()


@shared_task
def wake() -> None:
    for organization in Organization.objects.only("id"):
        with scope(organization.pk):
            Conversation.wake_due()
