"""Starts and stops all that makes the world run, in order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from connectors.mail.sandbox import Mailboxes
from connectors.sandbox import discover, store
from connectors.sandbox.hub import Hub
from connectors.sandbox.seed import seed
from connectors.sandbox.server import build
from connectors.sandbox.trouble import Trouble
from connectors.sandbox.world import World


@dataclass(frozen=True)
class Ports:
    host: str
    http: int
    smtp: int
    imap: int


@contextmanager
def running(ports: Ports, state: Path | None, waybill: str = "") -> Iterator[uvicorn.Server]:
    """A web server to `run()`; hub and mail servers run with it, and the world is kept until the block ends.

    Raises store.Unreadable.
    """
    world = kept_or_new(state)
    discover.open_shops(world, world.clock.now())
    trouble = Trouble()
    mailboxes = Mailboxes(world, trouble, ports.host, ports.smtp, ports.imap)
    app = build(world, trouble, Hub(world, trouble, discover.modules()), mailboxes, waybill)
    keeper = store.Keeper(world, state) if state else None
    if keeper:
        keeper.start()
    try:
        config = uvicorn.Config(
            app, host=ports.host, port=ports.http, log_level="warning", timeout_graceful_shutdown=2
        )
        yield uvicorn.Server(config)
    finally:
        if keeper:
            keeper.stop()


def kept_or_new(state: Path | None) -> World:
    kept = store.load(state) if state else None
    return kept or seed(datetime.now(UTC))
