from __future__ import annotations

from django.db import models
from django.utils import timezone

from config.tenancy import TenantModel
from inbox.models import Membership, Order


class Approval(TenantModel):
    """A member's yes or no, or an autonomy rule's yes, to exactly what `fingerprint` stands for."""

    action = models.ForeignKey("agents.Action", on_delete=models.CASCADE, related_name="approvals")
    by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    rule = models.CharField(max_length=300, blank=True, help_text="The autonomy rule, in words")
    says_yes = models.BooleanField(default=True)
    reason = models.CharField(max_length=300, blank=True)
    fingerprint = models.CharField(max_length=32)
    at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["action", "at"], name="approvals_of_action")]


class Hold(TenantModel):
    """Money of an order's line (or "shipping") that an open action moves. It goes when the action is over."""

    action = models.ForeignKey("agents.Action", on_delete=models.CASCADE, related_name="money_holds")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="+")
    line = models.CharField(max_length=200, help_text="The platform's id of the line")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "order", "line"], name="one_open_money_action_per_line"
            )
        ]
