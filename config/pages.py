"""Pages and webhooks, where one process serves them beside the sockets: each request runs in one thread, in one go.

Django's own handler takes a synchronous view to a thread and back several times a request, and every way back waits for
an event loop that is busy with sockets. All our views and middleware are synchronous, so one trip is enough.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, TypeVar, cast

from asgiref.sync import SyncToAsync
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, ASGIRequest, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.core.signals import request_started
from django.db import close_old_connections
from django.http import HttpResponseBase, StreamingHttpResponse
from django.urls import set_script_prefix

THREADS = 8  # requests at a time; the others wait their turn

Result = TypeVar("Result")
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]


class Pages(ASGIHandler):
    def __init__(self) -> None:
        BaseHandler.__init__(self)  # Django's would load the middleware for async use
        self.load_middleware(is_async=False)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="page")

    async def handle(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        with body:
            response = await self._in_a_thread(self._answer, scope, body)
            if isinstance(response, StreamingHttpResponse):
                await self._stream(response, receive, send)
            else:
                await self.send_response(response, send)

    def _answer(self, scope: Mapping[str, Any], body: IO[bytes]) -> HttpResponseBase:
        """The whole of a request but for reading and sending."""
        set_script_prefix(get_script_prefix(scope))
        request_started.send(sender=type(self), scope=scope)
        request, refusal = self.create_request(scope, body)
        response = refusal or self.get_response(cast(ASGIRequest, request))
        response._handler_class = type(self)  # type: ignore[attr-defined]  # whom `close` names as the sender
        if response.streaming:
            close_old_connections()  # what follows is for other threads
        else:
            response.close()
        return response

    async def _stream(self, response: StreamingHttpResponse, receive: Receive, send: Send) -> None:
        """Until all is sent or nobody listens any more."""
        if not response.is_async:
            response.streaming_content = self._by_turns(cast(Iterable[bytes], response.streaming_content))
        sending = asyncio.create_task(self.send_response(response, send))
        leaving = asyncio.create_task(_left(receive))
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in (sending, leaving):
                each.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)
            await self._in_a_thread(response.close)
        if not sending.cancelled():
            sending.result()

    async def _by_turns(self, pieces: Iterable[bytes]) -> AsyncIterator[bytes]:
        """What is read while a slow reader takes the rest holds no thread."""
        source = iter(pieces)
        while taken := await self._in_a_thread(self._take, source):
            yield taken

    def _take(self, source: Iterator[bytes]) -> bytes:
        taken = bytearray()
        try:
            while len(taken) < self.chunk_size and (piece := next(source, None)) is not None:
                taken += piece
        finally:
            close_old_connections()  # the next turn may be another thread's
        return bytes(taken)

    async def _in_a_thread(self, work: Callable[..., Result], *args: Any) -> Result:
        return await SyncToAsync(work, thread_sensitive=False, executor=self._threads)(*args)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
