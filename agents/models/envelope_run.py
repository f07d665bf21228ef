from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

from agents.models.policy import Policy
from agents.models.run import RunState
from audit.record import record
from config.tenancy import TenantModel
from config.wake import wake
from inbox.models import Membership

if TYPE_CHECKING:
    from agents.envelope.running import Outcome


class EnvelopeRun(TenantModel):
    """The Resolution Envelope over this organization's own rules and articles, and how each scenario ended."""

    SILENT = timedelta(minutes=3)  # no scenario takes that long: its worker died

    state = models.CharField(max_length=8, choices=RunState, default=RunState.WORKING)
    asked_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    policy = models.PositiveIntegerField(default=0, help_text="The version of the rules it was run by")
    total = models.PositiveIntegerField(default=0)
    outcomes = models.JSONField(default=list, help_text="[agents.envelope.running.Outcome]")
    problem = models.CharField(max_length=500, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    heard_at = models.DateTimeField(default=timezone.now, help_text="When a scenario ended last")
    finished_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["organization", "-started_at"], name="envelope_runs_by_age")]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=models.Q(state="working"),
                name="one_envelope_at_a_time",
            )
        ]

    @classmethod
    def begin(cls, by: Membership, total: int) -> EnvelopeRun:
        """The one that is under way, or another. The caller's transaction wakes the worker."""
        cls.tidy()
        made: EnvelopeRun
        made, is_new = cls.objects.get_or_create(
            state=RunState.WORKING,
            defaults={"asked_by": by, "total": total, "policy": Policy.current().version},
        )
        if is_new:
            record("envelope.begun", actor=by.actor, subject=made, data={"scenarios": total})
            wake("agents.tasks.run_envelope", made.tenant, run_id=made.pk)
        return made

    @classmethod
    def newest(cls) -> EnvelopeRun | None:
        cls.tidy()
        return cls.objects.select_related("asked_by__user").order_by("-started_at").first()

    @classmethod
    def last_whole(cls) -> EnvelopeRun | None:
        return cls.objects.filter(state=RunState.DONE).order_by("-started_at").first()

    @classmethod
    def tidy(cls) -> None:
        """What a dead worker left."""
        dead = cls.objects.filter(state=RunState.WORKING, heard_at__lt=timezone.now() - cls.SILENT)
        dead.update(state=RunState.FAILED, problem="The worker stopped.", finished_at=timezone.now())

    @property
    def is_working(self) -> bool:
        return self.state == RunState.WORKING

    @property
    def done(self) -> int:
        return len(self.outcomes)

    @property
    def passed(self) -> int:
        return sum(not each["faults"] for each in self.outcomes)

    def hear(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome.as_json())
        self.heard_at = timezone.now()
        self.save(update_fields=["outcomes", "heard_at"])

    def finish(self, problem: str = "") -> None:
        self.state = RunState.FAILED if problem else RunState.DONE
        self.problem, self.finished_at = problem[:500], timezone.now()
        self.save(update_fields=["state", "problem", "finished_at"])

    def of(self, intent: str, action: str = "") -> list[dict[str, Any]]:
        """The outcomes that speak for or against a wish, or a kind of action."""
        if action:
            return [each for each in self.outcomes if action in each["deeds"]]
        return [each for each in self.outcomes if intent in {"", each["wish"]}]
