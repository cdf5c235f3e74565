"""The caller's text source, read on its own thread while the stream runs on another."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import threading
from collections.abc import AsyncIterable, Coroutine, Iterable
from concurrent.futures import Future
from types import TracebackType
from typing import Any

from ...client.streaming.text_sources import TextQueue, aclose_source, close_source
from ...wire.errors import ParameterError

__all__ = ["TextPump", "check_waiting"]

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
    source_frames : traceback or None
        Of that, as the source raised it: the stream's own frames say nothing of the source.
    """

    def __init__(
        self, text: Iterable[Any] | AsyncIterable[Any], loop: asyncio.AbstractEventLoop
    ) -> None:
        self._text = text
        self._reader: int | None = None  # the main thread, while it reads
        self.queue = TextQueue(loop, is_async=isinstance(text, AsyncIterable))
        self.failure: Exception | None = None
        self.source_frames: TracebackType | None = None

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
            self.failure, self.source_frames = failure, failure.__traceback__
        finally:
            self._reader = None
        self.queue.close(self.failure)

    def interrupt(self) -> None:
        """Interrupt the reading, which may be blocked in its source."""
        if self._reader is not None and hasattr(signal, "pthread_kill"):
            signal.pthread_kill(self._reader, signal.SIGINT)

    def _read(self, text: Iterable[Any], stream: Future[None]) -> None:
        source = iter(text)
        try:
            for token in source:
                while not (stream.done() or self.queue.has_room(ROOM_INTERVAL)):
                    pass
                if stream.done():
                    break
                self.queue.put(token)
            else:
                return
        except BaseException:
            close_source(source, text)
            raise
        close_source(source, text)

    async def _read_async(self, text: AsyncIterable[Any], stream: Future[None]) -> None:
        source = aiter(text)
        try:
            async for token in source:
                while not (stream.done() or self.queue.has_room()):
                    await asyncio.sleep(ROOM_INTERVAL)
                if stream.done():
                    break
                self.queue.put(token)
            else:
                return
        except BaseException:
            await aclose_source(source, text)
            raise
        await aclose_source(source, text)


def check_waiting(text: object) -> None:
    """Refuse an async source where no blocking call can wait for it.

    Raises
    ------
    ParameterError
        Beside trio, or on an event loop that cannot run inside itself.
    """
    if isinstance(text, AsyncIterable) and (name := _unnestable()):
        raise ParameterError(
            [f"say() cannot wait for an async text source here, since {name} cannot be nested"],
            hint="Read it first: say([part async for part in source]); or give a source that is "
            "not async. Nothing was sent.",
        )


def _unnestable() -> str:
    """Return what runs in this thread and cannot run inside itself, "" for nothing."""
    trio: Any = sys.modules.get("trio")
    if trio is not None:
        with contextlib.suppress(RuntimeError):
            trio.lowlevel.current_task()
            return "trio"
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return ""
    # What nest-asyncio works with: asyncio's own loops.
    parts = ("_ready", "_scheduled", "_selector")
    if isinstance(loop, asyncio.BaseEventLoop) and all(hasattr(loop, part) for part in parts):
        return ""
    return f"{type(loop).__module__}.{type(loop).__qualname__}"


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
    task = loop.create_task(work)
    try:
        loop.run_until_complete(task)
    except BaseException:
        task.cancel()  # closes its source, as soon as the loop runs again
        raise
