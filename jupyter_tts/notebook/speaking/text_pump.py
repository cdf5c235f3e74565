"""The caller's text source, read on its own thread while the stream runs on another."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncIterable, Coroutine, Iterable
from concurrent.futures import Future
from typing import Any

from ...client.streaming.text_sources import TextQueue

__all__ = ["TextPump"]

# Seconds between checks whether a stream whose queue is full has ended.
ROOM_INTERVAL = 0.05


class TextPump:
    """Reads an iterable in the caller's thread, an async one on the caller's event loop.

    Parameters
    ----------
    text : iterable of str or async iterable of str
    loop : asyncio.AbstractEventLoop
        The stream's.

    Attributes
    ----------
    queue : TextQueue
        What the stream reads.
    failure : Exception or None
        What the source raised; the stream raises it once what came before is spoken.
    """

    def __init__(
        self, text: Iterable[Any] | AsyncIterable[Any], loop: asyncio.AbstractEventLoop
    ) -> None:
        self._text = text
        self._reader: int | None = None  # the main thread, while it reads
        self.queue = TextQueue(loop, is_async=isinstance(text, AsyncIterable))
        self.failure: Exception | None = None

    def read(self, stream: Future[None]) -> None:
        """Read the source to its end, or until the stream has ended."""
        if threading.current_thread() is threading.main_thread():
            self._reader = threading.get_ident()
        try:
            if isinstance(self._text, AsyncIterable):
                _drive(self._read_async(self._text, stream))
            else:
                self._read(self._text, stream)
        except Exception as failure:
            self.failure = failure
        finally:
            self._reader = None
        self.queue.close(self.failure)

    def interrupt(self) -> None:
        """Interrupt the reading, which may be blocked in its source."""
        if self._reader is not None and hasattr(signal, "pthread_kill"):
            signal.pthread_kill(self._reader, signal.SIGINT)

    def _read(self, text: Iterable[Any], stream: Future[None]) -> None:
        for token in text:
            while not self.queue.has_room(ROOM_INTERVAL):
                if stream.done():
                    return
            if stream.done():
                return
            self.queue.put(token)

    async def _read_async(self, text: AsyncIterable[Any], stream: Future[None]) -> None:
        async for token in text:
            while not self.queue.has_room():
                await asyncio.sleep(ROOM_INTERVAL)
                if stream.done():
                    return
            if stream.done():
                return
            self.queue.put(token)


def _drive(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine to its end, nested in the running loop where there is one.

    An async generator that belongs to the kernel's own loop can be driven from a blocking call
    in no other way. nest-asyncio patches the loop's class for the whole process, so it is
    imported only here.
    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(work)
        return
    import nest_asyncio2

    nest_asyncio2.apply(loop)
    loop.run_until_complete(work)
