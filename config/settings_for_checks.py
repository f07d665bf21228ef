"""The settings, for tools that only read the code (mypy's Django plugin): nothing is connected to."""

import os

for _name, _value in {
    "SECRET_KEY": "only for checks",
    "WAYBILL_MASTER_KEYS": "only for checks",
    "DATABASE_URL": "postgresql://nobody@localhost/nothing",
    "REDIS_URL": "redis://localhost:1/0",
}.items():
    os.environ.setdefault(_name, _value)

from config.settings import *  # noqa: E402, F403
