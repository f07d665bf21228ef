from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils import timezone

from config.tenancy import TenantModel
from config.wake import wake
from connectors import filetext
from connectors.events import File
from connectors.hidden import reveal

if TYPE_CHECKING:
    from inbox.models.message import Message


class ReadState(models.TextChoices):
    NOT = "not", "Nobody reads this kind of file"
    WAITING = "waiting", "To be read"
    READ = "read", "Read"
    FAILED = "failed", "Could not be read"


class Attachment(TenantModel):
    """A file of a message. Of a shopper's PDF or photo the text in it is kept too: their words, and data to be judged."""

    MOST_READ = 5  # files of one message

    message = models.ForeignKey("inbox.Message", on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=120)
    size = models.PositiveIntegerField(help_text="Bytes")
    file = models.FileField()
    read_state = models.CharField(max_length=8, choices=ReadState, default=ReadState.NOT)
    text = models.TextField(blank=True, help_text="Found in the file")
    hidden = models.JSONField(default=list, help_text="What nobody could see in the text: [{kind, text}]")
    problem = models.CharField(max_length=300, blank=True, help_text="Why it could not be read")
    read_at = models.DateTimeField(null=True)

    @classmethod
    def keep(cls, message: Message, file: File, *, is_read: bool) -> Attachment:
        """With its bytes. `is_read`: for the text in it, by a worker."""
        row = cls(
            message=message, name=file.name[:200], content_type=file.content_type, size=len(file.content)
        )
        if is_read and row.kind:
            row.read_state = ReadState.WAITING
        row.file.save(f"{message.organization_id}/{row.pk}", ContentFile(file.content), save=False)
        row.save()
        return row

    @classmethod
    def discard(cls, rows: models.QuerySet[Attachment]) -> None:
        """The rows now, their bytes after commit."""
        storage = cls.file.field.storage
        for name in rows.values_list("file", flat=True):
            transaction.on_commit(partial(storage.delete, name))
        rows.delete()

    @classmethod
    def waiting(cls, message: object) -> models.Exists:
        """Whether a message (its id, or a reference to it) has files to be read."""
        return models.Exists(cls.objects.filter(message=message, read_state=ReadState.WAITING))

    @property
    def kind(self) -> str:
        """What it is read as; "" where nobody can."""
        return filetext.readable(self.content_type, self.name)

    def mark_read(self, text: str) -> None:
        shown, hidden = reveal(text)
        self._settle(
            ReadState.READ, text=shown, hidden=[each.as_json() for each in hidden], read_at=timezone.now()
        )

    def mark_unreadable(self, problem: str) -> None:
        self._settle(ReadState.FAILED, problem=problem[:300], read_at=timezone.now())

    def read_again(self) -> None:
        """Have a worker try once more."""
        self._settle(ReadState.WAITING)
        wake("inbox.tasks.read_files", self.tenant, message_id=self.message_id)

    def _settle(self, state: ReadState, **changes: object) -> None:
        fresh = {"read_state": state, "problem": "", "text": "", "hidden": [], **changes}
        for name, value in fresh.items():
            setattr(self, name, value)
        self.save(update_fields=list(fresh))
        self.message.conversation.tell()
