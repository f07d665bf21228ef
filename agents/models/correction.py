from __future__ import annotations

from django.db import models
from django.utils import timezone

from agents.understanding.intents import IntentKind
from config.tenancy import TenantModel
from inbox.models import Membership, Message


class Correction(TenantModel):
    """What a member says a message wants, where the machine read something else. From then on an example."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="corrections")
    words = models.TextField(help_text="The clause it is about")
    was = models.CharField(max_length=24, help_text="agents.understanding.intents.IntentKind")
    kind = models.CharField(max_length=24, choices=[(kind.value, kind.value) for kind in IntentKind])
    vector = models.BinaryField(help_text="384 float16, of length 1; empty: no embedding model was there")
    embedding = models.CharField(max_length=60, help_text="The model the vector is of")
    by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organization", "message"], name="one_correction_per_message")
        ]
        indexes = [models.Index(fields=["organization", "-made_at"], name="newest_corrections")]

    def __str__(self) -> str:
        return f"{self.was} is {self.kind}: {self.words[:60]}"
