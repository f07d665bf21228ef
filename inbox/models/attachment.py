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
from inbox.models.refetch import Refetch

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
    source = models.TextField(
        blank=True, help_text="What the platform calls it, until its bytes have been collected there"
    )
    read_state = models.CharField(max_length=8, choices=ReadState, default=ReadState.NOT)
    text = models.TextField(blank=True, help_text="Found in the file")
    hidden = models.JSONField(default=list, help_text="What nobody could see in the text: [{kind, text}]")
    problem = models.CharField(max_length=300, blank=True, help_text="Why it could not be read")
    read_at = models.DateTimeField(null=True)

    @classmethod
    def keep(cls, message: Message, file: File, *, is_read: bool) -> Attachment:
        """With its bytes, or to be collected. `is_read`: for the text in it, by a worker."""
        row = cls(
            message=message, name=file.name[:200], content_type=file.content_type, size=len(file.content)
        )
        if file.source:
            row.source, row.read_state = file.source, ReadState.WAITING
            row.save()
            Refetch.ask(message.channel, "file", str(row.pk))
            return row
        if is_read and row.kind:
            row.read_state = ReadState.WAITING
        row._hold(file.content)
        row.save()
        return row

    @classmethod
    def discard(cls, rows: models.QuerySet[Attachment]) -> None:
        """The rows now, their bytes after commit."""
        storage = cls.file.field.storage
        for name in rows.exclude(file="").values_list("file", flat=True):
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

    def arrive(self, content: bytes) -> None:
        """Collected: from here on it is as if it had come with its message."""
        earlier = Attachment.objects.filter(message=self.message_id, pk__lt=self.pk).count()
        message = self.message
        is_read = self.kind and not message.is_out and not message.past and earlier < self.MOST_READ
        self._hold(content)
        state = ReadState.WAITING if is_read else ReadState.NOT
        self._settle(state, source="", size=len(content), file=self.file)
        if is_read:
            wake("inbox.tasks.read_files", self.tenant, message_id=self.message_id)

    def _hold(self, content: bytes) -> None:
        self.file.save(f"{self.tenant}/{self.pk}", ContentFile(content), save=False)

    def mark_late(self, problem: str) -> None:
        """It could not be collected yet."""
        self._settle(ReadState.WAITING, problem=problem[:300])

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
        if self.source:
            Refetch.ask(self.message.channel, "file", str(self.pk))
            return
        wake("inbox.tasks.read_files", self.tenant, message_id=self.message_id)

    def _settle(self, state: ReadState, **changes: object) -> None:
        fresh = {"read_state": state, "problem": "", "text": "", "hidden": [], **changes}
        for name, value in fresh.items():
            setattr(self, name, value)
        self.save(update_fields=list(fresh))
        self.message.conversation.tell()
