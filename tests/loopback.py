"""A server on loopback that a test writes a few lines for, and that leaves no connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

__all__ = ["listening"]

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]

#: Turns of the event loop that an accepted connection needs to be there, or an aborted one to go.
TURNS = 5


@asynccontextmanager
async def listening(handler: Handler) -> AsyncIterator[int]:
    """Have connections handled, each in a task, and yield the port.

    Behind the block they are aborted, those too that are only now accepted: asyncio would leave
    them to the garbage collector.
    """
    tasks: list[asyncio.Task[None]] = []
    writers: list[asyncio.StreamWriter] = []

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        tasks.append(asyncio.create_task(handler(reader, writer)))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        await _turns()  # a connection that finds the server closed is lost half made (3.12)
        server.close()
        await _turns()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for writer in writers:
            writer.transport.abort()
        await _turns()


async def _turns() -> None:
    for _ in range(TURNS):
        await asyncio.sleep(0)
