"""A server that takes connections and never answers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

__all__ = ["never_answering"]

LAST = b"Nobody comes after me."


@asynccontextmanager
async def never_answering() -> AsyncIterator[int]:
    """Yield the port of such a server; it ends once all who came have left.

    A client may have given up before it had a connection.
    """
    tasks: set[asyncio.Task[Any] | None] = set()
    last = asyncio.Event()

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.current_task())
        with contextlib.suppress(OSError):  # who gives up may break off
            if await reader.read() == LAST:
                last.set()
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

    async with await asyncio.start_server(handler, "127.0.0.1", 0) as server:
        port: int = server.sockets[0].getsockname()[1]
        yield port
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(LAST)
        writer.close()
        await last.wait()
        await asyncio.gather(*filter(None, tasks))
