"""The pretend world over HTTP: each platform's API below `/<kind>`, JSON for tests, pages for people."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from connectors.mail.sandbox import Mailboxes
from connectors.sandbox import api, pages
from connectors.sandbox.hub import Hub
from connectors.sandbox.stage import Stage
from connectors.sandbox.trouble import Trouble
from connectors.sandbox.world import World

_HERE = Path(__file__).parent


def build(
    world: World, trouble: Trouble, hub: Hub, mailboxes: Mailboxes | None = None, waybill: str = ""
) -> Starlette:
    """Hub and mail servers start and stop with the app; without `mailboxes` there are no mail servers. `waybill` is its
    address, for the chat on the shops' pages."""
    stage = Stage(world, trouble, hub, mailboxes, waybill)
    platforms = [
        Mount(f"/{kind}", routes=module.routes(world, trouble))
        for kind, module in hub.modules.items()
        if hasattr(module, "routes")
    ]
    static = Mount("/static", StaticFiles(directory=_HERE / "static"))

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as started:
            hub.start()
            started.callback(hub.stop)
            if mailboxes is not None:
                await started.enter_async_context(mailboxes)
            yield

    return Starlette(routes=[*platforms, static, *api.routes(stage), *pages.routes(stage)], lifespan=lifespan)
