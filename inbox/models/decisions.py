"""What somebody decided about a conversation, and when."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from config.tenancy import TenantModel
from inbox.models.organization import Membership


class Closure(TenantModel):
    conversation = models.ForeignKey("inbox.Conversation", on_delete=models.CASCADE, related_name="closures")
    by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)


class Assignment(TenantModel):
    conversation = models.ForeignKey(
        "inbox.Conversation", on_delete=models.CASCADE, related_name="assignments"
    )
    assignee = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)


class Snooze(TenantModel):
    conversation = models.ForeignKey("inbox.Conversation", on_delete=models.CASCADE, related_name="snoozes")
    until = models.DateTimeField()
    by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
