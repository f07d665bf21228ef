"""Pages beside sockets: a request runs in one thread, and what is long goes out by turns."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.test import override_settings
from django.urls import path

from config.pages import Pages

ran_in: list[str] = []


def echo(request: HttpRequest) -> HttpResponse:
    ran_in.append(threading.current_thread().name)
    return HttpResponse(request.body, headers={"X-Path": request.path})


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("On purpose.")


class Long:
    """Without an end, and it remembers that it was closed."""

    closed = threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        while True:
            yield b"x" * 1000

    def close(self) -> None:
        self.closed.set()


def long(request: HttpRequest) -> HttpResponseBase:
    return StreamingHttpResponse(Long())


def short(request: HttpRequest) -> HttpResponseBase:
    return StreamingHttpResponse(f"{number}," for number in range(50_000))


urlpatterns = [path("echo", echo), path("broken", broken), path("long", long), path("short", short)]


@pytest.fixture(scope="module")
def pages() -> Iterator[Pages]:
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[], ALLOWED_HOSTS=["*"]):
        yield Pages()


def call(pages: Pages, address: str) -> ApplicationCommunicator:
    scope: dict[str, Any] = {"type": "http", "method": "POST", "path": f"/{address}", "headers": []}
    return ApplicationCommunicator(pages, scope | {"query_string": b"", "root_path": ""})


async def answer(pages: Pages, address: str, body: bytes = b"") -> tuple[int, list[bytes]]:
    """Its status and what it sent, piece by piece."""
    page = call(pages, address)
    await page.send_input({"type": "http.request", "body": body[:5], "more_body": True})
    await page.send_input({"type": "http.request", "body": body[5:]})
    status = (await page.receive_output(5))["status"]
    pieces = []
    while True:
        told = await page.receive_output(5)
        pieces.append(told.get("body", b""))
        if not told.get("more_body"):
            await page.wait(5)
            return status, pieces


def test_a_request_is_answered_in_a_thread_for_pages(pages: Pages) -> None:
    ran_in.clear()
    assert asyncio.run(answer(pages, "echo", b"what was posted")) == (200, [b"what was posted"])
    assert ran_in[0].startswith("page")


def test_what_fails_is_answered_and_the_next_is_served(pages: Pages) -> None:
    assert asyncio.run(answer(pages, "broken"))[0] == 500
    assert asyncio.run(answer(pages, "nowhere"))[0] == 404
    assert asyncio.run(answer(pages, "echo", b"still"))[0] == 200


def test_what_is_made_in_many_small_pieces_comes_whole_and_in_large_ones(pages: Pages) -> None:
    status, pieces = asyncio.run(answer(pages, "short"))
    assert status == 200
    assert b"".join(pieces) == b"".join(f"{number},".encode() for number in range(50_000))
    assert len(pieces) < 20


def test_nothing_more_is_made_for_whoever_has_left(pages: Pages) -> None:
    async def leave() -> None:
        page = call(pages, "long")
        await page.send_input({"type": "http.request", "body": b""})
        for _ in range(3):
            await page.receive_output(5)
        await page.send_input({"type": "http.disconnect"})
        await page.wait(5)

    asyncio.run(leave())
    assert Long.closed.wait(5)


def test_whoever_leaves_while_posting_is_not_answered(pages: Pages) -> None:
    async def leave() -> bool:
        page = call(pages, "echo")
        await page.send_input({"type": "http.request", "body": b"half", "more_body": True})
        await page.send_input({"type": "http.disconnect"})
        await page.wait(5)
        return bool(page.output_queue.empty())

    assert asyncio.run(leave())
