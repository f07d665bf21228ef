"""When an answer is due: a channel's clock, in the seller's time zone, over weekends and holidays where it stops there."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from connectors.contract import ReplyClock

WARNED = 0.75  # of the time, after which an answer is urgent where the clock does not say


def due_at(since: datetime, clock: ReplyClock, zone: str, country: str) -> datetime:
    """`since` and the answer are aware. A business clock counts whole business days, midnight to midnight there."""
    left = clock.within
    if not clock.business_days:
        return since + left
    here = ZoneInfo(zone)
    at = since.astimezone(here)
    while True:
        tomorrow = datetime.combine(at.date() + timedelta(days=1), time(), here)
        if is_business_day(at.date(), country):
            rest = timedelta(
                seconds=tomorrow.timestamp() - at.timestamp()
            )  # 23 hours when the clocks go forward
            if left <= rest:
                return datetime.fromtimestamp(at.timestamp() + left.total_seconds(), here)
            left -= rest
        at = tomorrow


def is_business_day(day: date, country: str) -> bool:
    return day.weekday() < 5 and day not in _holidays(country)


@lru_cache(maxsize=64)
def _holidays(country: str) -> holidays.HolidayBase:
    """A country the library does not know has none."""
    try:
        return holidays.country_holidays(country)
    except NotImplementedError:
        return holidays.HolidayBase()


def countries() -> list[str]:
    """Those whose holidays are known, as ISO 3166-1 alpha-2."""
    return sorted(holidays.list_supported_countries(include_aliases=False))
