"""The current organization, and the two walls around it.

First wall: tenant managers raise outside `scope()`. Second wall: PostgreSQL row-level security on every tenant
table, keyed on a setting that lives and dies with the transaction `scope()` opens. A reused connection therefore
never remembers whom it served.

    with scope(organization_id):
        Conversation.objects.filter(...)      # sees this organization, and no other
    call_the_outside_world()                  # never inside
    with scope(organization_id):
        ...
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar, cast
from uuid import UUID

import uuid_utils.compat
from celery import Task
from django.conf import settings
from django.db import connection, migrations, models, transaction

SETTING = "waybill.organization"
USER_SETTING = "waybill.user"

_current: ContextVar[UUID | None] = ContextVar("organization", default=None)


class NoScope(RuntimeError):
    """Tenant rows were touched without saying whose they are."""


class CrossedScope(RuntimeError):
    """A second organization was opened inside the first one's transaction."""


def current_organization_id() -> UUID:
    organization_id = _current.get()
    if organization_id is None or not connection.in_atomic_block:
        raise NoScope("Open config.tenancy.scope(organization_id) first.")
    return organization_id


@contextmanager
def scope(organization_id: UUID) -> Iterator[None]:
    """One transaction that sees exactly one organization. Nesting the same one is free; another one raises."""
    outer = _current.get()
    if outer == organization_id and connection.in_atomic_block:
        yield
        return
    if outer is not None and connection.in_atomic_block:
        raise CrossedScope(f"{organization_id} inside {outer}")
    token = _current.set(organization_id)
    is_nested = connection.in_atomic_block
    try:
        with transaction.atomic():
            _set_local(SETTING, str(organization_id))
            yield
            if is_nested and not connection.needs_rollback:
                _set_local(SETTING, "")  # the enclosing transaction must not inherit it
    finally:
        _current.reset(token)


@contextmanager
def as_user(user_id: int) -> Iterator[None]:
    """One transaction in which a person sees their own memberships, across organizations, and nothing else."""
    is_nested = connection.in_atomic_block
    with transaction.atomic():
        _set_local(USER_SETTING, str(user_id))
        yield
        if is_nested:
            _set_local(USER_SETTING, "")  # otherwise it ends with the transaction


def _set_local(name: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])


class TenantManager(models.Manager[Any]):
    """Filters by the current organization, and raises where there is none."""

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(organization_id=current_organization_id())


def new_id() -> UUID:
    """A time-ordered UUID (version 7): keyset pages and B-trees like it."""
    return uuid_utils.compat.uuid7()


class TenantModel(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(
        "inbox.Organization",
        on_delete=models.CASCADE,
        default=current_organization_id,
        editable=False,
        related_name="+",
        db_index=False,  # every index that matters starts with it
    )

    objects: ClassVar[models.Manager[Any]] = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    @property
    def tenant(self) -> UUID:
        """Whose row this is; the column is never null, whatever a type checker reads from its default."""
        return cast(UUID, self.organization_id)


class Isolate(migrations.RunSQL):
    """Migration operation: row-level security on tenant tables.

    The setting is read in a sub-select, so the planner reads it once per query, not once per row.
    """

    def __init__(self, *tables: str) -> None:
        super().__init__(
            sql=[_POLICY.format(table=table, setting=SETTING) for table in tables],
            reverse_sql=[
                f"DROP POLICY tenant ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"
                for table in tables
            ],
        )
        self.tables = tables

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        return ("Isolate", self.tables, {})


_POLICY = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON {table}
  USING (organization_id = (SELECT nullif(current_setting('{setting}', true), '')::uuid))
  WITH CHECK (organization_id = (SELECT nullif(current_setting('{setting}', true), '')::uuid));
"""


class Revoke(migrations.RunSQL):
    """Migration operation: takes privileges on a table away from the application's role."""

    def __init__(self, table: str, privileges: str) -> None:
        role = settings.APP_ROLE
        super().__init__(
            sql=f'REVOKE {privileges} ON {table} FROM "{role}"',
            reverse_sql=f'GRANT {privileges} ON {table} TO "{role}"',
        )
        self.table, self.privileges = table, privileges

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        return ("Revoke", (self.table, self.privileges), {})


class TenantTask(Task):
    """Celery task that must be told whose work it is: `task.delay(organization_id=…, …)`.

    It opens no scope itself, since work that talks to the outside world needs several short ones.
    """

    abstract = True

    def apply_async(self, args: Any = None, kwargs: Any = None, *more: Any, **options: Any) -> Any:
        self._require(kwargs)
        return super().apply_async(args, kwargs, *more, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self._require(kwargs)
        token = _current.set(None)  # nothing is inherited from whoever called
        try:
            return super().__call__(
                *args, **{**kwargs, "organization_id": UUID(str(kwargs["organization_id"]))}
            )
        finally:
            _current.reset(token)

    def _require(self, kwargs: dict[str, Any] | None) -> None:
        if not (kwargs or {}).get("organization_id"):
            raise NoScope(f"Task {self.name} needs organization_id=…")
