from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.utils import timezone

from audit.record import Actor
from config.tenancy import TenantManager, TenantModel, new_id


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **extra: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)


class User(AbstractUser):
    """A person who signs in. What they may do where is said by their memberships."""

    username = None  # type: ignore[assignment]
    email = models.EmailField(unique=True)
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    shortcuts = models.BooleanField(default=True, help_text="Single-key shortcuts")

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.get_full_name() or self.email.split("@")[0]


class Organization(models.Model):
    """The seller's company: the tenant. Its own row is not secret to members of others, its data is."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    slug = models.SlugField(unique=True)
    time_zone = models.CharField(max_length=60, default="America/New_York")
    country = models.CharField(max_length=2, default="US", help_text="Whose holidays stop a business clock")
    created_at = models.DateTimeField(default=timezone.now)
    # The brand's voice, read by drafting.
    signature = models.CharField(max_length=200, blank=True, help_text="How answers are signed")
    tone = models.CharField(
        max_length=20, default="friendly", choices=[("friendly", "Friendly"), ("formal", "Formal")]
    )
    greets_by = models.CharField(
        max_length=5, default="first", choices=[("first", "First name"), ("full", "Full name")]
    )
    phrases = models.JSONField(
        default=dict, help_text="The brand's own words: {turn: [phrases]}, see agents.writing.voice"
    )
    forbidden_words = models.JSONField(default=list, help_text="Words and phrases no answer may hold")
    says_automatic = models.BooleanField(
        default=False, help_text="Answers say that they were written automatically"
    )

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    AGENT = "agent", "Agent"
    SUPERVISOR = "supervisor", "Supervisor"
    ADMIN = "admin", "Admin"


class Membership(TenantModel):
    """A person with a role. A policy of its own also lets a person see all of their own memberships."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role, default=Role.AGENT)
    joined_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[Any]] = TenantManager()
    own: ClassVar[models.Manager[Any]] = models.Manager()  # inside as_user() the database shows nothing else

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organization", "user"], name="one_membership_per_person")
        ]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def actor(self) -> Actor:
        return Actor("member", str(self.pk), str(self.user))

    @property
    def supervises(self) -> bool:
        return self.role in {Role.SUPERVISOR, Role.ADMIN}

    @property
    def administers(self) -> bool:
        return self.role == Role.ADMIN


def _token() -> str:
    return secrets.token_urlsafe(24)


class Invitation(TenantModel):
    """An open door for one e-mail address, for a week."""

    LIFETIME = timedelta(days=7)

    email = models.EmailField()
    role = models.CharField(max_length=12, choices=Role, default=Role.AGENT)
    token = models.CharField(max_length=64, default=_token, unique=True)
    invited_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "email"],
                condition=models.Q(accepted_at=None),
                name="one_open_invitation_per_address",
            )
        ]

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and timezone.now() < self.invited_at + self.LIFETIME

    def accept(self, user: User) -> Membership:
        self.accepted_at = timezone.now()
        self.save(update_fields=["accepted_at"])
        membership, _ = Membership.objects.get_or_create(user=user, defaults={"role": self.role})
        return membership
