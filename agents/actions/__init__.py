"""The kinds of actions: one file each, found by looking."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from agents.actions.kind import Kind


@cache
def kinds() -> Mapping[str, Kind]:
    """By name, in the order of their labels."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    named = [each() for each in _all(Kind) if hasattr(each, "name")]
    return {each.name: each for each in sorted(named, key=lambda each: each.label)}


def kind(name: str) -> Kind:
    """Raises KeyError for a kind there is not."""
    return kinds()[name]


def _all(base: type[Kind]) -> list[type[Kind]]:
    return [found for each in base.__subclasses__() for found in [each, *_all(each)]]
