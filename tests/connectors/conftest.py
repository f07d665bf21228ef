"""A real HTTP server in a thread, for whatever a test wants to talk to."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

Serve = Callable[[list[BaseRoute]], str]


@contextmanager
def serving(routes: list[BaseRoute]) -> Iterator[str]:
    # With the protocol named, asyncio sends small answers at once instead of 40 ms later.
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(Starlette(routes=routes), log_level="error", lifespan="off", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.005)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.force_exit = server.should_exit = True
            thread.join(timeout=5)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Routes → the base URL at which they answer until the test is over."""
    with ExitStack() as servers:
        yield lambda routes: servers.enter_context(serving(routes))


@pytest.fixture
def traffic(monkeypatch: pytest.MonkeyPatch) -> list[httpx.Response]:
    """Every answer our one client gets during a test, each with its `.request`, to hold against a contract."""
    seen: list[httpx.Response] = []
    send = httpx.Client.send

    def remembered(client: httpx.Client, request: httpx.Request, **options: Any) -> httpx.Response:
        seen.append(send(client, request, **options))
        return seen[-1]

    monkeypatch.setattr(httpx.Client, "send", remembered)
    return seen
