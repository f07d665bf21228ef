from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import psycopg
import pytest

if TYPE_CHECKING:
    from tests.audit.trail import Trail
    from tests.world import World


@pytest.fixture
def trail(world: World) -> Trail:
    from tests.audit.trail import Trail

    return Trail(world.organization.pk)


@pytest.fixture
def customer_id() -> UUID:
    return uuid4()


@pytest.fixture
def intruder(owner: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """Somebody with the owner's password, who has switched the triggers off."""
    for table in ("audit_auditevent", "audit_seal"):
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER append_only")
    yield owner
    for table in ("audit_auditevent", "audit_seal"):
        owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER append_only")


@pytest.fixture
def count_queries() -> Callable[[Callable[[], object]], int]:
    """How many statements some work sends, beside the borders of its transactions."""

    def count(work: Callable[[], object]) -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            work()
        return sum(query["sql"] not in {"BEGIN", "COMMIT"} for query in queries)

    return count
