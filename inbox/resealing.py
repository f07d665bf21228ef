"""Everything that is sealed, sealed anew under the newest master key, so that older keys can be thrown away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.db import connection

from audit.models import CustomerKey
from config.sealing import reseal
from config.tenancy import scope
from inbox.models import Organization
from inbox.sealed import SealedJSONField

BATCH = 500


@dataclass
class Tally:
    """Of one column: rows sealed anew, rows that were under the newest key, and the ids no key opens."""

    column: str
    anew: int = 0
    already: int = 0
    shut: list[str] = field(default_factory=list)


def reseal_all() -> Iterator[Tally]:
    """In batches, each a transaction of its own: broken off, it can be run again and goes on."""
    organizations = list(Organization.objects.values_list("pk", flat=True))
    for table, column in _columns():
        tally = Tally(f"{table}.{column}")
        for organization_id in organizations:
            last: UUID | None = None
            while last := _batch(organization_id, table, column, last, tally):
                pass
        yield tally


def _columns() -> list[tuple[str, str]]:
    sealed = [
        (model._meta.db_table, each.column)
        for model in apps.get_models()
        for each in model._meta.local_concrete_fields
        if isinstance(each, SealedJSONField) and each.column
    ]
    return [*sealed, (CustomerKey._meta.db_table, "wrapped")]


def _batch(organization_id: UUID, table: str, column: str, after: UUID | None, tally: Tally) -> UUID | None:
    """The last row looked at, or None at the end. Locked, so that nobody's new credentials are written over."""
    with scope(organization_id), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, {column} FROM {table} WHERE organization_id = %s AND length({column}) > 0"  # noqa: S608
            " AND (%s::uuid IS NULL OR id > %s) ORDER BY id LIMIT %s FOR UPDATE",
            [organization_id, after, after, BATCH],
        )
        rows = cursor.fetchall()
        for pk, content in rows:
            try:
                fresh = reseal(bytes(content))
            except InvalidToken:
                tally.shut.append(str(pk))
                continue
            if fresh is None:
                tally.already += 1
                continue
            cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [fresh, pk])  # noqa: S608
            tally.anew += 1
    return rows[-1][0] if rows else None
