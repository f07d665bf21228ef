"""What a channel lets nobody write, person or machine: its wording, its lengths, its files, its window."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from connectors.events import File
from connectors.wording import Breach, breaches, file_problems

if TYPE_CHECKING:
    from inbox.models.conversation import Conversation


class Forbidden(Exception):
    """The channel would refuse this, or punish the seller for it. `breaches` say where in the text."""

    def __init__(self, message: str, breaches: Sequence[Breach] = ()) -> None:
        super().__init__(message)
        self.breaches = breaches


class Taken(Forbidden):
    """A person answers here: the machine is silent."""


def keep_silent(conversation: Conversation) -> None:
    """Raises Taken where a person has stepped in. Locks the row, so that nobody steps in before this commits."""
    rows = type(conversation).objects.select_for_update(of=("self",))
    if rows.only("taken_at").get(pk=conversation.pk).taken_at:
        raise Taken("A person has taken this conversation; the machine writes nothing more here.")


def uphold(
    conversation: Conversation, text: str, files: Sequence[File] = (), *, by_person: bool = True
) -> None:
    """Raises Forbidden with words for whoever wrote it."""
    limits = conversation.limits
    blocking = [each for each in breaches(text, limits) if each.blocks]
    if blocking:
        first = blocking[0]
        place = f"“{text[first.start : first.end][:60]}”: " if first.forbids else ""
        raise Forbidden(f"{conversation.channel}: {place}{first.because}", blocking)
    if problems := file_problems(files, limits):
        raise Forbidden(f"{conversation.channel}: {problems[0]}")
    if window := limits.person_window if by_person and limits.person_window else limits.reply_window:
        _uphold_window(conversation, window)


def _uphold_window(conversation: Conversation, window: timedelta) -> None:
    heard = conversation.messages.filter(direction="in").order_by("-created_at", "-id").first()
    if heard and timezone.now() > (heard.sent_at or heard.created_at) + window:
        hours = int(window.total_seconds() // 3600)
        raise Forbidden(
            f"{conversation.channel} takes answers for {hours} hours after the customer's last message; "
            "that time is over."
        )
