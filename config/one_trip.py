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
from django.db.models import Model

from config.tenancy import SETTING, USER_SETTING, CrossedScope, TenantModel

Row = TypeVar("Row", bound=TenantModel)
Made = TypeVar("Made", bound=Model)

_INSIDE = "SELECT set_config(%s, %s, true)"
_INSIDE_AT = "SELECT set_config(%s, id::text, true) FROM inbox_organization WHERE slug = %s"


def find_at(model: type[Row], slug: str, pk: UUID) -> Row | None:
    """The row with that id in the organization with that address."""
    return _find(model, slug, "id", pk)


def find_called(model: type[Row], slug: str, external_id: str) -> Row | None:
    """The row with that name of somebody else's in the organization with that address."""
    return _find(model, slug, "external_id", external_id)


def _find(model: type[Row], slug: str, column: str, value: object) -> Row | None:
    with _together(_INSIDE_AT, [SETTING, slug], _selection(model, column), [value, slug]) as cursor:
        found = cursor.fetchone()
    return None if found is None else _made(model, found)


def find_own(model: type[Row], slug: str, user_id: int) -> Row | None:
    """A person's own row in the organization with that address, which comes with it; `config.tenancy.as_user` shows
    the same. A transaction around it keeps nothing of the setting."""
    statement, cut = _joined(model)
    values: list[Any] = [USER_SETTING, str(user_id), user_id, slug, USER_SETTING, ""]
    with connection.cursor() as cursor:
        cursor.execute(f"{_INSIDE}; {statement}; {_INSIDE}", values)
        cursor.nextset()
        found = cursor.fetchone()
    if found is None:
        return None
    row = _made(model, found[:cut])
    row.organization = _made(_organization(model), found[cut:])
    return row


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
def _selection(model: type[TenantModel], by: str) -> str:
    """Both walls: what the manager would add stands here as a sub-select, since the id is not known yet."""
    columns = ", ".join(str(field.column) for field in model._meta.concrete_fields)
    here = "(SELECT id FROM inbox_organization WHERE slug = %s)"
    return f"SELECT {columns} FROM {model._meta.db_table} WHERE {by} = %s AND organization_id = {here}"  # noqa: S608


@cache
def _joined(model: type[TenantModel]) -> tuple[str, int]:
    """The statement, and where in its rows the organization begins."""
    own, whole = model._meta, _organization(model)._meta
    columns = [f"{meta.db_table}.{field.column}" for meta in (own, whole) for field in meta.concrete_fields]
    joined = f"{own.db_table} JOIN {whole.db_table} ON {whole.db_table}.id = {own.db_table}.organization_id"
    statement = f"SELECT {', '.join(columns)} FROM {joined} WHERE user_id = %s AND slug = %s"  # noqa: S608
    return statement, len(own.concrete_fields)


def _organization(model: type[TenantModel]) -> Any:
    return model._meta.get_field("organization").related_model


def _made(model: type[Made], found: Sequence[Any]) -> Made:
    fields = model._meta.concrete_fields
    values = [_converted(field, value) for field, value in zip(fields, found, strict=True)]
    return model.from_db(None, [field.attname for field in fields], values)


def _converted(field: Any, value: Any) -> Any:
    for convert in field.get_db_converters(connection):
        value = convert(value, None, connection)
    return value
