"""Servers of one machine: they come back after a crash, with their data, and let nobody else in."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from config.servers import LONGEST_SOCKET_PATH, Postgres, Valkey


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """In a folder whose name is too long for a socket."""
    folder = tmp_path_factory.mktemp("deep" * 20) / ("postgres" * 5)
    server = Postgres(folder, fsync="off")
    server.start()
    yield server
    server.stop()
    if server.sockets != folder:
        server.sockets.rmdir()


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    server = Valkey(tmp_path / "valkey")
    server.start()
    yield server
    server.stop()


def pid_of(postgres: Postgres) -> int:
    return int((postgres.folder / "postmaster.pid").read_text().split()[0])


def kill(postgres: Postgres) -> None:
    with psycopg.connect(postgres.url()) as connection:  # ends when the server is gone
        os.kill(pid_of(postgres), signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT pg_sleep(10)")


def test_a_folder_with_a_long_name_gets_its_socket_elsewhere(postgres: Postgres):
    assert len(bytes(postgres.folder)) > LONGEST_SOCKET_PATH
    assert postgres.running()
    assert postgres.sockets.stat().st_mode & 0o077 == 0


def test_after_a_crash_it_starts_again_with_what_was_committed(postgres: Postgres):
    with psycopg.connect(postgres.url()) as connection:
        connection.execute("CREATE TABLE survivor AS SELECT 42 AS answer")
    kill(postgres)
    postgres.start()
    with psycopg.connect(postgres.url()) as connection:
        assert connection.execute("SELECT answer FROM survivor").fetchone() == (42,)


def test_another_program_with_the_number_of_the_dead_server_is_no_obstacle(postgres: Postgres):
    postgres.stop()
    (postgres.folder / "postmaster.pid").write_text(f"{os.getpid()}\n{postgres.folder}\n")
    postgres.start()
    assert postgres.running()


def test_starting_twice_takes_over_the_running_server(postgres: Postgres):
    before = pid_of(postgres)
    Postgres(postgres.folder).start()
    assert pid_of(postgres) == before


def test_valkey_wants_its_password(valkey: Valkey):
    address = valkey.url.rsplit("@", 1)[1]
    with pytest.raises(redis.AuthenticationError):
        redis.Redis.from_url(f"redis://{address}").ping()
    assert redis.Redis.from_url(valkey.url).ping()


def test_valkey_left_behind_is_taken_over_and_stopped(valkey: Valkey):
    other = Valkey(valkey.folder)
    other.start()
    assert other.url == valkey.url
    other.stop()
    assert not valkey.running()
