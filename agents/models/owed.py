from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from audit.record import MACHINE, PLATFORM, Actor
from inbox.models import OutgoingState
from inbox.models.outgoing import Outgoing


class Ended(models.TextChoices):
    """How it ended at the platform. ACCEPTED is not an end yet; of UNKNOWN a person has to say which it was."""

    ACCEPTED = "accepted", "Accepted, not done yet"
    BY_HAND = "by_hand", "To be done by hand"
    DONE = "done", "Done"
    REFUSED = "refused", "Refused"
    UNKNOWN = "unknown", "Nobody can tell"


class Owed(Outgoing):
    """A wish on its way to a platform, and how it ended there.

    Whoever inherits says what ends with it (`_let_go`) and how it is told (`tell`, `_record`).
    """

    tried_at = models.DateTimeField(null=True, help_text="Just before the platform was asked")
    misses = models.PositiveSmallIntegerField(
        default=0, help_text="Times the platform was read and it was not there"
    )
    external_id = models.CharField(max_length=400, blank=True, help_text="The receipt's")
    sent_at = models.DateTimeField(null=True)
    ended = models.CharField(max_length=8, choices=Ended, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta(Outgoing.Meta):
        abstract = True

    def about_to(self) -> bool:
        """Noted before the platform is asked: from here on it may have happened. False for whoever lost the claim."""
        return self._settle(OutgoingState.SENDING, tried_at=timezone.now())

    def is_mine(self) -> bool:
        """Whether the claim still holds; nobody can take it over until this transaction ends."""
        fresh = type(self)._default_manager.select_for_update().get(pk=self.pk)
        leaving = {OutgoingState.SENDING, OutgoingState.UNCERTAIN}
        return fresh.claimed_at == self.claimed_at and fresh.send_state in leaving

    def try_later(self, problem: str, wait: float | None = None) -> bool:
        """Nothing left, so it begins anew at the next planned try; when those are used up, it is refused. False for
        whoever lost the claim."""
        if not self.retry_later(problem, wait):
            return False
        self._note(tried_at=None, misses=0)
        if self.send_state == OutgoingState.FAILED:
            self.refused(problem)
        return True

    def hold_on(self, problem: str, wait: float) -> None:
        """Something stops it for now; the screens that show it are told once, not at every look."""
        is_news = self.problem != problem
        if self.hold(problem, wait) and is_news:
            self.tell()

    def succeed(self, external_id: str, at: datetime, *, accepted: bool = False) -> bool:
        """Done, or (`accepted`) taken by the platform to be done later. False for whoever lost the claim."""
        if not self.mark_sent(external_id, at):
            return False
        if accepted:
            self._note(ended=Ended.ACCEPTED)
            self._record("action.accepted", PLATFORM, external_id=external_id)
        else:
            self.done(at)
        self.tell()
        return True

    def settle(self, *, done: bool, at: datetime, reason: str = "") -> None:
        """The platform says how what it had accepted ended; the second time it is no news."""
        accepted = type(self)._default_manager.filter(pk=self.pk, ended=Ended.ACCEPTED)
        if not accepted.update(ended=Ended.DONE if done else Ended.REFUSED):
            return
        if done:
            self.done(at)
        else:
            self.refused(reason or "The platform rejected it later.")
        self.tell()

    def done(self, at: datetime) -> None:
        self._note(ended=Ended.DONE, ended_at=at, problem="")
        self._let_go()
        self._record("action.executed", PLATFORM, external_id=self.external_id)

    def refused(self, problem: str) -> None:
        """The platform said no; nothing happened."""
        self._note(problem=problem, ended=Ended.REFUSED, ended_at=timezone.now())
        self._let_go()
        self._record("action.refused", PLATFORM, {"reason": problem})

    def puzzle(self, problem: str) -> None:
        """Nobody can find out by machine whether it happened. What it holds stays held until a person says."""
        self._note(problem=problem, ended=Ended.UNKNOWN)
        self._record("action.uncertain", MACHINE, {"reason": problem})
        self.tell()

    def missed(self) -> int:
        """The platform was read and shows nothing of it; how often by now."""
        self._note(misses=self.misses + 1)
        return self.misses

    def tell(self) -> None:
        raise NotImplementedError

    def _let_go(self) -> None:
        raise NotImplementedError

    def _record(self, kind: str, actor: Actor, personal: dict[str, Any] | None = None, **data: Any) -> None:
        raise NotImplementedError

    def _note(self, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(self, name, value)
        self.save(update_fields=list(changes))
