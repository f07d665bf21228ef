"""Somebody rang."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connectors.events.messages import File, Party


class CallState(StrEnum):
    """In the order in which a call goes on; it never steps back."""

    RINGING = "ringing"
    MISSED = "missed"
    VOICEMAIL = "voicemail"  # nobody picked up; the caller said something
    ANSWERED = "answered"


@dataclass(frozen=True)
class CallChanged:
    """A call as far as it is known, told again whenever more is: what is empty here is not known, and takes nothing
    away. `ours`: the seller rang the shopper."""

    external_id: str
    shopper: Party
    state: CallState
    started_at: datetime  # aware
    thread: str
    ours: bool = False
    seconds: int | None = None  # None while it goes on
    transcript: str = ""
    recording: File | None = None
