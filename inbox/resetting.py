"""A channel's clock was set anew."""

from __future__ import annotations

from inbox.models import Channel, Conversation, ConversationState


def reset_clocks(channel: Channel) -> int:
    """When every waiting conversation on it is due; how many there are."""
    rows = list(
        Conversation.objects.filter(
            channel=channel, state=ConversationState.OPEN, waiting_since__isnull=False
        )
        .select_related("organization")
        .only("waiting_since", "organization")
    )
    for row in rows:
        row.channel = channel
        row.due_at = row.due_by(row.waiting_since) if row.waiting_since else None
    Conversation.objects.bulk_update(rows, ["due_at"], batch_size=500)
    return len(rows)
