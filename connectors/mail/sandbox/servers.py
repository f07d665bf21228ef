"""Both servers together, in the loop of whoever starts them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self

from connectors.mail.sandbox.imap import ImapSession
from connectors.mail.sandbox.smtp import smtp_session
from connectors.sandbox.trouble import Trouble
from connectors.sandbox.world import World


@dataclass
class Mailboxes:
    """Port 0 takes a free one; after start() the ports are the real ones."""

    world: World
    trouble: Trouble
    host: str = "127.0.0.1"
    smtp_port: int = 0
    imap_port: int = 0
    _servers: list[asyncio.Server] = field(default_factory=list, init=False, repr=False)
    _sessions: set[asyncio.Task[None]] = field(default_factory=set, init=False, repr=False)

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        smtp = await loop.create_server(
            lambda: smtp_session(self.world, self.trouble, loop), self.host, self.smtp_port
        )
        imap = await asyncio.start_server(self._imap, self.host, self.imap_port, limit=2**20)
        self.smtp_port, self.imap_port = (s.sockets[0].getsockname()[1] for s in (smtp, imap))
        self._servers = [smtp, imap]

    async def stop(self) -> None:
        for server in self._servers:
            server.close()
        for session in self._sessions:
            session.cancel()
        self._servers = []

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _imap(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = asyncio.current_task()
        assert session is not None  # noqa: S101 - for the type checker: a coroutine always runs in a task
        self._sessions.add(session)
        try:
            await ImapSession(self.world, self.trouble, reader, writer).serve()
        except asyncio.CancelledError:
            pass  # stopped
        finally:
            self._sessions.discard(session)
            writer.close()


@contextmanager
def in_background(mailboxes: Mailboxes) -> Iterator[Mailboxes]:
    """For callers without a loop of their own: the servers run in a thread until the block ends."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(mailboxes.start(), loop).result(10)
        yield mailboxes
    finally:
        asyncio.run_coroutine_threadsafe(mailboxes.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
