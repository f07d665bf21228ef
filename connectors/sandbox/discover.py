"""Which platforms the sandbox can show: every connector folder that holds a sandbox.py."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

_CONNECTORS = Path(__file__).parent.parent


@cache
def modules() -> dict[str, ModuleType]:
    """Kind → sandbox module. A module that cannot be imported stops the start: it says so itself."""
    return {
        path.parent.name: import_module(f"connectors.{shelf}.{path.parent.name}.sandbox")
        for shelf in ("channels", "carriers")
        for path in sorted((_CONNECTORS / shelf).glob("*/sandbox.py"))
    }
