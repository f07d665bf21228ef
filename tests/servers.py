"""The servers of the test run: one PostgreSQL and one Valkey under var/test, shared by all workers and runs.

A run holds a shared lock while it lasts, and the last one out stops the servers; a killed run leaves them to the
next. Each worker has its own database, copied from a migrated template, and its own numbered Valkey database.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psutil
import psycopg
import redis
from cryptography.fernet import Fernet
from psycopg import sql

from config.provision import APPLICATION, OWNER, provision
from config.servers import Postgres, Valkey

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "var" / "test"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")  # empty in the process that starts the workers
RUN = os.environ.setdefault("WAYBILL_TEST_RUN", str(os.getpid()))  # workers inherit it
DATABASE = f"test_{RUN}_{WORKER or 'main'}"
VALKEY_DATABASES = 64

# A crash may cost this data: it is made anew in seconds.
postgres = Postgres(HOME / "postgres", fsync="off", synchronous_commit="off", full_page_writes="off")
valkey = Valkey(HOME / "valkey", databases=VALKEY_DATABASES)


def set_environment() -> None:
    """Everything the settings ask for, before they are read. PostgreSQL starts with the first test that needs it."""
    with one_at_a_time():
        valkey.start()
    for name in [name for name in os.environ if name.startswith("OPENAI_")]:
        del os.environ[name]  # no test may call a paid service
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "WAYBILL_TESTING": "true",
        "SECRET_KEY": "only for tests",
        "UNDO_SECONDS": "0",
        "WAYBILL_MASTER_KEYS": Fernet.generate_key().decode(),
        "DATABASE_URL": postgres.url(APPLICATION.name, DATABASE),
        "REDIS_URL": f"{valkey.url}/{_own_number()}",
        "WAYBILL_LIVE_PREFIX": DATABASE,  # Valkey's messages know no numbers
    }


def _own_number() -> int:
    turn = redis.Redis.from_url(f"{valkey.url}/0").incr("turn")
    number = 1 + int(turn) % (VALKEY_DATABASES - 1)
    redis.Redis.from_url(f"{valkey.url}/{number}").flushdb()
    return number


@contextmanager
def own_database() -> Iterator[None]:
    with one_at_a_time():
        postgres.start()
        template = _template()
        with administrator() as connection:
            _drop_abandoned(connection)
            statement = "CREATE DATABASE {} TEMPLATE {} OWNER {}"
            names = (DATABASE, template, OWNER.name)
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
    try:
        yield
    finally:
        with administrator() as connection:
            _drop(connection, DATABASE)


def _template() -> str:
    """The name of a database with all migrations applied by the owner; made when a migration has changed."""
    sources = [*ROOT.glob("*/migrations/*.py"), ROOT / "config/tenancy.py", ROOT / "config/provision.py"]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted([*sources, ROOT / "uv.lock"])))
    name = f"template_{digest.hexdigest()[:12]}"
    with administrator() as connection:
        present = [row[0] for row in connection.execute("SELECT datname FROM pg_database")]
        if name in present:
            return name
        for old in present:
            if old == "unfinished" or old.startswith("template_"):
                _drop(connection, old)
        provision(postgres.url(), "unfinished")
        environment = {**os.environ, "DATABASE_URL": postgres.url(OWNER.name, "unfinished")}
        command = [sys.executable, str(ROOT / "manage.py"), "migrate", "--skip-checks", "--verbosity", "0"]
        subprocess.run(command, env=environment, cwd=ROOT, check=True)
        connection.execute(sql.SQL("ALTER DATABASE unfinished RENAME TO {}").format(sql.Identifier(name)))
    return name


def _drop_abandoned(connection: psycopg.Connection) -> None:
    for (name,) in connection.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE 'test\\_%'"
    ).fetchall():
        if not psutil.pid_exists(int(name.split("_")[1])):
            _drop(connection, name)


def _drop(connection: psycopg.Connection, name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def administrator() -> psycopg.Connection:
    return psycopg.connect(postgres.url(), autocommit=True)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    with _locked("starting", fcntl.LOCK_EX):
        yield


def take_part() -> None:
    """Every worker holds the lock while it lasts, as does the process that started it."""
    _part.append(_locked("running", fcntl.LOCK_SH))


def leave() -> None:
    while _part:
        with _part.pop() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return  # somebody goes on
            postgres.stop()
            valkey.stop()


def _locked(name: str, kind: int) -> IO[str]:
    HOME.mkdir(parents=True, exist_ok=True)
    lock = (HOME / f"{name}.lock").open("a")
    fcntl.flock(lock, kind)
    return lock


_part: list[IO[str]] = []
