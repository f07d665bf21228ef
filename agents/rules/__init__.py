"""The kinds of rules a policy is made of: one file each, found by looking."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import Any

from agents.rules.rule import Rule


@cache
def kinds() -> Mapping[str, type[Rule]]:
    """By name, in the order of their labels."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    named = [each for each in Rule.__subclasses__() if hasattr(each, "name")]
    return {each.name: each for each in sorted(named, key=lambda each: each.label)}


def read(kept: Mapping[str, Any]) -> Rule:
    """Raises KeyError for a kind there is not."""
    return kinds()[kept["rule"]].from_json(kept)
