"""Which connectors exist: every folder below channels/ and carriers/ that holds a connector.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import import_module
from pathlib import Path

from connectors.contract import Capability, Connector

_HERE = Path(__file__).parent
_stand_ins: ContextVar[Mapping[str, Connector] | None] = ContextVar("stand_ins", default=None)


@cache
def connectors() -> dict[str, Connector]:
    """Kind → connector, in alphabetical order."""
    found: dict[str, Connector] = {}
    for shelf in ("channels", "carriers"):
        for path in sorted((_HERE / shelf).glob("*/connector.py")):
            module = import_module(f"connectors.{shelf}.{path.parent.name}.connector")
            found[path.parent.name] = module.connector
    return dict(sorted(found.items()))


def connector(kind: str) -> Connector:
    """Raises KeyError with the known kinds, so that a typing mistake explains itself."""
    if stand_in := (_stand_ins.get() or {}).get(kind):
        return stand_in
    try:
        return connectors()[kind]
    except KeyError:
        raise KeyError(f"No connector named {kind!r}; there are {', '.join(connectors())}.") from None


@contextmanager
def standing_in(by_kind: Mapping[str, Connector]) -> Iterator[None]:
    """In here, and in nobody else's thread, others are asked in these platforms' place."""
    token = _stand_ins.set(by_kind)
    try:
        yield
    finally:
        _stand_ins.reset(token)


def with_capability(capability: Capability) -> list[Connector]:
    return [each for each in connectors().values() if capability in each.capabilities]
