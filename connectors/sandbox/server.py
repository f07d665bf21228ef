"""The pretend world over HTTP: each platform's API below `/<kind>`, JSON for tests, pages for people."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from connectors.sandbox import api, pages
from connectors.sandbox.hub import Hub
from connectors.sandbox.stage import Stage
from connectors.sandbox.trouble import Trouble
from connectors.sandbox.world import World

_HERE = Path(__file__).parent


def build(world: World, trouble: Trouble, hub: Hub, stage: Stage | None = None) -> Starlette:
    """`stage` says where the mail servers are; without it there are none. Starting the hub is the caller's."""
    stage = stage or Stage(world, trouble, hub)
    platforms = [
        Mount(f"/{kind}", routes=module.routes(world, trouble))
        for kind, module in hub.modules.items()
        if hasattr(module, "routes")
    ]
    static = Mount("/static", StaticFiles(directory=_HERE / "static"))
    return Starlette(routes=[*platforms, static, *api.routes(stage), *pages.routes(stage)])
