"""What a conversation is after somebody said something, written for many at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from config.tenancy import current_organization_id

if TYPE_CHECKING:
    from inbox.models.conversation import Conversation

_FIELDS = {
    "handles": "jsonb",
    "snippet": "text",
    "last_message_at": "timestamptz",
    "unread": "boolean",
    "waiting_since": "timestamptz",
    "due_at": "timestamptz",
    "state": "text",
    "snoozed_until": "timestamptz",
    "priority": "smallint",
    "taken_at": "timestamptz",
    "marks": "text[]",
}
# By the ORM it would be a CASE for each row and column, and takes ten times as long.
_KEEP = f"""
UPDATE inbox_conversation AS row SET {", ".join(f"{name} = heard.{name}" for name in _FIELDS)}
  FROM jsonb_to_recordset(%s::jsonb) AS heard(id uuid, {", ".join(f"{name} {kind}" for name, kind in _FIELDS.items())})
 WHERE row.organization_id = %s AND row.id = heard.id
"""  # noqa: S608


# Likewise: by the ORM each value would be a parameter of its own, since PostgreSQL can't unnest the array of marks.
_BEGIN = """
INSERT INTO inbox_conversation ({columns})
SELECT {columns} FROM jsonb_populate_recordset(NULL::inbox_conversation, %s::jsonb)
    ON CONFLICT DO NOTHING RETURNING id
"""


def begin(conversations: Sequence[Conversation]) -> set[UUID]:
    """Write new ones down; the ids of those that were. A rival may have opened the same thread."""
    if not conversations:
        return set()
    columns = [str(field.column) for field in conversations[0]._meta.concrete_fields]
    names = [field.attname for field in conversations[0]._meta.concrete_fields]
    rows = [
        {column: getattr(each, name) for column, name in zip(columns, names, strict=True)}
        for each in conversations
    ]
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN.format(columns=", ".join(columns)), [json.dumps(rows, default=str)])
        written = {pk for (pk,) in cursor.fetchall()}
    for each in conversations:
        each._state.adding = each.pk not in written
    return written


def keep(conversations: Iterable[Conversation]) -> None:
    """One statement; the rows exist and are locked."""
    rows = [{name: getattr(each, name) for name in ("id", *_FIELDS)} for each in conversations]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, [json.dumps(rows, default=str), current_organization_id()])
