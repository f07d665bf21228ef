"""A world, its hub, and an app that listens for webhooks over real HTTP."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType

import pytest
from starlette.testclient import TestClient

from connectors.sandbox import discover
from connectors.sandbox.hub import Hub
from connectors.sandbox.seed import seed
from connectors.sandbox.server import build
from connectors.sandbox.trouble import Trouble
from connectors.sandbox.world import Order, Shop, Shopper, World

NOON = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)


@dataclass
class Listener:
    """What an app subscribed to webhooks gets. `answers` are the next status codes; then 200."""

    url: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    @property
    def bodies(self) -> list[bytes]:
        return [body for _, body in self.got]


@pytest.fixture
def listener() -> Iterator[Listener]:
    heard = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            heard.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(heard.answers.pop(0) if heard.answers else 200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    heard.url = f"http://127.0.0.1:{server.server_port}/hook"
    yield heard
    server.shutdown()
    server.server_close()


@pytest.fixture
def world() -> World:
    return seed(datetime.now(UTC))


@pytest.fixture
def trouble() -> Trouble:
    return Trouble()


@pytest.fixture
def northpine(world: World) -> Shop:
    return world.shops["northpine.myshopify.com"]


@pytest.fixture
def maya(northpine: Shop) -> Shopper:
    return next(shopper for shopper in northpine.shoppers.values() if shopper.name == "Maya Okafor")


@pytest.fixture
def pretend(listener: Listener, northpine: Shop) -> ModuleType:
    """A platform that pushes the number of every changed order, signed with the shop's secret."""
    module = ModuleType("pretend")

    def push(
        world: World, what: str, thing: object, deliver: Callable[[str, dict[str, str], bytes], None]
    ) -> None:
        if isinstance(thing, Order):
            body = thing.number.encode()
            deliver(
                listener.url, {"X-Pretend-Hmac-Sha256": signed(northpine, body), "X-Id": thing.number}, body
            )

    module.push = push  # type: ignore[attr-defined]
    return module


def signed(shop: Shop, body: bytes) -> str:
    return base64.b64encode(hmac.new(shop.client_secret.encode(), body, hashlib.sha256).digest()).decode()


@pytest.fixture
def hub(world: World, trouble: Trouble, pretend: ModuleType) -> Iterator[Hub]:
    running = Hub(world, trouble, {"pretend": pretend}, gaps=(0.02, 0.05))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def client(world: World, trouble: Trouble) -> TestClient:
    """The whole app with every platform there is; nothing is pushed."""
    return TestClient(build(world, trouble, Hub(world, trouble, discover.modules())))
