"""What a channel lets nobody write, person or machine: its wording, its lengths, its files, its window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from connectors.contract import Limits
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


def silence(conversation: Conversation) -> str:
    """Why nothing at all can be written here, by nobody; "" where something can."""
    from inbox.models.opt_out import OptOut

    if conversation.limits.spoken:
        return "People call here: nothing can be written. Call back."
    opted_out = OptOut.over(conversation)
    return opted_out.sentence if opted_out else ""


def uphold(
    conversation: Conversation,
    text: str,
    files: Sequence[File] = (),
    *,
    by_person: bool = True,
    approved: bool = False,
) -> None:
    """Raises Forbidden with words for whoever wrote it. `approved`: the platform knows the text and takes it any time."""
    if why := silence(conversation):
        raise Forbidden(f"{conversation.channel}: {why}")
    limits = conversation.limits
    blocking = [each for each in breaches(text, limits) if each.blocks]
    if blocking:
        first = blocking[0]
        place = f"“{text[first.start : first.end][:60]}”: " if first.forbids else ""
        raise Forbidden(f"{conversation.channel}: {place}{first.because}", blocking)
    if problems := file_problems(files, limits):
        raise Forbidden(f"{conversation.channel}: {problems[0]}")
    if not approved and (window := standing(conversation)) and not window.lets(by_person):
        raise Forbidden(f"{conversation.channel}: {window.refusal(by_person)}")


@dataclass(frozen=True)
class Window:
    """Until when this channel takes answers here: anybody's until `anybody`, a person's until `person`. Both None: the
    customer has not written here yet, and one message has gone to them."""

    limits: Limits
    anybody: datetime | None
    person: datetime | None

    def lets(self, by_person: bool) -> bool:
        end = self.person if by_person else self.anybody
        return end is not None and timezone.now() <= end

    @property
    def is_over(self) -> bool:
        return not self.lets(by_person=True)

    @property
    def needs_person(self) -> bool:
        return not self.lets(by_person=False)

    @property
    def allowed(self) -> timedelta | None:
        return self.limits.person_window or self.limits.reply_window

    def refusal(self, by_person: bool) -> str:
        if self.anybody is None:
            return "one private answer went out; you may write again once the customer has answered it."
        allowed = (
            self.limits.person_window if by_person and self.limits.person_window else self.limits.reply_window
        )
        said = f"answers are taken for {span(allowed)} after the customer's last message; that time is over."
        more = self.limits.person_window
        return (
            said
            if by_person or not more
            else f"{said} A person may still answer, up to {span(more)} after it."
        )


def standing(conversation: Conversation) -> Window | None:
    """None where the channel has no such rule, or nobody has written anything yet."""
    limits = conversation.limits
    if limits.reply_window is None:
        return None
    said = conversation.messages.filter(direction="in", automatic=False)
    heard = said.order_by("-created_at", "-id").first()
    if heard is None:
        told = conversation.messages.filter(answered_comment__isnull=False)
        return (
            Window(limits, None, None)
            if told.exclude(send_state__in=["failed", "cancelled"]).exists()
            else None
        )
    last = heard.sent_at or heard.created_at
    anybody = last + limits.reply_window
    return Window(limits, anybody, last + limits.person_window if limits.person_window else anybody)


def span(allowed: timedelta | None) -> str:
    """ "24 hours", "7 days"."""
    hours = int((allowed or timedelta()).total_seconds() // 3600)
    return f"{hours} hours" if hours <= 48 else f"{hours // 24} days"
