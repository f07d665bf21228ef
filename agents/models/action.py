from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from agents import actions, policy
from agents.actions.kind import Kind, NotPossible
from agents.models.approval import Approval, Hold
from agents.models.draft import Draft
from agents.models.owed import Ended, Owed
from agents.models.run import Run
from agents.verdict import Ruling, Verdict
from audit.record import CLOCK, MACHINE, Actor, record
from config.wake import wake
from connectors.contract import Money
from inbox.models import (
    Channel,
    Conversation,
    Customer,
    Dispute,
    Membership,
    Order,
    OutgoingState,
    Return,
    Role,
)
from inbox.models.order import money as amount_field
from inbox.rules import Forbidden

if TYPE_CHECKING:
    from connectors.commands import Command


class ActionState(models.TextChoices):
    """What people decided. What became of it at the platform is `send_state` and `ended`."""

    WAITING = "waiting", "To approve"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Turned down"
    FORBIDDEN = "forbidden", "Against the rules"
    EXPIRED = "expired", "Expired"
    WITHDRAWN = "withdrawn", "Taken back"


ROLES = [Role.AGENT, Role.SUPERVISOR, Role.ADMIN]  # each may what those before it may


class NotAllowed(Exception):
    """Why somebody's verb was refused, in words for them."""


class Action(Owed):
    """
    proposed ─▶ forbidden
        └─▶ waiting ─▶ approved ─▶ queued ─▶ sending ─▶ done | accepted ─▶ done | refused
              ▲  └─▶ rejected, expired, withdrawn │  └─▶ uncertain ─▶ reconciled
              └────── something changed ──────────┘

    A change at a platform, proposed by a person, the machine or the API. `wish` is what is asked for, `facts` what was
    true when it was; both together are what an approval is for. While it moves money it has Holds.
    """

    LIFETIME = timedelta(days=3)

    kind = models.CharField(max_length=40, help_text="agents.actions: the kind's name")
    channel = models.ForeignKey(
        Channel, on_delete=models.PROTECT, related_name="actions", help_text="Where it is done"
    )
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="actions")
    conversation = models.ForeignKey(
        Conversation, null=True, on_delete=models.SET_NULL, related_name="actions"
    )
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="actions")
    back = models.ForeignKey(
        Return, null=True, on_delete=models.PROTECT, related_name="actions", verbose_name="return"
    )
    dispute = models.ForeignKey(Dispute, null=True, on_delete=models.PROTECT, related_name="actions")
    run = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL, related_name="actions")
    draft = models.ForeignKey(Draft, null=True, on_delete=models.SET_NULL, related_name="actions")
    state = models.CharField(max_length=9, choices=ActionState, default=ActionState.WAITING)
    wish = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    facts = models.JSONField(default=dict, help_text="{name: words} an approval relies on")
    changes = models.JSONField(default=list, help_text="[{name, before, after}] since it was last approved")
    amount = amount_field(null=True)
    currency = models.CharField(max_length=3, blank=True)
    effect = models.TextField(help_text="What will happen, as the approver reads it")
    news = models.TextField(blank=True, help_text="What the shopper is told once it is done")
    verdict = models.JSONField(default=dict, help_text="agents.verdict.Verdict")
    reason = models.CharField(max_length=500, blank=True, help_text="Why it is proposed")
    proposed_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    class Meta(Owed.Meta):
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

    def __str__(self) -> str:
        return self.effect or self.what.label

    # What it is

    @property
    def what(self) -> Kind:
        return actions.kind(self.kind)

    @property
    def the_order(self) -> Order:
        """Raises NotPossible where none is named."""
        if self.order is None:
            raise NotPossible(f"{self.what.label} needs an order.")
        return self.order

    @property
    def moves_money(self) -> bool:
        return self.what.moves_money

    @property
    def money(self) -> Money | None:
        return Money(self.amount, self.currency) if self.amount is not None else None

    @property
    def ruling(self) -> Verdict:
        return Verdict.from_json(self.verdict)

    @property
    def is_by_hand(self) -> bool:
        """The platform has no way for it: a person does it on the seller's page."""
        wanted = self.what.command_type
        return wanted is None or wanted not in self.channel.connector.commands

    @property
    def fingerprint(self) -> str:
        """Of exactly what an approver looks at; another one needs another approval."""
        seen = [self.kind, self.wish, self.facts, self.effect, self.news, str(self.amount), self.currency]
        return hashlib.sha256(json.dumps(seen, sort_keys=True, cls=DjangoJSONEncoder).encode()).hexdigest()[
            :32
        ]

    @property
    def is_waiting(self) -> bool:
        return self.state == ActionState.WAITING

    @property
    def is_over(self) -> bool:
        """Nothing will happen any more."""
        if self.state == ActionState.APPROVED:
            return self.ended in {Ended.DONE, Ended.REFUSED} or self.send_state == OutgoingState.CANCELLED
        return not self.is_waiting

    @property
    def standing(self) -> str:
        """Where it stands, in one or two words."""
        if self.state != ActionState.APPROVED:
            return str(ActionState(self.state).label)
        if self.ended:
            return str(Ended(self.ended).label)
        words = {
            OutgoingState.QUEUED: "About to be done",
            OutgoingState.SENDING: "Being done",
            OutgoingState.FAILED: "Not done",
        }
        return words.get(OutgoingState(self.send_state)) or str(OutgoingState(self.send_state).label)

    @property
    def outcome(self) -> str:
        """For styles: one of the state's, send state's or end's own values."""
        return self.ended or self.send_state or self.state

    # Proposing and deciding

    @classmethod
    def propose(
        cls, name: str, wish: dict[str, Any], by: Membership | None = None, *, reason: str = "", **about: Any
    ) -> Action:
        """By a person, or (None) the machine. `about` names order, back, dispute, conversation, run, draft.

        Raises NotPossible. What the rules forbid is kept, so that it can be seen, and goes no further.
        """
        action = cls(
            kind=name, proposed_by=by, reason=reason, expires_at=timezone.now() + cls.LIFETIME, **about
        )
        action._lock_subject()
        action.channel, action.customer = action._place()
        action._settle_wish(wish)
        action.verdict = (verdict := policy.judge(action)).as_json()
        if verdict.ruling == Ruling.FORBIDDEN:
            action.state = ActionState.FORBIDDEN
            action.save()
        else:
            action._save_holding()
        action._record(
            "action.proposed", by.actor if by else MACHINE, {"reason": reason, "effect": action.effect}
        )
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
        Approval.objects.create(action=self, by=by, fingerprint=self.fingerprint)
        self._release()
        self._record("action.approved", by.actor, fingerprint=self.fingerprint)

    def allow(self, rule: str) -> None:
        """An autonomy rule says yes in a person's place. The caller has just proposed it, and holds its lock."""
        Approval.objects.create(action=self, rule=rule, fingerprint=self.fingerprint)
        self._release()
        self._record("action.allowed", MACHINE, rule=rule, fingerprint=self.fingerprint)

    def why_not(self, by: Membership) -> str:
        """Why this person's yes does not count; "" where it does."""
        verdict = self.ruling
        if ROLES.index(Role(by.role)) < ROLES.index(Role(verdict.approver)):
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
        self._settle_wish(wish)
        verdict = policy.judge(self)
        if verdict.ruling == Ruling.FORBIDDEN:
            raise NotPossible(verdict.because)
        self.verdict, self.changes = verdict.as_json(), []
        Hold.objects.filter(action=self).delete()
        self._save_holding()
        self._record("action.changed", by.actor, {"before": before, "effect": self.effect})
        self.tell()

    def undo(self, by: Membership) -> bool:
        """Take an approval back, as long as nobody has begun; False where somebody has."""
        self.lock()
        if self.state != ActionState.APPROVED or not self.cancel():
            return False
        self._end(ActionState.APPROVED)
        self._record("action.undone", by.actor)
        return True

    def expire(self) -> None:
        self.lock()
        if self.is_waiting:
            self._end(ActionState.EXPIRED)
            self._record("action.expired", CLOCK)

    # Carrying out: called by agents.execute, inside a scope

    def look_again(self) -> bool:
        """After the facts were fetched anew: True where it is still what was approved, and the rules still let it.

        Else it goes back to the approver with the difference, or ends as forbidden or impossible.
        """
        self._lock_subject()
        approved = self.fingerprint
        before, verdict_before = dict(self.facts), self.ruling
        try:
            self._settle_wish(self.wish)
        except NotPossible as reason:
            return self._give_up(str(reason))
        verdict = policy.judge(self)
        if verdict.ruling == Ruling.FORBIDDEN:
            return self._give_up(verdict.because)
        if self.fingerprint == approved and not _is_stricter(verdict, verdict_before):
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

    def lock(self) -> None:
        """Nobody else decides about it until this transaction ends; fresh from the database."""
        type(self).objects.select_for_update().get(pk=self.pk)
        self.refresh_from_db()

    def tell(self) -> None:
        if self.conversation:
            waiting = Action.objects.filter(
                conversation=self.conversation, state=ActionState.WAITING
            ).exists()
            if waiting:
                self.conversation.mark(add="to_approve")
            else:
                self.conversation.mark(remove=("to_approve",))
            self.conversation.tell()

    def wake(self) -> None:
        due = self.send_after or timezone.now()
        seconds = max(0.0, (due - timezone.now()).total_seconds())
        wake("agents.tasks.execute", self.tenant, after=seconds, action_id=self.pk)

    def command(self) -> Command:
        return self.what.command(self)

    # How

    def _place(self) -> tuple[Channel, Customer | None]:
        """Where it is done, and whose it is."""
        about = self.order or self.back or self.dispute or self.conversation
        if about is None:
            raise NotPossible(f"{self.what.label} needs something to be done to.")
        holder = self.back.order if self.back else about
        customer = getattr(holder, "customer", None)
        return about.channel, customer or (self.conversation.customer if self.conversation else None)

    def _lock_subject(self) -> None:
        """Two who look at the same money take turns; what it is about is as the database has it now."""
        if self.order is not None:
            rows = Order.objects.select_for_update(of=("self",)).select_related("channel", "customer")
            self.order = rows.get(pk=self.order.pk)
        if self.back is not None:
            self.back = Return.objects.select_related("channel", "order__customer").get(pk=self.back.pk)
        if self.dispute is not None:
            self.dispute = Dispute.objects.select_related("channel", "customer").get(pk=self.dispute.pk)

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
        except IntegrityError as clash:
            if "one_open_money_action_per_line" not in str(clash):
                raise
            raise NotPossible(
                "Another open action moves money of the same items. Decide about that one first."
            ) from None

    def _release(self) -> None:
        """Approved: it is due when the time to undo is over."""
        if self.is_by_hand:
            self._note(state=ActionState.APPROVED, ended=Ended.BY_HAND)
        else:
            due = timezone.now() + timedelta(seconds=settings.UNDO_SECONDS)
            self._note(
                state=ActionState.APPROVED,
                send_state=OutgoingState.QUEUED,
                send_key=f"action-{self.pk.hex}",
                send_after=due,
                changes=[],
            )
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
        if self.news and self.conversation:
            try:
                self.conversation.reply(self.news, None, key=f"news-{self.pk.hex}", action=str(self.pk))
            except Forbidden as refusal:
                self._note(problem=f"The customer was not told: {refusal}")

    def _let_go(self) -> None:
        """It is over: its money is free for others, and whoever reads the conversation sees how it ended."""
        Hold.objects.filter(action=self).delete()
        if self.ended == Ended.REFUSED and self.conversation:
            self.conversation.reopen(because="action")

    def _record(self, kind: str, actor: Actor, personal: dict[str, Any] | None = None, **data: Any) -> None:
        record(
            kind,
            actor=actor,
            subject=self,
            conversation_id=self.conversation_id,
            customer_id=self.customer_id,
            data={
                "action": self.kind,
                "state": self.outcome,
                "amount": str(self.amount) if self.amount is not None else "",
                "currency": self.currency,
                "order": str(self.order_id or ""),
                "policy": self.verdict.get("version", 0),
                **data,
            },
            personal=personal if self.customer_id else None,
        )


def _is_stricter(now: Verdict, before: Verdict) -> bool:
    return ROLES.index(Role(now.approver)) > ROLES.index(Role(before.approver)) or (
        now.ruling == Ruling.APPROVAL and before.ruling == Ruling.ALLOWED
    )
