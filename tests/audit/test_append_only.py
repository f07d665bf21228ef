"""Nobody changes the trail: not the application, and not the owner of its tables."""

from __future__ import annotations

import psycopg
import pytest
from django.db import DatabaseError, connection

from audit.models import AuditEvent
from config.tenancy import scope
from tests.audit.trail import Trail

TABLES = ["audit_auditevent", "audit_seal"]
CHANGES = [
    "UPDATE {} SET id = id",
    "UPDATE {} SET id = id WHERE false",
    "DELETE FROM {}",
    "TRUNCATE {}",
]


def execute(trail: Trail, statement: str) -> None:
    """As the application, inside the organization."""
    with scope(trail.organization_id), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", CHANGES)
def test_it_refuses_the_application(trail: Trail, table: str, change: str) -> None:
    event_id = trail.record()
    trail.seal()
    with pytest.raises(DatabaseError, match="permission denied"):
        execute(trail, change.format(table))
    assert trail.event(event_id).kind == "message.sent"


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", CHANGES)
def test_it_refuses_the_owner(trail: Trail, owner: psycopg.Connection, table: str, change: str) -> None:
    event_id = trail.record()
    trail.seal()
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="is append-only"):
        owner.execute(change.format(table))
    assert trail.event(event_id).kind == "message.sent"


def test_it_refuses_changes_through_the_models(trail: Trail) -> None:
    event = trail.event(trail.record())
    event.kind = "message.failed"
    with pytest.raises(DatabaseError), scope(trail.organization_id):
        event.save()
    with pytest.raises(DatabaseError), scope(trail.organization_id):
        AuditEvent.objects.all().delete()


def test_it_never_drops_a_customers_key(trail: Trail) -> None:
    with pytest.raises(DatabaseError, match="permission denied"):
        execute(trail, "DELETE FROM audit_customerkey")
