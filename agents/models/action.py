from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from agents import policy
from agents.actions.kind import NotPossible
from agents.models.action_file import ActionFile, Purpose
from agents.models.approval import Approval, Hold
from agents.models.autonomy import Autonomy
from agents.models.owed import Ended
from agents.models.wished import ActionState, Wished
from agents.verdict import Ruling, Verdict
from audit.record import CLOCK, MACHINE, Actor
from connectors.events import File
from inbox.models import (
    Membership,
    OutgoingState,
    Role,
)
from inbox.rules import Forbidden

if TYPE_CHECKING:
    from agents.rules.history import History
    from connectors.commands import Command


class NotAllowed(Exception):
    """Why somebody's verb was refused, in words for them."""


class Action(Wished):
    """
    proposed ─▶ forbidden
        └─▶ waiting ─▶ approved ─▶ queued ─▶ sending ─▶ done | accepted ─▶ done | refused
              ▲  └─▶ rejected, expired, withdrawn │  └─▶ uncertain ─▶ reconciled
              └────── something changed ──────────┘

    A change at a platform, proposed by a person, the machine or the API. While it moves money it has Holds.
    """

    class Meta(Wished.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount=None) | models.Q(amount__gt=0), name="money_is_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(send_state="") | models.Q(state="approved"),
                name="only_what_is_approved_leaves",
            ),
            models.UniqueConstraint(
                fields=["organization", "send_key"],
                condition=~models.Q(send_key=""),
                name="one_action_per_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "proposed_at", "id"],
                condition=models.Q(state="waiting"),
                name="actions_waiting",
            ),
            models.Index(
                fields=["organization", "send_after"],
                condition=models.Q(send_state__in=["queued", "sending", "uncertain"]),
                name="owed_actions",
            ),
            models.Index(
                fields=["organization", "channel"],
                condition=models.Q(ended="accepted"),
                name="actions_accepted",
            ),
            models.Index(fields=["organization", "order"], name="actions_of_order"),
            models.Index(fields=["organization", "conversation"], name="actions_of_conversation"),
        ]

    # Proposing and deciding

    @classmethod
    def weighed(cls, name: str, wish: dict[str, Any], history: History | None = None, **about: Any) -> Action:
        """As it would be proposed of these very rows, with its verdict; nothing is locked or kept. Raises NotPossible."""
        action = cls(kind=name, **about)
        action._weigh(wish, history)
        return action

    @classmethod
    def propose(
        cls,
        name: str,
        wish: dict[str, Any],
        by: Membership | None = None,
        *,
        reason: str = "",
        history: History | None = None,
        **about: Any,
    ) -> Action:
        """By a person, or (None) the machine. `about` names order, back, dispute, conversation, run, draft.

        Raises NotPossible. What the rules forbid is kept, so that it can be seen, and goes no further. `history` is for
        who has just read it; what it is about is read again, under lock.
        """
        expires = timezone.now() + cls.LIFETIME
        action = cls(kind=name, proposed_by=by, reason=reason, expires_at=expires, **about)
        action._lock_subject()
        action._weigh(wish, history)
        if action.ruling.ruling == Ruling.FORBIDDEN:
            action.state = ActionState.FORBIDDEN
            action.save()
        else:
            action._save_holding()
        action._record(
            "action.proposed", by.actor if by else MACHINE, {"reason": reason, "effect": action.effect}
        )
        if action.what.at_once and action.is_waiting:
            action._release(by)
        action.tell()
        return action

    def approve(self, by: Membership, fingerprint: str) -> None:
        """Have it done, once. `fingerprint` is of what `by` looked at. Raises NotAllowed."""
        self.lock()
        if not self.is_waiting:
            raise NotAllowed(f"This is {self.standing.lower()} already.")
        if timezone.now() > self.expires_at:
            raise NotAllowed("This waited too long and has expired. Propose it anew.")
        if fingerprint != self.fingerprint:
            raise NotAllowed("This was changed since you looked. Look again.")
        if why := self.why_not(by):
            raise NotAllowed(why)
        if self.ruling.waits_for_shopper:
            raise NotAllowed("The shopper has not said yes to this yet. Ask them, or say that they did.")
        Approval.objects.create(action=self, by=by, fingerprint=self.fingerprint)
        self._release(by)
        self._record("action.approved", by.actor, fingerprint=self.fingerprint)

    def allow(self, rule: Autonomy) -> None:
        """An autonomy rule says yes in a person's place. The caller has just proposed it."""
        self.rule = rule
        Approval.objects.create(action=self, rule=str(rule.pk), fingerprint=self.fingerprint)
        self._release()
        self._record("action.allowed", MACHINE, rule=str(rule.pk), fingerprint=self.fingerprint)

    def why_not(self, by: Membership) -> str:
        """Why this person's yes does not count; "" where it does."""
        verdict = self.ruling
        if not verdict.counts(by.role):
            return (
                f"This needs the yes of {'an admin' if verdict.approver == Role.ADMIN else 'a supervisor'}."
            )
        if verdict.by_another and by.pk == self.proposed_by_id:
            return "Somebody other than you has to approve this, since you asked for it."
        return ""

    def reject(self, by: Membership, reason: str) -> None:
        """Raises NotAllowed where it is decided already."""
        self.lock()
        if not self.is_waiting:
            raise NotAllowed(f"This is {self.standing.lower()} already.")
        Approval.objects.create(
            action=self, by=by, fingerprint=self.fingerprint, says_yes=False, reason=reason[:300]
        )
        self._end(ActionState.REJECTED)
        self._record("action.rejected", by.actor, {"reason": reason[:300]})

    def change(self, wish: dict[str, Any], by: Membership) -> None:
        """Ask for something else instead; whatever was approved before no longer counts. Raises NotAllowed, NotPossible."""
        self.lock()
        if not self.is_waiting:
            raise NotAllowed(f"This is {self.standing.lower()} already.")
        before = self.effect
        self.proposed_by, self.proposed_at = by, timezone.now()
        self.expires_at = self.proposed_at + self.LIFETIME
        self.wish = wish
        self._settle_place()
        self._settle_wish(wish)
        verdict = policy.judge(self)
        if verdict.ruling == Ruling.FORBIDDEN:
            raise NotPossible(verdict.because)
        self.verdict, self.changes = verdict.as_json(), []
        Hold.objects.filter(action=self).delete()
        self._save_holding()
        self._record("action.changed", by.actor, {"before": before, "effect": self.effect})
        self.tell()

    def judge_again(self) -> None:
        """Something came in that rules look at: the shopper's yes. The caller holds the lock."""
        verdict = policy.judge(self)
        self._note(verdict=verdict.as_json())
        if verdict.ruling == Ruling.FORBIDDEN:
            self._end(ActionState.FORBIDDEN)
        else:
            self.tell()

    def undo(self, by: Membership) -> bool:
        """Take an approval back, as long as nobody has begun; False where somebody has."""
        self.lock()
        if self.state != ActionState.APPROVED or not self.cancel():
            return False
        self._end(ActionState.APPROVED)
        self._record("action.undone", by.actor)
        return True

    def withdraw(self, by: Actor, words: str) -> bool:
        """Whoever asked for it no longer wants it; False where somebody has begun."""
        self.lock()
        if self.state == ActionState.APPROVED and self.cancel():
            self._end(ActionState.APPROVED)
        elif self.is_waiting:
            self._end(ActionState.WITHDRAWN)
        else:
            return False
        self._record("action.withdrawn", by, {"words": words})
        return True

    def expire(self) -> None:
        self.lock()
        if self.is_waiting:
            self._end(ActionState.EXPIRED)
            self._record("action.expired", CLOCK)

    def forget(self) -> None:
        """The customer was erased: what is not over is taken back, and the words go. What was done stays, as figures."""
        self.lock()
        if self.is_waiting or (self.send_state == OutgoingState.QUEUED and self.cancel()):
            self._end(ActionState.WITHDRAWN if self.is_waiting else ActionState.APPROVED)
        if self.is_over:
            ActionFile.forget(self)
            self._note(wish={}, facts={}, changes=[], verdict={}, effect="", news="", reason="", problem="")

    # Carrying out: called by agents.execute, inside a scope

    def look_again(self) -> bool:
        """After the facts were fetched anew: True where it is still what was approved, and the rules still let it.

        Else it goes back to the approver with the difference, or ends as forbidden or impossible. Somebody who was
        taken over meanwhile changes nothing.
        """
        self._lock_subject()
        if not self.is_mine():
            return False
        approved = self.fingerprint
        before, verdict_before = dict(self.facts), self.ruling
        try:
            self._settle_wish(self.wish)
        except NotPossible as reason:
            return self._give_up(str(reason))
        verdict = policy.judge(self)
        if verdict.ruling == Ruling.FORBIDDEN:
            return self._give_up(verdict.because)
        if self.fingerprint == approved and not verdict.is_stricter_than(verdict_before):
            return True
        self._back_to_approver(before, verdict)
        return False

    def say(self, by: Membership, *, done: bool) -> None:
        """A person looked at the platform, or did it there. Raises NotAllowed."""
        self.lock()
        if self.ended not in {Ended.UNKNOWN, Ended.BY_HAND}:
            raise NotAllowed("There is nothing to say here any more.")
        self._record("action.looked_up", by.actor, done=done)
        if done:
            self.done(timezone.now())
        else:
            self.refused(f"{by} saw at the platform that it did not happen.")
        self.tell()

    def prove(self, file: File, by: Membership) -> ActionFile:
        """Keep what shows that it was done by hand. Raises NotAllowed."""
        if self.state != ActionState.APPROVED or self.ended not in {Ended.UNKNOWN, Ended.BY_HAND, Ended.DONE}:
            raise NotAllowed("There is nothing to prove here.")
        if problem := ActionFile.problem(file):
            raise NotAllowed(problem)
        kept = ActionFile.keep(file, Purpose.PROOF, action=self, by=by)
        self._record("action.proved", by.actor, {"name": kept.name}, file=str(kept.pk), size=kept.size)
        self.tell()
        return kept

    def lock(self) -> None:
        """Nobody else decides about it until this transaction ends; fresh from the database."""
        type(self).objects.select_for_update().get(pk=self.pk)
        self.refresh_from_db()

    # How

    def command(self) -> Command:
        return self.what.command(self)

    def _weigh(self, wish: dict[str, Any], history: History | None) -> None:
        self.wish = wish
        self._settle_place()
        self._settle_wish(wish)
        self.verdict = policy.judge(self, history).as_json()

    def _settle_wish(self, wish: dict[str, Any]) -> None:
        self.wish = json.loads(json.dumps(wish, cls=DjangoJSONEncoder))
        self.what.check(self)
        money = self.what.money(self)
        self.amount, self.currency = (money.amount, money.currency) if money else (None, "")
        self.facts, self.effect = self.what.facts(self), self.what.effect(self)
        self.news = self.what.news(self) if self.conversation else ""

    def _save_holding(self) -> None:
        """Raises NotPossible where another open action moves the same money."""
        try:
            with transaction.atomic():
                self.save()
                Hold.objects.bulk_create(
                    Hold(action=self, order=self.order, line=line) for line in sorted(self.what.holds(self))
                )
                ActionFile.belong_to(self)
        except IntegrityError as clash:
            if "one_open_money_action_per_line" not in str(clash):
                raise
            raise NotPossible(
                "Another open action moves money of the same items. Decide about that one first."
            ) from None

    def _release(self, by: Membership | None = None) -> None:
        """Approved: it is due when the time to undo is over; what is ours alone is done here and now."""
        self._note(state=ActionState.APPROVED, decided_at=timezone.now(), rule=self.rule, changes=[])
        if self.what.is_ours:
            self.what.do(self, by)
            self.done(timezone.now())
        elif self.is_by_hand:
            self._note(ended=Ended.BY_HAND)
        else:
            due = timezone.now() + timedelta(seconds=settings.UNDO_SECONDS)
            self._note(send_state=OutgoingState.QUEUED, send_key=f"action-{self.pk.hex}", send_after=due)
            self.wake()
        self.tell()

    def _back_to_approver(self, before: dict[str, str], verdict: Verdict) -> None:
        changes = [
            {"name": name, "before": before.get(name, ""), "after": self.facts.get(name, "")}
            for name in sorted({*before, *self.facts})
            if before.get(name) != self.facts.get(name)
        ]
        if not changes:
            changes = [{"name": "Rules", "before": "", "after": verdict.because}]
        now = timezone.now()
        self._note(
            state=ActionState.WAITING,
            send_state="",
            send_key="",
            changes=changes,
            verdict=verdict.as_json(),
            facts=self.facts,
            effect=self.effect,
            amount=self.amount,
            currency=self.currency,
            expires_at=now + self.LIFETIME,
        )
        self._record("action.returned", MACHINE, {"changes": changes})
        self.tell()

    def _give_up(self, problem: str) -> bool:
        self.fail(problem)
        self.refused(problem)
        self.tell()
        return False

    def _end(self, state: ActionState) -> None:
        self._note(state=state, ended_at=timezone.now())
        self._let_go()
        self.tell()

    def done(self, at: datetime) -> None:
        super().done(at)
        self.what.note_done(self, at)
        if self.news and self.conversation:
            try:
                self.conversation.reply(
                    self.news, None, key=self.what.news_key(self), news=True, action=str(self.pk)
                )
            except Forbidden as refusal:
                self._note(problem=f"The customer was not told: {refusal}")

    def _let_go(self) -> None:
        """It is over: its money is free for others, and whoever reads the conversation sees how it ended."""
        Hold.objects.filter(action=self).delete()
        if self.ended == Ended.REFUSED and self.conversation:
            self.conversation.reopen(because="action")
