"""`manage.py demo` as a user starts it: its own folder, its own ports, ended with Ctrl+C."""

from __future__ import annotations

import json
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from tempfile import mkdtemp
from typing import IO, Any

import httpx
import psutil
import psycopg

from config.addresses import free_port
from config.processes import MARK
from config.provision import OWNER
from config.servers import Postgres
from tests.browser.shoppers import Shopper

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "waybill-demo"
OVER = {"delivered", "cancelled", "refunded", "returned"}  # situations of an order nobody waits for
SOUGHT = {"transit", "label", "delayed", "attempted", "unshipped", "delivered", "just delivered"}  # by name
PATIENCE = 300  # seconds for a start on a busy machine
INHERITED = (
    "DATABASE_",
    "REDIS_",
    "OPENAI_",
    "WAYBILL_",
    "DJANGO_",
    "SECRET_KEY",
    "PUBLIC_URL",
    "WEBHOOK_URL",
)


class Demo:
    """Polls every 2 s and sends after 2 s, so that tests wait less than people may."""

    url: str
    sandbox: str

    def __init__(self) -> None:
        self.var = Path(mkdtemp(prefix="waybill-browser-"))
        self.var.chmod(0o755)  # PostgreSQL may run as another system user
        self._spoken_for: set[str] = set()

    def start(self) -> None:
        own = {name: value for name, value in os.environ.items() if not name.startswith(INHERITED)}
        own |= {"WAYBILL_VAR": str(self.var), "UNDO_SECONDS": "2", "POLL_SECONDS": "2"}
        command = [sys.executable, "manage.py", "demo", "--port", str(free_port(18400))]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=own, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        assert self._process.stdout
        self._heard: queue.Queue[str] = queue.Queue()
        self._said: list[str] = []
        threading.Thread(target=_listen, args=(self._process.stdout, self._heard), daemon=True).start()
        deadline = time.monotonic() + PATIENCE
        self.url = self._hears(r"Waybill is at (\S+)", deadline)
        self.sandbox = self._hears(r"Write as a shopper at (\S+)", deadline)

    def settle(self) -> None:
        """Until the machine has read what shoppers wrote while the demo was loaded: a story's own message would wait
        behind a hundred others."""
        deadline = time.monotonic() + PATIENCE
        while self._unread() and time.monotonic() < deadline:
            time.sleep(1)

    def _unread(self) -> int:
        with psycopg.connect(Postgres(self.var / "postgres").url(OWNER.name, "waybill")) as connection:
            row = connection.execute(
                "SELECT count(*) FROM inbox_message AS said WHERE direction = 'in' AND NOT automatic AND NOT past"
                " AND NOT EXISTS (SELECT FROM agents_run WHERE message_id = said.id AND state <> 'working')"
                " AND NOT EXISTS (SELECT FROM inbox_message AS newer WHERE newer.created_at > said.created_at"
                "                 AND newer.conversation_id = said.conversation_id)"
            ).fetchone()
            return int(row[0]) if row else 0

    def _hears(self, pattern: str, deadline: float) -> str:
        while time.monotonic() < deadline and (self._process.poll() is None or not self._heard.empty()):
            try:
                self._said.append(self._heard.get(timeout=0.5))
            except queue.Empty:
                continue
            if found := re.search(pattern, self._said[-1]):
                return found[1]
        raise AssertionError("The demo did not start. It said:\n" + "".join(self._said))

    def stop(self) -> int:
        """As Ctrl+C does it; the exit code."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        return self._process.wait(timeout=60)

    def left_behind(self) -> list[str]:
        """Processes that still work for this demo."""
        return [f"{each.pid} {each.name()}" for each in psutil.process_iter() if self._is_ours(each)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return process.environ().get(MARK) == str(self.var) or process.cwd().startswith(str(self.var))
        except (psutil.Error, OSError):
            return False

    def remove(self) -> None:
        if self._process.poll() is None:
            self.stop()
        shutil.rmtree(self.var, ignore_errors=True)

    def rows(self) -> dict[str, int]:
        """How many rows each table holds, seen by the owner."""
        with psycopg.connect(Postgres(self.var / "postgres").url(OWNER.name, "waybill")) as connection:
            names = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            ).fetchall()
            return {name: self._count(connection, name) for (name,) in names}

    @staticmethod
    def _count(connection: psycopg.Connection, table: str) -> int:
        row = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()
        return int(row[0]) if row else 0

    def shopper(self, *situations: str, shop: str = "Northpine", alone: bool = False) -> Shopper:
        """Of Northpine's store (or its account "Northpine on eBay"), not yet spoken for. The newest order is in one of
        these situations, the only one still open, shipped by the seller (of the platform's own parcels nothing is
        known), and nobody disputed any; without any, anybody who ever bought something. `alone`: one thing, of which
        there are others, and about which nothing was done yet."""
        seller = self._seller(shop)
        people = list(reversed(seller["shoppers"]))  # the first ones wrote while the demo was loaded
        if not situations:
            people.sort(key=lambda person: _newest(person) in SOUGHT)
        for person in people:
            newest, *others = [order["situation"] for order in person["orders"]] or [""]
            fits = newest in situations and OVER.issuperset(others) if situations else newest
            ours = not person["orders"] or person["orders"][0]["fulfilled_by"] == "seller"
            if (
                fits
                and ours
                and not self._wrote(person)
                and (not alone or _is_alone(person["orders"][0]))
                and person["email"] not in self._spoken_for
                and not (situations and any(_is_disputed(order) for order in person["orders"]))
            ):
                self._spoken_for.add(person["email"])
                return Shopper(self.sandbox, seller["domain"], person)
        raise AssertionError(f"Everybody is spoken for: {situations}")

    def disputed(self, shop: str) -> Shopper:
        """Who says that a parcel never came, which its carrier says was delivered; their order first."""
        seller = self._seller(shop)
        for person in seller["shoppers"]:
            for order in person["orders"]:
                if order["parcels"] and _is_disputed(order):
                    return Shopper(self.sandbox, seller["domain"], {**person, "orders": [order]})
        raise AssertionError(f"Nobody disputes anything at {shop}.")

    @staticmethod
    def _wrote(person: dict[str, Any]) -> bool:
        """Those with a letter of their own wrote while the demo was loaded."""
        return person["name"] in json.loads((ROOT / "agents" / "demo" / "messages.json").read_text())

    def _seller(self, shop: str) -> dict[str, Any]:
        world = httpx.get(f"{self.sandbox}/world", timeout=30).json()
        found: dict[str, Any] = next(each for each in world["shops"] if each["name"] == shop)
        return found


def _newest(person: dict[str, Any]) -> str:
    return next((order["situation"] for order in person["orders"]), "")


def _is_alone(order: dict[str, Any]) -> bool:
    items = order["items"]
    return len(items) == 1 and items[0]["quantity"] == 1 and bool(items[0]["others"]) and not order["deeds"]


def _is_disputed(order: dict[str, Any]) -> bool:
    return any("dispute" in deed or "Chargeback" in deed for deed in order["deeds"])


def _listen(stream: IO[str], heard: queue.Queue[str]) -> None:
    for line in stream:
        heard.put(line)
