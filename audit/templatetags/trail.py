"""Events in words a person reads."""

from __future__ import annotations

import json
from typing import Any

from django import template

from audit.models import ActorKind, AuditEvent

register = template.Library()

ACTORS = {
    ActorKind.MACHINE: "Waybill",
    ActorKind.CUSTOMER: "The customer",
    ActorKind.PLATFORM: "The platform",
    ActorKind.CLOCK: "The clock",
    ActorKind.MEMBER: "A member",
}

# Only where "{who} {verb} the {noun}" would not be said that way.
SENTENCES = {
    "message.received": "{who} wrote",
    "message.imported": "{who} had written before",
    "backfill.begun": "{who} began to read the channel’s past",
    "backfill.finished": "{who} has read the channel’s past",
    "backfill.stopped": "{who} stopped reading the channel’s past",
    "backfill.resumed": "{who} went on reading the channel’s past",
    "message.queued": "{who} answered",
    "message.sent": "{who} took the answer",
    "message.failed": "{who} refused the answer",
    "message.uncertain": "{who} did not say whether the answer arrived",
    "message.reconciled": "{who} looked whether the answer had arrived",
    "message.bounced": "{who} sent the answer back",
    "message.written_elsewhere": "{who} shows an answer given outside Waybill",
    "message.unplaced": "{who} shows an answer to a shopper nobody knows here",
    "conversation.sorted": "{who} said that no customer wrote this: it is a notice",
    "notice.received": "{who} told something",
    "notice.sorted": "{who} said that a customer wrote this notice",
    "return.changed": "{who} told of a return",
    "dispute.opened": "{who} told of a new dispute",
    "dispute.changed": "{who} told of a change in a dispute",
    "performance.reported": "{who} rates the seller differently now",
    "command.settled": "{who} said how something we asked for ended",
    "conversation.handed_over": "{who} handed the conversation over to a person",
    "conversation.prioritized": "{who} set the priority",
    "handoff_rule.made": "{who} made a hand-off rule",
    "handoff_rule.changed": "{who} changed a hand-off rule",
    "handoff_rule.moved": "{who} moved a hand-off rule",
    "handoff_rule.switched": "{who} switched a hand-off rule",
    "handoff_rule.deleted": "{who} deleted a hand-off rule",
    "handoff_rule.restored": "{who} brought a hand-off rule back",
    "message.cancelled": "{who} took the answer back",
    "note.written": "{who} noted",
    "delivery.failed": "{who} sent something that could not be read",
    "channel.consented": "{who} agreed at the platform to connect the channel",
    "channel.subscribed": "{who} asked again for webhooks the platform had dropped",
    "channel.lost": "{who} let the channel go; it must be connected again",
    "draft.made": "{who} drafted an answer",
    "intent.corrected": "{who} said what the customer wants",
    "intent.restored": "{who} took back what the customer was said to want",
    "action.proposed": "{who} proposed something to be done",
    "action.approved": "{who} approved what was proposed",
    "action.allowed": "{who} approved what was proposed, by a rule",
    "action.rejected": "{who} turned down what was proposed",
    "action.changed": "{who} changed what was proposed",
    "action.returned": "{who} found that something had changed, and asked for approval again",
    "action.expired": "What was proposed expired undecided",
    "action.undone": "{who} took the approval back",
    "action.accepted": "{who} accepted what was asked for",
    "action.executed": "{who} did what was asked for",
    "action.refused": "{who} refused what was asked for",
    "action.uncertain": "{who} does not know whether it was done",
    "action.reconciled": "{who} looked whether it had been done",
    "action.looked_up": "{who} said how it ended",
    "customer.renamed": "{who} told that the customer has another name there now",
    "templates.read": "{who} told of its templates anew",
    "customer.erased": "{who} erased the customer’s words",
}


@register.filter
def who(event: AuditEvent) -> str:
    return (event.personal or {}).get("name") or event.actor_label or ACTORS[ActorKind(event.actor_kind)]


@register.filter
def sentence(event: AuditEvent) -> str:
    """ "Bob closed the conversation"."""
    noun, _, verb = event.kind.partition(".")
    usual = "{who} " + f"{verb} the {noun}".replace("_", " ")
    return SENTENCES.get(event.kind, usual).format(who=who(event))


@register.filter
def actor(event: AuditEvent) -> str:
    """What the filter is asked for, to see only what this one did."""
    return f"{event.actor_kind}:{event.actor_id}" if event.actor_id else event.actor_kind


@register.filter
def is_erased(event: AuditEvent) -> bool:
    """Words were said, and nobody can read them any more."""
    return bool(event.data.get("erased")) or (event.sealed is not None and event.personal is None)


@register.filter
def facts(content: dict[str, Any] | None) -> list[tuple[str, str]]:
    """Name and value, as a list of details shows them."""
    return [
        (name.replace("_", " "), _shown(value))
        for name, value in (content or {}).items()
        if value not in (None, "")
    ]


@register.filter
def other_facts(personal: dict[str, Any] | None) -> list[tuple[str, str]]:
    """What is personal beside the words themselves."""
    return facts({name: value for name, value in (personal or {}).items() if name not in {"text", "name"}})


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)
