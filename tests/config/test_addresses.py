"""Wrong addresses say what is wrong, on one line."""

from __future__ import annotations

import socket

import pytest

from config.addresses import Refused, free_port, postgres_address, reach_postgres, reach_redis
from tests import servers


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "it is empty"),
        ("waybill", "it is something else"),
        ("mysql://a@b/c", "it is something else"),
        ("postgresql://somebody@host", "lacks the database"),
        ("postgresql://host/waybill", "lacks the user"),
        ("postgresql://a@host/waybill?unheard=of", "unheard"),
    ],
)
def test_a_database_address_that_cannot_be_read_is_refused(url: str, says: str):
    with pytest.raises(Refused, match=says) as refusal:
        postgres_address("DATABASE_URL", url)
    assert "DATABASE_URL" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_database_nobody_serves_is_refused():
    with pytest.raises(Refused, match=r"DATABASE_URL: .*refused") as refusal:
        reach_postgres("DATABASE_URL", f"postgresql://a@127.0.0.1:{free_port(20000)}/waybill")
    assert "\n" not in str(refusal.value)


def test_a_port_that_is_no_number_is_refused():
    with pytest.raises(Refused, match=r"DATABASE_URL: .*port"):
        reach_postgres("DATABASE_URL", "postgresql://a@127.0.0.1:port/waybill")


def test_a_role_the_database_does_not_know_is_refused():
    with pytest.raises(Refused, match='role "nobody_we_know" does not exist'):
        reach_postgres("DATABASE_URL", servers.postgres.url("nobody_we_know", servers.DATABASE))


@pytest.mark.parametrize(
    "url", ["localhost:6379", "http://localhost", "unix:///tmp/valkey.sock", "redis://localhost:six"]
)
def test_a_redis_address_that_cannot_be_read_is_refused(url: str):
    with pytest.raises(Refused, match="REDIS_URL must look like redis://"):
        reach_redis("REDIS_URL", url)


def test_a_redis_that_is_not_there_is_refused():
    with pytest.raises(Refused, match=r"REDIS_URL: .*refused"):
        reach_redis("REDIS_URL", f"redis://127.0.0.1:{free_port(20000)}/0")


def test_a_wrong_password_for_redis_is_refused_and_not_repeated():
    address = servers.valkey.url.rsplit("@", 1)[1]
    with pytest.raises(Refused, match="REDIS_URL: ") as refusal:
        reach_redis("REDIS_URL", f"redis://:not-this-one@{address}/0")
    assert "not-this-one" not in str(refusal.value)


def test_a_busy_port_gives_way_to_the_next():
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        assert free_port(port) > port


def test_a_port_promised_to_another_process_is_not_given_twice():
    first = free_port(20000)
    assert free_port(first, frozenset({first})) > first
