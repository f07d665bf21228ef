"""Servers, one database per worker, and real commits.

Tests connect as the application's role, and nothing wraps them in a transaction: each makes its own organizations
(tests/world.py), so nothing needs cleaning up, `on_commit` runs, and row-level security is always on. A run of
plain Python folders alone (`pytest tests/connectors`) starts no server and loads no Django.

A folder's own conftest.py is read before Django is ready, so it imports models inside its fixtures.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from config.provision import OWNER
from tests import servers

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

    from tests.world import World

os.environ.setdefault("WAYBILL_REACHABLE", "127.0.0.0/8,::1/128")  # where the tests' platforms are

WITHOUT_DJANGO = {
    "browser",
    "connectors",
    "contracts",
}  # folders under tests/ that need none in their own process
TESTS = Path(__file__).resolve().parent


def folder_of(path: str) -> str:
    inside = Path(path.split("::")[0]).resolve()
    return inside.relative_to(TESTS).parts[0] if TESTS in inside.parents else ""


def pytest_configure(config: pytest.Config) -> None:
    if {folder_of(argument) for argument in config.args} <= WITHOUT_DJANGO:
        os.environ.pop("DJANGO_SETTINGS_MODULE", None)
        return
    servers.take_part()
    servers.set_environment()
    import django

    django.setup()


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Workers pay for themselves in the whole run; one folder is sooner done without."""
    return min(os.cpu_count() or 1, 4) if "" in {folder_of(argument) for argument in config.args} else 0


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    return ByFile(config, log) if config.getvalue("dist") == "loadfile" else None


class ByFile(LoadFileScheduling):
    """A file goes to one worker, and so does all of tests/browser: it drives one demo."""

    def _split_scope(self, nodeid: str) -> str:
        return "tests/browser" if nodeid.startswith("tests/browser/") else super()._split_scope(nodeid)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's tests first: they take longest, and one worker does them all."""
    items.sort(key=lambda item: folder_of(str(item.path)) != "browser")


def pytest_xdist_setupnodes() -> None:
    # A worker must read this file before the settings.
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_unconfigure() -> None:
    servers.leave()


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    from django.db import connections
    from django.db.backends.postgresql.base import DatabaseWrapper

    with servers.own_database():
        django_db_blocker.unblock()
        yield
        for connection in connections.all(initialized_only=True):
            connection.close()
            if isinstance(connection, DatabaseWrapper):
                connection.close_pool()


@pytest.fixture(autouse=True)
def _database(request: pytest.FixtureRequest) -> None:
    if folder_of(str(request.path)) not in WITHOUT_DJANGO:
        request.getfixturevalue("django_db_setup")


@pytest.fixture
def owner(django_db_setup: None) -> Iterator[psycopg.Connection]:
    """As the role that owns the tables, past both walls."""
    with psycopg.connect(servers.postgres.url(OWNER.name, servers.DATABASE), autocommit=True) as connection:
        yield connection


@pytest.fixture
def world(django_db_setup: None) -> World:
    from tests.world import build

    return build()
