from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

from agents.checking.verify import Claim
from agents.facts.evidence import Sentence
from agents.models.draft import DraftState
from agents.models.run import PassRecord, RunState
from inbox.models import Channel, Customer, Membership

if TYPE_CHECKING:
    from agents.route import Decision


class Trial(PassRecord):
    """A message a member made up, and what the machine would do with it. No conversation knows of it; gone in a day."""

    KEPT = timedelta(hours=24)

    asked_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.CASCADE, related_name="+", help_text="None: a stranger"
    )
    order_number = models.CharField(max_length=60, blank=True, help_text="When the platform names the order")
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField()
    # What would lie on the table: as in Draft.
    outcome = models.CharField(max_length=10, choices=DraftState, blank=True)
    sentences = models.JSONField(default=list, help_text="[{text, evidence: [numbers]}]")
    claims = models.JSONField(default=list, help_text="agents.checking.verify.Claim")
    confidence = models.FloatField(default=0)
    reason = models.CharField(max_length=300, blank=True)

    class Meta(PassRecord.Meta):
        abstract = False
        indexes = [models.Index(fields=["organization", "started_at"], name="trials_by_age")]

    def __str__(self) -> str:
        return self.subject or self.text[:80]

    @property
    def hands_over(self) -> bool:
        return self.outcome == DraftState.HANDOFF

    @property
    def answer(self) -> Trial | None:
        """What it came to; None while it is read, and where it failed."""
        return self if self.outcome else None

    @classmethod
    def kept(cls) -> models.QuerySet[Any]:
        return cls.objects.filter(started_at__gt=timezone.now() - cls.KEPT)

    @classmethod
    def tidy(cls) -> None:
        """Forget what is a day old, and end what a dead worker left."""
        now = timezone.now()
        cls.objects.filter(started_at__lte=now - cls.KEPT).delete()
        cls.objects.filter(state=RunState.WORKING, started_at__lt=now - cls.STUCK_AFTER).update(
            state=RunState.FAILED, problem="The worker stopped.", finished_at=now
        )

    def settle(self, decision: Decision, sentences: list[Sentence], claims: list[Claim]) -> None:
        self.outcome, self.confidence, self.reason = decision.state, decision.confidence, decision.reason
        self.sentences = [{"text": each.text, "evidence": list(each.evidence)} for each in sentences]
        self.claims = [claim.as_json() for claim in claims]
        self.finish(RunState.DONE)
