"""One tenant row read or written in one trip to the database, for roads so busy that a scope's four trips are felt.

The setting that the second wall is keyed on and the statement go as one text. PostgreSQL runs that as one transaction,
the setting first, and the setting ends with it: nothing is left on the connection.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper

from config.tenancy import SETTING, CrossedScope, TenantModel

Row = TypeVar("Row", bound=TenantModel)

_INSIDE = "SELECT set_config(%s, %s, true)"
_INSIDE_AT = "SELECT set_config(%s, id::text, true) FROM inbox_organization WHERE slug = %s"


def find_at(model: type[Row], slug: str, pk: UUID) -> Row | None:
    """The row with that id in the organization with that address."""
    with _together(_INSIDE_AT, [SETTING, slug], _selection(model), [pk, slug]) as cursor:
        found = cursor.fetchone()
    if found is None:
        return None
    fields = model._meta.concrete_fields
    values = [_converted(field, value) for field, value in zip(fields, found, strict=True)]
    return model.from_db(None, [field.attname for field in fields], values)


def change(organization_id: UUID, statement: str, params: Sequence[Any]) -> int:
    """Runs an INSERT, UPDATE or DELETE inside that organization; how many rows it touched."""
    with _together(_INSIDE, [SETTING, str(organization_id)], statement, params) as cursor:
        return cursor.rowcount


def _together(opening: str, naming: Sequence[Any], statement: str, params: Sequence[Any]) -> CursorWrapper:
    if connection.in_atomic_block:
        raise CrossedScope("The setting would last as long as the transaction around it.")
    cursor = connection.cursor()
    cursor.execute(f"{opening}; {statement}", [*naming, *params])
    cursor.nextset()
    return cursor


@cache
def _selection(model: type[TenantModel]) -> str:
    """Both walls: what the manager would add stands here as a sub-select, since the id is not known yet."""
    columns = ", ".join(str(field.column) for field in model._meta.concrete_fields)
    here = "(SELECT id FROM inbox_organization WHERE slug = %s)"
    return f"SELECT {columns} FROM {model._meta.db_table} WHERE id = %s AND organization_id = {here}"  # noqa: S608


def _converted(field: Any, value: Any) -> Any:
    for convert in field.get_db_converters(connection):
        value = convert(value, None, connection)
    return value
