from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.db import models
from django.utils import timezone

from audit.record import MACHINE, record
from config.tenancy import TenantModel
from inbox.models import Channel, Membership
from inbox.models.order import money


class Level(models.TextChoices):
    """How far the machine may go by itself, in this order."""

    OFF = "off", "Off"  # it writes and proposes nothing
    DRAFT = "draft", "Draft"  # it writes; a person opens each one
    REVIEWED = "reviewed", "Reviewed"  # one key, or several at once
    AUTOMATIC = "automatic", "Automatic"  # by itself, inside the guards


ORDER = list(Level)


class Autonomy(TenantModel):
    """What the machine may do by itself for one channel × intent × action; empty means any, or (action) the answer.

    The guards hold for what is automatic: what they stop waits for a person.
    """

    GUARDS: ClassVar = (
        "least_confidence",
        "most_amount",
        "most_risk",
        "opens",
        "closes",
        "daily_cap",
        "languages",
    )

    channel = models.ForeignKey(Channel, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    intent = models.CharField(max_length=40, blank=True)
    action = models.CharField(max_length=40, blank=True, help_text="A kind of action; empty: the answer")
    level = models.CharField(max_length=9, choices=Level, default=Level.REVIEWED)
    least_confidence = models.FloatField(default=0.8, help_text="0 to 1, of the intents")
    most_amount = money(null=True, blank=True)
    most_risk = models.PositiveSmallIntegerField(default=30, help_text="0 to 100, as the rules rate it")
    opens = models.TimeField(null=True, blank=True, help_text="In the organization's time; empty: all day")
    closes = models.TimeField(null=True, blank=True)
    daily_cap = models.PositiveIntegerField(default=50)
    languages = models.JSONField(default=list, help_text="Codes; none: English only")
    evidence = models.JSONField(default=dict, help_text="agents.autonomy.Record when it was made automatic")
    by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    fell_back_at = models.DateTimeField(null=True)
    fell_back_because = models.CharField(max_length=300, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "channel", "intent", "action"],
                name="one_level_per_case",
                nulls_distinct=False,
            )
        ]

    @property
    def rank(self) -> int:
        return ORDER.index(Level(self.level))

    @property
    def specificity(self) -> int:
        """What a rule says of an intent counts more than what it says of a channel."""
        return 2 * bool(self.intent) + bool(self.channel_id)

    def is_open(self, now: datetime) -> bool:
        """Inside the hours, in the organization's time; hours may go over midnight."""
        if self.opens is None or self.closes is None:
            return True
        clock = now.astimezone(ZoneInfo(self.organization.time_zone)).time()
        if self.opens <= self.closes:
            return self.opens <= clock < self.closes
        return clock >= self.opens or clock < self.closes

    def set_level(self, level: Level, by: Membership, evidence: dict[str, Any]) -> None:
        before, self.level, self.by, self.at = self.level, level, by, timezone.now()
        self.evidence, self.fell_back_at, self.fell_back_because = evidence, None, ""
        self.save()
        data = {
            "before": before,
            "level": level,
            "intent": self.intent,
            "action": self.action,
            "evidence": evidence,
        }
        record(
            "autonomy.set", actor=by.actor, subject=self, data={**data, "channel": str(self.channel_id or "")}
        )

    def fall_back(self, because: str) -> None:
        """It no longer keeps the bar: people look at each one again."""
        self.level, self.fell_back_at, self.fell_back_because = Level.REVIEWED, timezone.now(), because[:300]
        self.save(update_fields=["level", "fell_back_at", "fell_back_because"])
        data = {"because": because, "intent": self.intent, "action": self.action}
        record("autonomy.fell_back", actor=MACHINE, subject=self, data=data)
