"""Which events a page or an export shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from django import forms
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from audit.models import ActorKind, AuditEvent

PAGE = 50


class FilterForm(forms.Form):
    """`actor` is a kind of actor, or one of them: "member:<id>"."""

    kind = forms.CharField(required=False, max_length=60)
    actor = forms.RegexField(rf"^({'|'.join(ActorKind.values)})(:.{{1,64}})?$", required=False)
    conversation = forms.UUIDField(required=False)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False, help_text="This day is included")


@dataclass(frozen=True)
class Filter:
    kind: str = ""
    actor: str = ""
    conversation: UUID | None = None
    since: datetime | None = None
    before: datetime | None = None

    @classmethod
    def of(cls, form: FilterForm) -> Self:
        """What was asked for and understood; days are days of the organization's time zone."""
        form.full_clean()
        asked = form.cleaned_data  # without the fields that were not understood
        until = asked.get("until")
        return cls(
            kind=asked.get("kind", ""),
            actor=asked.get("actor", ""),
            conversation=asked.get("conversation"),
            since=_start(asked.get("since")),
            before=_start(until + timedelta(days=1)) if until else None,
        )

    def events(self) -> QuerySet[AuditEvent]:
        """Inside a scope; in no order yet."""
        actor_kind, _, actor_id = self.actor.partition(":")
        asked: dict[str, Any] = {
            "kind": self.kind,
            "actor_kind": actor_kind,
            "actor_id": actor_id,
            "conversation_id": self.conversation,
            "at__gte": self.since,
            "at__lt": self.before,
        }
        return AuditEvent.objects.filter(**{name: value for name, value in asked.items() if value})


def _start(day: Any) -> datetime | None:
    return timezone.make_aware(datetime(day.year, day.month, day.day)) if day else None


def older(events: QuerySet[AuditEvent], than: AuditEvent | None) -> tuple[list[AuditEvent], bool]:
    """One page of the newest events before `than`, with their seals, and whether there are more."""
    if than:
        events = events.filter(at__lte=than.at).exclude(at=than.at, id__gte=than.pk)
    page = list(events.select_related("seal").order_by("-at", "-id")[: PAGE + 1])
    return page[:PAGE], len(page) > PAGE


def newer(events: QuerySet[AuditEvent], than: AuditEvent | None, count: int) -> list[AuditEvent]:
    """The next `count` events after `than`, oldest first, with their seals."""
    if than:
        events = events.filter(at__gte=than.at).exclude(at=than.at, id__lte=than.pk)
    return list(events.select_related("seal").order_by("at", "id")[:count])


_KINDS = """
WITH RECURSIVE step AS (
  (SELECT kind FROM audit_auditevent WHERE organization_id = %(organization)s ORDER BY kind LIMIT 1)
  UNION ALL
  SELECT (SELECT kind FROM audit_auditevent e
          WHERE organization_id = %(organization)s AND e.kind > step.kind ORDER BY e.kind LIMIT 1)
  FROM step WHERE step.kind IS NOT NULL
)
SELECT kind FROM step WHERE kind IS NOT NULL
"""


def kinds(organization_id: UUID) -> list[str]:
    """Every kind that occurs: one look into the index for each, where DISTINCT would read the whole trail."""
    with connection.cursor() as cursor:
        cursor.execute(_KINDS, {"organization": organization_id})
        return [row[0] for row in cursor.fetchall()]
