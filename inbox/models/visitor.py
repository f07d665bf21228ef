from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils import timezone

from config.tenancy import TenantModel
from connectors.events import File
from inbox.models.channel import Channel


class Visitor(TenantModel):
    """Whoever wrote in the chat on a seller's pages. Its id is the name of their thread; their session says who they are.

    A row is there from the first word on, or once the shop has vouched for them.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="visitors")
    shopper = models.CharField(max_length=200, null=True, help_text="The shop's own id of a signed-in one")  # noqa: DJ001
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True, help_text="Where answers go when they have left")
    proven_until = models.DateTimeField(
        null=True, help_text="Until when the shop's word, or a code by mail, says that the address is theirs"
    )
    locale = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "channel", "shopper"], name="one_visitor_per_shopper"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email or "Visitor"

    @property
    def is_proven(self) -> bool:
        return self.proven_until is not None and self.proven_until > timezone.now()


class Upload(TenantModel):
    """A file a visitor has given us and not yet said anything with. Whatever is left is thrown away after a day."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    visitor = models.UUIDField()
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=120)
    size = models.PositiveIntegerField(help_text="Bytes")
    file = models.FileField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["organization", "created_at"], name="uploads_by_age")]

    @classmethod
    def keep(cls, channel: Channel, visitor: UUID, file: File) -> Upload:
        row = cls(
            channel=channel,
            visitor=visitor,
            name=file.name[:200],
            content_type=file.content_type,
            size=len(file.content),
        )
        row.file.save(f"{channel.tenant}/chat/{row.pk}", ContentFile(file.content), save=False)
        row.save()
        return row

    @classmethod
    def discard(cls, before: datetime) -> None:
        """The rows now, their bytes after commit."""
        old = cls.objects.filter(created_at__lt=before)
        names = list(old.values_list("file", flat=True)[:500])
        for name in names:
            transaction.on_commit(partial(cls.file.field.storage.delete, name))
        old.filter(file__in=names).delete()

    def read(self) -> File:
        with self.file.open("rb") as bytes_:
            return File(self.name, self.content_type, bytes_.read())
