"""What a shopper has seen of ours."""

from __future__ import annotations

from config.tenancy import scope
from connectors.events import MessageProgressed, Progress
from inbox import progressing
from inbox.chat import showing
from inbox.chat.door import Caller


def seen(caller: Caller, cursor: str) -> None:
    """Everything up to a cursor they were given. A word that makes no sense means nothing."""
    at = showing.moment(cursor)
    if at is None:
        return
    event = MessageProgressed(Progress.READ, at, thread=caller.known.visitor.hex)
    with scope(caller.channel.tenant):
        progressing.progressed(caller.channel, event)
