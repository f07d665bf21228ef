from __future__ import annotations

from django.db import models
from django.utils import timezone

from config.tenancy import TenantModel
from inbox.models.customer import Customer
from inbox.models.organization import Membership


class Ground(models.TextChoices):
    """Why two customers are one."""

    EMAIL = "email", "The same verified e-mail address"
    PHONE = "phone", "The same verified phone number"
    PLATFORM = "platform", "The platform names them as one buyer"
    CODE = "code", "The code that was sent to the order’s contact"
    PERSON = "person", "A person decided it"


class Join(TenantModel):
    """`joined` turned out to be `kept`. What came by `joined` goes back when it is undone (inbox/joining.py)."""

    kept = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    joined = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    ground = models.CharField(max_length=8, choices=Ground)
    record = models.CharField(
        max_length=80, blank=True, help_text="What it rests on: identity:<uuid>, identity_check:<uuid>"
    )
    reason = models.CharField(max_length=300, blank=True, help_text="A person's own words")
    by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "joined"],
                condition=models.Q(undone_at=None),
                name="joined_into_one_only",
            )
        ]
        indexes = [models.Index(fields=["kept", "-at"], name="joins_of_customer")]

    def __str__(self) -> str:
        return self.reason or str(self.get_ground_display())


class Hint(TenantModel):
    """Something that two customers who may be one have in common; proves nothing.

    `space` and `value` are those of an identity that somebody only says is theirs ("phone", "email"), or one of
    CALLED: their name in letters and digits only, and HOME: the same with a postcode.
    """

    CALLED, HOME, ORDER = "called", "home", "number"

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="+", db_index=False, help_text="The persona"
    )
    space = models.CharField(max_length=60)
    value = models.CharField(max_length=320)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["customer", "space", "value"], name="the_same_hint_once")
        ]
        indexes = [models.Index(fields=["organization", "space", "value"], name="hints_alike")]


class Apart(TenantModel):
    """A person said that these two are not one: nothing joins or suggests them again."""

    one = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["one", "other"], name="parted_once")]
