from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from audit.record import MACHINE, Actor, record
from config.tenancy import TenantModel, new_id
from config.wake import wake
from inbox import joining
from inbox.models import Conversation, Ground, Message, Order

UNPROVEN, PROVEN = "unproven", "proven"  # marks of a conversation
CODE = re.compile(r"(?<![\w#.-])(\d{3})[ -]?(\d{3})(?![\w.-]*\d)")


class CheckState(models.TextChoices):
    OFFERED = "offered", "A code can be sent"
    WANTED = "wanted", "The code is on its way"
    SENT = "sent", "Waiting for the code"
    PASSED = "passed", "Proven by code"
    FAILED = "failed", "Wrong code too often"


class IdentityCheck(TenantModel):
    """Whether who writes in this conversation can read mail to the contact of this order, which is another's.

    A code of six digits is kept hashed, lasts ten minutes, takes five tries and works once. Once passed, the
    conversation may be told about this one order for a week.
    """

    LASTS = timedelta(minutes=10)
    TRIES = 5
    HOLDS = timedelta(days=7)
    A_DAY = 3  # codes for one order
    A_DAY_FOR_ONE = 5  # orders one writer can have checked

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="identity_checks")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="+")
    question = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="+", help_text="What waits for an answer"
    )
    state = models.CharField(max_length=8, choices=CheckState, default=CheckState.OFFERED)
    code_hash = models.CharField(max_length=64, blank=True)
    offered_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    codes = models.PositiveSmallIntegerField(default=0, help_text="Sent within a day")
    tries = models.PositiveSmallIntegerField(default=0)
    tried_in = models.UUIDField(
        null=True, help_text="The message with the last try: read again, it is no other"
    )
    passed_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True, help_text="Why the code could not be sent")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "conversation", "order"], name="one_check_per_order"
            )
        ]
        indexes = [
            models.Index(fields=["organization", "order", "sent_at"], name="codes_of_order"),
        ]

    def __str__(self) -> str:
        return f"{self.order} for {self.masked}"

    @property
    def contact(self) -> str:
        """The address on the order, where the code goes. Not kept here: whoever is erased is erased here too."""
        return self.order.contact

    @property
    def masked(self) -> str:
        """ "r***@example.com"."""
        name, _, host = self.contact.partition("@")
        return f"{name[:1]}***@{host}"

    @property
    def is_running(self) -> bool:
        """A code is out that still works."""
        return (
            self.state == CheckState.SENT
            and self.sent_at is not None
            and self.sent_at > timezone.now() - self.LASTS
        )

    @property
    def can_send(self) -> bool:
        return self.state in {CheckState.OFFERED, CheckState.FAILED} or (
            self.state == CheckState.SENT and not self.is_running
        )

    @classmethod
    def proven(cls, conversation: Conversation) -> Collection[UUID]:
        """Orders of others that this conversation may be told about."""
        if conversation._state.adding:
            return []
        passed = cls.objects.filter(
            conversation=conversation.pk,
            state=CheckState.PASSED,
            passed_at__gt=timezone.now() - cls.HOLDS,
        )
        return list(passed.values_list("order_id", flat=True))

    @classmethod
    def offer(cls, conversation: Conversation, order: Order, question: Message) -> IdentityCheck | None:
        """None where this writer has asked about too many orders of others today."""
        since = timezone.now() - timedelta(days=1)
        others = cls.objects.filter(
            conversation__customer=conversation.customer_id, offered_at__gt=since
        ).exclude(order=order)
        if others.count() >= cls.A_DAY_FOR_ONE:
            return None
        check, is_new = cls.objects.get_or_create(
            conversation=conversation,
            order=order,
            defaults={"question": question},
        )
        if check.question_id != question.pk:
            check.question = question
            check.save(update_fields=["question"])
        if is_new:
            conversation.mark(add=UNPROVEN)
            check._record("identity.offered", MACHINE)
        return check

    def request(self, by: Actor) -> bool:
        """Have a worker send a code. False where one still works, or enough were sent about this order today."""
        row = IdentityCheck.objects.select_for_update().get(pk=self.pk)
        if not row.can_send or self._sent_today() >= self.A_DAY:
            return False
        self._change(state=CheckState.WANTED, problem="", code_hash="")
        self._record("identity.requested", by)
        wake("agents.tasks.send_code", self.tenant, check_id=self.pk)
        return True

    def new_code(self) -> str:
        """Six digits that only the caller knows; what came before no longer works."""
        code = f"{secrets.randbelow(1_000_000):06}"
        self._change(code_hash=self._hash(code), tries=0, tried_in=None)
        return code

    def mark_sent(self) -> None:
        now = timezone.now()
        is_same_day = self.sent_at is not None and self.sent_at > now - timedelta(days=1)
        self._change(state=CheckState.SENT, sent_at=now, codes=self.codes + 1 if is_same_day else 1)
        self._record("identity.code_sent", MACHINE)

    def mark_unsent(self, problem: str) -> None:
        self._change(state=CheckState.OFFERED, problem=problem[:300], code_hash="")
        self._record("identity.code_failed", MACHINE)

    def take(self, code: str, message: Message | None = None) -> bool:
        """One try. Right only once, in time, and not after too many wrong ones; the same message is one try."""
        tried_in = message.pk if message else new_id()
        row = IdentityCheck.objects.select_for_update().get(pk=self.pk)
        self.state, self.tries, self.tried_in, self.passed_at = (
            row.state,
            row.tries,
            row.tried_in,
            row.passed_at,
        )
        if row.tried_in == tried_in:
            return row.state == CheckState.PASSED
        if not row.is_running or not row.code_hash:
            return False
        if constant_time_compare(row.code_hash, self._hash(code)):
            self._change(state=CheckState.PASSED, passed_at=timezone.now(), tried_in=tried_in, code_hash="")
            self.conversation.mark(add=PROVEN, remove=(UNPROVEN,))
            self._record("identity.proven", Actor("customer", str(self.conversation.persona_id)))
            self._join()
            return True
        tries = row.tries + 1
        failed = tries >= self.TRIES
        self._change(
            tries=tries,
            tried_in=tried_in,
            **({"state": CheckState.FAILED, "code_hash": ""} if failed else {}),
        )
        self._record("identity.refused", Actor("customer", str(self.conversation.persona_id)), tries=tries)
        return False

    def _join(self) -> None:
        """Whoever reads the contact's mail is the order's customer, and can be parted from them again."""
        joining.join(
            self.conversation.customer,
            self.order.customer,
            ground=Ground.CODE,
            record=f"identity_check:{self.pk}",
        )

    def _sent_today(self) -> int:
        """Codes about this order, whoever asked for them: its contact is to be spared."""
        today = IdentityCheck.objects.filter(
            order=self.order_id, sent_at__gt=timezone.now() - timedelta(days=1)
        )
        return today.aggregate(sent=models.Sum("codes"))["sent"] or 0

    def _hash(self, code: str) -> str:
        return salted_hmac("agents.identity", f"{self.pk}:{code}", algorithm="sha256").hexdigest()

    def _change(self, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(self, name, value)
        self.save(update_fields=list(changes))
        self.conversation.tell()

    def _record(self, kind: str, actor: Actor, **data: Any) -> None:
        record(
            kind,
            actor=actor,
            subject=self,
            conversation_id=self.conversation_id,
            customer_id=self.conversation.persona_id,
            data={"order": str(self.order_id), **data},
        )
