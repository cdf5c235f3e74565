"""Calls that may block for long, beside the event loop.

``asyncio.to_thread`` shares a few threads: as many calls that never return hold up all others, and
the end of the process.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

__all__ = ["CallThread", "in_thread", "to_its_end"]

T = TypeVar("T")


class CallThread:
    """A daemon thread of its own for calls, one after another; started with the first."""

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    async def call(self, function: Callable[..., T], *arguments: Any) -> T:
        """Call a function, in a copy of the caller's context.

        A call that is no longer waited for goes on, and so does its thread until then.
        """
        self._start()
        result: Future[T] = Future()
        context = contextvars.copy_context()

        def call() -> None:
            if not result.set_running_or_notify_cancel():
                return
            try:
                value = context.run(function, *arguments)
            except BaseException as error:
                # Whatever it is, it belongs to the caller.
                result.set_exception(error)
            else:
                result.set_result(value)

        self._calls.put(call)
        return await asyncio.wrap_future(result)

    def post(self, function: Callable[[], object]) -> None:
        """Have a function called after the calls before it, for nobody to wait for."""
        self._start()

        def call() -> None:
            with contextlib.suppress(Exception):
                function()

        self._calls.put(call)

    def close(self) -> None:
        """End the thread, once its present call returns."""
        self._calls.put(None)

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="jupyter_tts_call", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while (call := self._calls.get()) is not None:
            call()


async def in_thread(function: Callable[..., T], *arguments: Any) -> T:
    """Call a function on a thread of its own; see :class:`CallThread`."""
    thread = CallThread()
    try:
        return await thread.call(function, *arguments)
    finally:
        thread.close()


async def to_its_end(function: Callable[..., T], *arguments: Any) -> T:
    """Call a function that takes a moment on a shared thread, and never leave it running.

    Who is cancelled meanwhile is so once the call has returned; its result is lost.
    """
    call = asyncio.ensure_future(asyncio.to_thread(function, *arguments))
    try:
        return await asyncio.shield(call)
    except asyncio.CancelledError:
        while not call.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait([call])
        call.exception()  # seen, or the event loop complains of it
        raise
