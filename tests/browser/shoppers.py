"""The shopper's side of the pretend world, without its pages."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import uuid4

import httpx

T = TypeVar("T")


def until(look: Callable[[], T], seconds: float = 30) -> T:
    """Look again until something is there; what was seen last."""
    deadline = time.monotonic() + seconds
    while not (seen := look()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return seen


class Shopper:
    def __init__(self, sandbox: str, domain: str, told: dict[str, Any]) -> None:
        self._sandbox, self._domain = sandbox, domain
        self._id: int = told["id"]
        self.name: str = told["name"]
        self.email: str = told["email"]
        self.order: str = told["orders"][0]["number"]
        self.parcel: str = next(iter(told["orders"][0]["parcels"]), "")
        self.item: dict[str, Any] = told["orders"][0]["items"][0]
        self.page = f"{sandbox}/shopper/{domain}/{told['id']}"

    def writes(self, text: str = "Hi, where is my order {order}?", channel: str = "email") -> str:
        """The words as sent; they end in a word of their own, by which a screen can be asked for them."""
        words = f"{text.format(order=self.order)} {uuid4().hex[:8]}"
        self._post(
            "/mail/write", shopper=self.email, shop=self._domain, channel=channel, subject="Order", text=words
        )
        return words

    def parcel_moves(self, status: str, **more: str) -> dict[str, Any]:
        return self._post(f"/parcels/{self.parcel}/move", status=status, **more)

    def received(self) -> list[str]:
        """The words of every mail in the shopper's inbox, oldest first."""
        answer = httpx.get(f"{self._sandbox}/mail/received", params={"address": self.email}, timeout=30)
        return [mail["text"] for mail in answer.raise_for_status().json()]

    def deeds(self) -> list[str]:
        """What their platform shows as done about the order."""
        world = httpx.get(f"{self._sandbox}/world", timeout=30).raise_for_status().json()
        shop = next(each for each in world["shops"] if each["domain"] == self._domain)
        orders = next(each for each in shop["shoppers"] if each["id"] == self._id)["orders"]
        found: list[str] = next(each for each in orders if each["number"] == self.order)["deeds"]
        return found

    def _post(self, path: str, **wish: str) -> dict[str, Any]:
        answer: dict[str, Any] = (
            httpx.post(self._sandbox + path, json=wish, timeout=30).raise_for_status().json()
        )
        return answer
