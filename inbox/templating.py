"""Templates: what is known of them, and sending one where nothing else may be sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from audit.record import PLATFORM, record
from connectors.contract import Capability
from connectors.events import TemplatesRead
from inbox.models import Channel, Conversation, Membership, Message, MessageTemplate, Refetch
from inbox.rules import Forbidden

FRESH = timedelta(hours=1)  # approvals change by themselves, and a webhook may be lost


def read(channel: Channel, event: TemplatesRead) -> None:
    before = dict(MessageTemplate.objects.filter(channel=channel).values_list("external_id", "approval"))
    if not MessageTemplate.keep(channel, event):
        return
    now = {each.external_id: each.approval.value for each in event.templates}
    changed = {name: state for name, state in now.items() if before.get(name) != state}
    if changed or before.keys() - now.keys():
        record(
            "templates.read", actor=PLATFORM, subject=channel, data={"changed": changed, "count": len(now)}
        )


def ask(channel: Channel) -> None:
    """Have them read again."""
    if channel.can(Capability.TEMPLATES):
        Refetch.ask(channel, "templates", channel.external_id)


def look(channel: Channel) -> None:
    """Somebody wants to send one: have them read, unless they were lately or are being."""
    rows = MessageTemplate.objects.filter(channel=channel, read_at__gte=timezone.now() - FRESH)
    asked = Refetch.objects.filter(channel=channel, kind="templates", external_id=channel.external_id)
    if not rows.exists() and not asked.exists():
        ask(channel)


def send(
    conversation: Conversation, template: MessageTemplate, values: Mapping[str, str], by: Membership, key: str
) -> Message:
    """On the road every answer takes. Raises Forbidden for what the platform would refuse."""
    if template.channel_id != conversation.channel_id or not template.can_be_sent:
        raise Forbidden(f"{template} cannot be sent here.")
    filled = template.filled(values)
    shown = template.shown(filled.values)
    if shown.missing:
        raise Forbidden("Something is still to be filled in.")
    return conversation.reply(shown.text, by, key=key, template=filled, template_id=str(template.pk))
