"""A day's calls of one application, shared by all its accounts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors import http
from connectors.contract import Account
from connectors.errors import RateLimited
from connectors.quota import LIVE, PAST, POLLING, Quota

EVENING = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
MORNING = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


@pytest.fixture
def quota(request: pytest.FixtureRequest) -> Quota:
    return Quota("platform", request.node.name, "calls", per_day=100)


def spent(quota: Quota, now: datetime, most: int = 200) -> int:
    """How many calls go through."""
    for count in range(most):
        try:
            quota.spend(now)
        except RateLimited:
            return count
    return most


def test_all_accounts_of_one_application_share_the_day(quota: Quota) -> None:
    assert spent(quota, EVENING) == 100
    with pytest.raises(RateLimited) as caught:
        replace(quota).spend(EVENING)
    assert caught.value.retry_after == 30 * 60
    assert spent(replace(quota, application="another"), EVENING) == 100


def test_a_new_day_begins_with_nothing_used(quota: Quota) -> None:
    assert spent(quota, EVENING) == 100
    assert spent(quota, EVENING + timedelta(hours=1)) == 100


def test_the_day_begins_where_the_platform_is(quota: Quota) -> None:
    there = replace(quota, zone="America/Los_Angeles")
    assert spent(there, EVENING) == 100
    assert spent(there, EVENING + timedelta(hours=1)) == 0


def test_routine_work_leaves_room_for_whoever_waits(quota: Quota) -> None:
    assert spent(replace(quota, part=PAST), EVENING) == 40
    assert spent(replace(quota, part=POLLING), EVENING) == 30
    assert spent(replace(quota, part=LIVE), EVENING) == 30


def test_routine_work_is_spread_over_the_day(quota: Quota) -> None:
    routine = replace(quota, part=POLLING)
    assert spent(routine, MORNING) == 5  # two of 24 hours of seventy
    with pytest.raises(RateLimited) as caught:
        routine.spend(MORNING)
    assert 0 < caught.value.retry_after < 1800
    assert spent(routine, MORNING + timedelta(seconds=caught.value.retry_after + 1)) == 1


def test_a_platform_that_says_enough_is_believed(quota: Quota) -> None:
    quota.spend(EVENING)
    quota.exhaust(EVENING)
    assert spent(quota, EVENING) == 0


def test_a_request_beyond_the_quota_never_leaves(quota: Quota) -> None:
    quota.exhaust()
    account = Account("1", "platform", "seller")
    with pytest.raises(RateLimited, match="platform"):
        http.request(
            account,
            "GET",
            "http://127.0.0.1:1/",
            safe=True,
            rate=http.Rate(10, 10),
            quota=quota,
        )
