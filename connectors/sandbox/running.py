"""Starts and stops all that makes the world run, in order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from connectors.sandbox import discover, store
from connectors.sandbox.hub import Hub
from connectors.sandbox.seed import seed
from connectors.sandbox.server import build
from connectors.sandbox.stage import Stage
from connectors.sandbox.trouble import Trouble
from connectors.sandbox.world import World


@dataclass(frozen=True)
class Ports:
    host: str
    http: int
    smtp: int
    imap: int


@contextmanager
def running(ports: Ports, state: Path | None) -> Iterator[uvicorn.Server]:
    """A web server to `run()`, with hub, mail servers and keeper beside it until the block ends.

    Raises store.Unreadable.
    """
    world = kept_or_new(state)
    trouble = Trouble()
    hub = Hub(world, trouble, discover.modules())
    stage = Stage(world, trouble, hub, ports.host, ports.smtp, ports.imap)
    with ExitStack() as open_things:
        if state is not None:
            keeper = store.Keeper(world, state)
            keeper.start()
            open_things.callback(keeper.stop)
        hub.start()
        open_things.callback(hub.stop)
        yield uvicorn.Server(
            uvicorn.Config(
                build(world, trouble, hub, stage),
                host=ports.host,
                port=ports.http,
                log_level="warning",
                timeout_graceful_shutdown=2,
            )
        )


def kept_or_new(state: Path | None) -> World:
    kept = store.load(state) if state else None
    return kept or seed(datetime.now(UTC))
