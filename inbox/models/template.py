from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import models

from config.tenancy import TenantModel
from connectors.commands import FilledTemplate
from connectors.events import Approval, TemplatesRead
from connectors.events.templates import filled
from inbox.models.channel import Channel

APPROVALS = [
    (Approval.APPROVED.value, "Approved"),
    (Approval.PENDING.value, "Waiting for approval"),
    (Approval.REJECTED.value, "Rejected"),
    (Approval.PAUSED.value, "Paused by the platform"),
    (Approval.DISABLED.value, "Disabled"),
]
_KEPT = ("header", "body", "footer", "category", "problem", "unusable")


@dataclass(frozen=True)
class Shown:
    """A template as the customer reads it."""

    header: str
    body: str
    footer: str
    missing: tuple[str, ...]  # keys of the blanks nobody has filled

    @property
    def text(self) -> str:
        return "\n\n".join(part for part in (self.header, self.body, self.footer) if part)


class MessageTemplate(TenantModel):
    """A text its platform has approved, or not yet: the only kind it takes once its window is over."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="templates")
    external_id = models.CharField(max_length=200)
    name = models.CharField(max_length=512)
    language = models.CharField(max_length=20, help_text="The platform's code: en_US")
    approval = models.CharField(max_length=8, choices=APPROVALS)
    category = models.CharField(max_length=40, blank=True)
    header = models.TextField(blank=True)
    body = models.TextField()
    footer = models.TextField(blank=True)
    buttons = models.JSONField(default=list)
    blanks = models.JSONField(default=list, help_text="What has to be filled in: [{key, example}]")
    problem = models.TextField(blank=True, help_text="Why it was rejected, in the platform's words")
    unusable = models.TextField(blank=True, help_text="Why it cannot be sent from here")
    read_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "channel", "name", "language"], name="one_template_per_language"
            )
        ]

    def __str__(self) -> str:
        return self.name.replace("_", " ").capitalize()

    @classmethod
    def keep(cls, channel: Channel, event: TemplatesRead) -> bool:
        """All of them as they are now. False when newer news is here already."""
        known = cls.objects.filter(channel=channel)
        if known.filter(read_at__gte=event.at).exists():
            return False
        for each in event.templates:
            told: dict[str, Any] = {name: getattr(each, name) for name in _KEPT}
            told |= {"external_id": each.external_id, "approval": each.approval, "read_at": event.at}
            told |= {"buttons": list(each.buttons), "blanks": [asdict(blank) for blank in each.blanks]}
            cls.objects.update_or_create(
                channel=channel, name=each.name, language=each.language, defaults=told
            )
        known.filter(read_at__lt=event.at).delete()
        return True

    @property
    def can_be_sent(self) -> bool:
        return self.approval == Approval.APPROVED and not self.unusable

    def shown(self, values: Mapping[str, str]) -> Shown:
        header, body = (filled(part, getattr(self, part), values) for part in ("header", "body"))
        missing = tuple(each["key"] for each in self.blanks if not values.get(each["key"], "").strip())
        return Shown(header, body, self.footer, missing)

    def filled(self, values: Mapping[str, str]) -> FilledTemplate:
        """Only its own blanks, each on one line as platforms want them."""
        own = {each["key"]: " ".join(values.get(each["key"], "").split()) for each in self.blanks}
        return FilledTemplate(self.name, self.language, own)
