from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from agents.facts.evidence import Evidence
from config.tenancy import TenantModel
from inbox.models import Conversation, Message

if TYPE_CHECKING:
    from agents.models.draft import Draft


class RunState(models.TextChoices):
    WORKING = "working", "Reading"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class PassRecord(TenantModel):
    """What the steps of a pass write down, over a customer's message (Run) or one that is tried (Trial)."""

    STUCK_AFTER = timedelta(seconds=120)

    state = models.CharField(max_length=8, choices=RunState, default=RunState.WORKING)
    steps = models.JSONField(default=list, help_text="[{name, ms, note}] in order")
    understanding = models.JSONField(
        default=dict, encoder=DjangoJSONEncoder, help_text="As JSON: days, amounts"
    )
    evidence = models.JSONField(default=list, help_text="agents.facts.evidence.Evidence, as it was")
    summary = models.JSONField(default=dict, help_text="agents.writing.summary.Summary")
    engine = models.CharField(max_length=120, blank=True, help_text="The model's name, or compose")
    tokens_in = models.PositiveIntegerField(default=0)
    tokens_out = models.PositiveIntegerField(default=0)
    cost = models.DecimalField(max_digits=10, decimal_places=6, default=0, help_text="US dollars")
    proposals = models.JSONField(default=list, help_text="What should be done beside answering, in words")
    left_out = models.JSONField(default=list, help_text="[{text, reason}] of sentences nothing supports")
    problem = models.TextField(blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = True

    def evidence_items(self) -> list[Evidence]:
        return [Evidence.from_json(item) for item in self.evidence]

    def add_step(self, name: str, seconds: float, note: str = "") -> None:
        self.steps.append({"name": name, "ms": round(seconds * 1000, 1), **({"note": note} if note else {})})

    def finish(self, state: RunState, problem: str = "") -> None:
        self.state, self.problem, self.finished_at = state, problem, timezone.now()
        self.save()


class Run(PassRecord):
    """One pass of the machine over one message: what it read, which evidence it found, how long each step took."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="runs")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="runs")
    number = models.PositiveSmallIntegerField(default=1, help_text="2 and up: asked for again")

    class Meta(PassRecord.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["organization", "message", "number"], name="one_run_per_try")
        ]
        indexes = [
            models.Index(fields=["conversation", "-started_at"], name="runs_of_conversation"),
            models.Index(fields=["organization", "started_at"], name="runs_by_age"),
        ]

    @property
    def answer(self) -> Draft | None:
        """What it put on the table, whatever became of it; None where somebody wrote meanwhile."""
        return getattr(self, "draft", None)
