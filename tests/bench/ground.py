"""A PostgreSQL that keeps its promises (fsync on), Valkey, and servers as in production, all under var/bench."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import psycopg
import redis
from cryptography.fernet import Fernet

from config.addresses import free_port
from config.provision import APPLICATION, OWNER, provision
from config.servers import Postgres, Valkey

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "var" / "bench"
DATABASE = "bench"

postgres = Postgres(HOME / "postgres")
valkey = Valkey(HOME / "valkey")


@contextmanager
def ground() -> Iterator[None]:
    """A new database, and Django set up as the application's role. One run at a time; others wait."""
    with _alone(), _servers():
        yield


@contextmanager
def _alone() -> Iterator[None]:
    """Runs share a database and two cores, so a second one would drop the first one's rows and bend its figures."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            print(
                f"Waiting for the run of process {lock.read().strip()} to end.", file=sys.stderr, flush=True
            )
            fcntl.flock(lock, fcntl.LOCK_EX)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


@contextmanager
def _servers() -> Iterator[None]:
    try:
        postgres.start()
        valkey.start()
        with psycopg.connect(postgres.url(), autocommit=True) as administrator:
            administrator.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        provision(postgres.url(), DATABASE)
        _set_environment()
        _manage("migrate", "--skip-checks", DATABASE_URL=postgres.url(OWNER.name, DATABASE))
        _manage("collectstatic", "--no-input", "--skip-checks")
        import django

        django.setup()
        yield
    finally:
        _close_connections()
        postgres.stop()
        valkey.stop()


def _set_environment() -> None:
    for name in [name for name in os.environ if name.startswith("OPENAI_")]:
        del os.environ[name]  # nothing here may cost money
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        "SECRET_KEY": "only for measuring",
        "WAYBILL_MASTER_KEYS": Fernet.generate_key().decode(),
        "DATABASE_URL": postgres.url(APPLICATION.name, DATABASE),
        "REDIS_URL": f"{valkey.url}/0",
        "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
        "PUBLIC_URL": "http://localhost",
        "LOG_LEVEL": "WARNING",
        "WAYBILL_REACHABLE": "127.0.0.0/8,::1/128",
        "MEDIA_ROOT": str(HOME / "media"),
    }


def _manage(*arguments: str, **environment: str) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=True, stdout=subprocess.DEVNULL)


def _close_connections() -> None:
    if "django" not in sys.modules:
        return
    from django.db import connections
    from django.db.backends.postgresql.base import DatabaseWrapper

    for connection in connections.all(initialized_only=True):
        connection.close()
        if isinstance(connection, DatabaseWrapper):
            connection.close_pool()


def processes() -> dict[str, psutil.Process]:
    """PostgreSQL's first process, whose children are its connections, and Valkey's."""
    numbers = {
        "postgres": (postgres.folder / "postmaster.pid").read_text().split()[0],
        "valkey": redis.Redis.from_url(valkey.url).info("server")["process_id"],
    }
    return {name: psutil.Process(int(number)) for name, number in numbers.items()}


@contextmanager
def owner() -> Iterator[psycopg.Connection]:
    """Past both walls, to make a crowd quickly."""
    with psycopg.connect(postgres.url(OWNER.name, DATABASE), autocommit=True) as connection:
        yield connection


@contextmanager
def serving(interface: str, application: str, *options: str) -> Iterator[str]:
    """Granian with one worker; the address, without a slash at its end."""
    port = free_port(18700)
    command = [sys.executable, "-m", "granian", "--interface", interface, "--host", "127.0.0.1"]
    command += ["--port", str(port), "--log-level", "warning", *options, application]
    server = subprocess.Popen(command, cwd=ROOT)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                if httpx.get(f"{url}/health").status_code == httpx.codes.OK:
                    break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=20)
