"""Valkey (or Redis) for what is said in passing: wake-ups and "changed". Nothing that is owed stands there."""

from __future__ import annotations

from functools import cache

import redis
from django.conf import settings


@cache
def valkey() -> redis.Redis:
    """One client for the process; Django's cache makes a new one for each call."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2)
