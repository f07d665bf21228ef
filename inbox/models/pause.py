from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.utils import timezone

from audit.record import record
from config.tenancy import TenantModel
from inbox import live
from inbox.models.organization import Membership


class Paused(models.TextChoices):
    EVERYTHING = "everything", "Everything"
    CHANNEL = "channel", "A channel"
    INTENT = "intent", "A wish of customers"
    ACTION = "action", "A kind of action"


class Pause(TenantModel):
    """A supervisor's switch: while it stands, no answer of the machine leaves and no action is carried out there.

    Whoever carries out looks right before the platform is asked, so it holds for what is queued already.
    What people write themselves goes on.
    """

    HOLD: ClassVar[float] = 2  # seconds after which what is held looks again

    what = models.CharField(max_length=10, choices=Paused)
    value = models.CharField(
        max_length=60, blank=True, help_text="The channel's id, the intent or the action's kind"
    )
    label = models.CharField(max_length=120, help_text="As people call it")
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    lifted_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "what", "value"],
                condition=models.Q(lifted_at=None),
                name="one_standing_pause_each",
            )
        ]

    def __str__(self) -> str:
        return self.label

    @classmethod
    def begin(cls, what: str, value: str, label: str, by: Membership, reason: str = "") -> Pause:
        """The same again changes nothing."""
        pause: Pause
        pause, is_new = cls.objects.get_or_create(
            what=Paused(what),
            value=value,
            lifted_at=None,
            defaults={"label": label, "by": by, "reason": reason[:300]},
        )
        if is_new:
            data = {"what": pause.what, "value": value, "reason": pause.reason}
            record("pause.begun", actor=by.actor, subject=pause, data=data)
            live.everything_changed(pause.tenant)
        return pause

    def lift(self, by: Membership) -> None:
        lifted = Pause.objects.filter(pk=self.pk, lifted_at=None)
        if lifted.update(lifted_at=timezone.now(), lifted_by=by):
            record(
                "pause.lifted", actor=by.actor, subject=self, data={"what": self.what, "value": self.value}
            )
            live.everything_changed(self.tenant)

    @classmethod
    def standing(cls) -> list[Pause]:
        return list(cls.objects.filter(lifted_at=None).select_related("by__user").order_by("at"))

    @classmethod
    def over(cls, channels: Collection[UUID], topics: Collection[str] = (), kind: str = "") -> Pause | None:
        """What stops something on these channels, about these topics, of this kind of action; None lets it go."""
        found = models.Q(what=Paused.EVERYTHING)
        found |= models.Q(what=Paused.CHANNEL, value__in=[str(channel) for channel in channels])
        found |= models.Q(what=Paused.INTENT, value__in=list(topics))
        if kind:
            found |= models.Q(what=Paused.ACTION, value=kind)
        return cls.objects.filter(found, lifted_at=None).select_related("by__user").first()

    @property
    def sentence(self) -> str:
        """Like: Everything is paused by Sam: wrong prices."""
        who = f" by {self.by}" if self.by else ""
        return f"{self.label} is paused{who}{f': {self.reason}' if self.reason else '.'}"
