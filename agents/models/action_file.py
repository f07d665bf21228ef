from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils import timezone

from config.tenancy import TenantModel
from connectors.events import File
from inbox.models import Membership

if TYPE_CHECKING:
    from agents.models.action import Action


class Purpose(models.TextChoices):
    LABEL = "label", "Return label"
    EVIDENCE = "evidence", "Evidence"
    PROOF = "proof", "Proof that it was done"


class ActionFile(TenantModel):
    """A file an action sends along, or that shows it was done. A wish names those it sends by their ids."""

    LARGEST = 5 * 1024 * 1024  # bytes
    TYPES = ("application/pdf", "image/png", "image/jpeg")

    action = models.ForeignKey("agents.Action", null=True, on_delete=models.CASCADE, related_name="files")
    purpose = models.CharField(max_length=8, choices=Purpose, default=Purpose.LABEL)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=120)
    size = models.PositiveIntegerField(help_text="Bytes")
    file = models.FileField()
    by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["action", "at"], name="files_of_action")]

    @classmethod
    def keep(cls, file: File, purpose: Purpose = Purpose.LABEL, **facts: object) -> ActionFile:
        row = cls(
            purpose=purpose,
            name=file.name[:200],
            content_type=file.content_type[:120],
            size=len(file.content),
            **facts,
        )
        row.file.save(f"{row.organization_id}/{row.pk}", ContentFile(file.content), save=False)
        row.save()
        return row

    @classmethod
    def problem(cls, file: File) -> str:
        """Why it is not taken, in words for whoever chose it; "" where it is."""
        if len(file.content) > cls.LARGEST:
            return "This file is larger than 5 MB."
        return "" if file.content_type in cls.TYPES else "Only PDF, PNG and JPEG files are taken."

    @classmethod
    def belong_to(cls, action: Action) -> None:
        """Those a wish names were kept before there was an action."""
        named = [action.wish.get(name) for name in ("label", "file")]
        cls.objects.filter(pk__in=[each for each in named if each], action=None).update(action=action)

    @classmethod
    def forget(cls, action: Action) -> None:
        """The rows, and after them the files."""
        rows = cls.objects.filter(action=action)
        for row in rows:
            transaction.on_commit(partial(row.file.storage.delete, row.file.name))
        rows.delete()

    def read(self) -> File:
        with self.file.open("rb") as content:
            return File(self.name, self.content_type, content.read())
