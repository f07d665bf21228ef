"""The sandbox for the burst: the pretend world served as ever, but what it would push is held and handed to the load.

    POST /burst/prepare   {seed, seconds, shares: [{shop, orders, changes, messages}]}: new orders, changes of them and messages, spread over `seconds`;
                          gives {"posts": [{url, headers, body, at}], "mails": how many,
                          "totals": {order number: amount in the end}, "words": [what stands in one message each]}
    POST /burst/go        from now on the changes happen and the mails come, each at its moment

A change happens before its webhook is sent and never after it, so whoever loses the last hint at an order ends with
an old amount.
"""

from __future__ import annotations

import argparse
import base64
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any

import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.mail.sandbox import Mailboxes
from connectors.sandbox import discover, posting
from connectors.sandbox.hub import Hub
from connectors.sandbox.seed import seed
from connectors.sandbox.server import build
from connectors.sandbox.trouble import Trouble
from connectors.sandbox.world import Order, Shop, World

Json = dict[str, Any]
HOST = "127.0.0.1"
TWICE = 0.05  # how often a platform sends the same again
LATE = 1.5  # seconds a webhook may come after its change: so they overtake each other


class Quiet(Hub):
    """Pushes nothing by itself: what it would push is sent by the load."""

    def start(self) -> None:
        pass


@dataclass
class Burst:
    world: World
    dice: Random = field(default_factory=Random)
    seconds: float = 0.0
    deeds: list[tuple[float, Callable[[], object]]] = field(default_factory=list)  # each with its moment
    posts: list[Json] = field(default_factory=list)
    totals: dict[str, str] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    mails: int = 0

    def routes(self) -> list[Route]:
        return [
            Route("/burst/prepare", self.prepare, methods=["POST"]),
            Route("/burst/go", self.go, methods=["POST"]),
        ]

    async def prepare(self, request: Request) -> Response:
        asked = await request.json()
        self.dice, self.seconds = Random(asked["seed"]), asked["seconds"]
        for share in asked["shares"]:
            shop = self.world.shops[share["shop"]]
            for _ in range(share.get("orders", 0)):
                self._order(shop, share["changes"])
            for _ in range(share.get("messages", 0)):
                self._message(shop)
        answer = {"posts": self.posts, "mails": self.mails, "totals": self.totals, "words": self.words}
        return JSONResponse(answer)

    async def go(self, request: Request) -> Response:
        threading.Thread(target=self._happen, daemon=True).start()
        return JSONResponse({})

    def _order(self, shop: Shop, changes: int) -> None:
        """Bought now, and changed since: what is paid for shipping tells which change is the newest."""
        order = self._bought(shop)
        for count, moment in enumerate(sorted(self._moment() for _ in range(changes))):
            order.shipping, order.updated_at = Decimal(count), self.world.clock.now()
            time.sleep(0.002)  # some name a notification by its millisecond
            self._send(self._pushed("order", order), moment)
            self.deeds.append((moment, partial(self._change, order, Decimal(count))))
        self.totals[order.number] = str(order.total)
        order.shipping = Decimal(0)

    def _bought(self, shop: Shop) -> Order:
        like = self.dice.choice([each for each in shop.orders.values() if not each.cancelled_at])
        now, number = self.world.clock.now(), like.number
        while number in self.totals or shop.order_named(number):
            number = re.sub(r"\d{3,}", lambda digits: self._digits(len(digits[0])), like.number)
        lines = [replace(line, id=self.world.next_id()) for line in like.lines]
        order = replace(like, id=self.world.next_id(), number=number, placed_at=now, lines=lines)
        order.parcels, order.refunds, order.returns, order.cancel_requested_at = [], [], [], None
        shop.orders[order.id] = order
        return order

    def _digits(self, count: int) -> str:
        return str(self.dice.randrange(10 ** (count - 1), 10**count))

    def _change(self, order: Order, shipping: Decimal) -> None:
        order.shipping, order.updated_at = shipping, self.world.clock.now()

    def _message(self, shop: Shop) -> None:
        """What a platform pushes of a message is for the load to send; a mail comes into its mailbox."""
        word = f"note {len(self.words):04}-{self._digits(6)}"
        text = f"Hello, where is my order? You wrote me about it in {word}. Thank you!"
        shopper = self.dice.choice(list(shop.shoppers.values()))
        mail = posting.write(self.world, shop, shopper, posting.Channel.EMAIL, text, "My order")
        self.world.mails.remove(mail)
        self.words.append(word)
        moment, pushed = self._moment(), self._pushed("mail", mail)
        if pushed:
            self._send(pushed, moment)
            self.deeds.append((moment, partial(self.world.mails.append, mail)))
            return
        for _ in range(self._times()):
            self.mails += 1
            self.deeds.append((moment, partial(self.world.deliver_mail, mail.mailbox, mail.raw)))

    def _pushed(self, what: str, thing: object) -> list[Json]:
        caught: list[Json] = []

        def catch(url: str, headers: Mapping[str, str], body: bytes) -> None:
            caught.append({"url": url, "headers": dict(headers), "body": base64.b64encode(body).decode()})

        for module in discover.modules().values():
            if hasattr(module, "push"):
                module.push(self.world, what, thing, catch)
        return caught

    def _send(self, pushed: list[Json], moment: float) -> None:
        for post in pushed * self._times():
            self.posts.append({**post, "at": moment + self.dice.uniform(0.05, LATE)})

    def _times(self) -> int:
        return 2 if self.dice.random() < TWICE else 1

    def _moment(self) -> float:
        return self.dice.uniform(0, self.seconds - LATE)

    def _happen(self) -> None:
        began = time.monotonic()
        for moment, deed in sorted(self.deeds, key=lambda each: each[0]):
            time.sleep(max(0.0, began + moment - time.monotonic()))
            deed()


def main() -> None:
    reader = argparse.ArgumentParser(prog="python -m tests.bench.pretending", description=__doc__)
    for name in ("--port", "--smtp-port", "--imap-port"):
        reader.add_argument(name, type=int, required=True)
    options = reader.parse_args()
    world, trouble = seed(datetime.now(UTC)), Trouble()
    discover.open_shops(world, world.clock.now())
    mailboxes = Mailboxes(world, trouble, HOST, options.smtp_port, options.imap_port)
    app = build(world, trouble, Quiet(world, trouble, discover.modules()), mailboxes)
    app.routes[:0] = Burst(world).routes()
    uvicorn.run(app, host=HOST, port=options.port, log_level="warning")


if __name__ == "__main__":
    main()
