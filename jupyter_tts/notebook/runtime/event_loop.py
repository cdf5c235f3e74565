"""The one thread whose event loop owns every socket.

Sound goes on while a cell computes, and nothing of the kernel's own loop is touched.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from ...wire.errors import TTSError

__all__ = ["EventLoopThread", "unloaded"]

T = TypeVar("T")
JOIN_TIMEOUT = 10.0  # seconds that stop() waits at most, for a sound that is being encoded, say
LAST_TURNS = 10


class EventLoopThread:
    """An event loop in a daemon thread, started on first use; once closed it stays closed."""

    def __init__(self) -> None:
        # A handler of interrupts runs on the thread it interrupts, which may hold the lock.
        self._lock = threading.RLock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop, running.

        Raises
        ------
        TTSError
            Once it has been closed.
        """
        with self._lock:
            if self._closed:
                raise unloaded()
            if self._loop is None:
                self._start()
            assert self._loop is not None
            return self._loop

    @property
    def running(self) -> bool:
        """Whether the thread has been started, and not closed."""
        return self._loop is not None

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Run a coroutine on the loop, in a copy of the caller's context.

        The context is what routes later output to the cell that asked for it.

        Raises
        ------
        TTSError
            As :attr:`loop` does.
        """
        try:
            loop = self.loop
        except BaseException:
            work.close()  # it would be reported as never awaited
            raise
        return asyncio.run_coroutine_threadsafe(work, loop)

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the loop, and wait for it on whichever loop runs here."""
        if self._loop is not None and asyncio.get_running_loop() is self._loop:
            return await work
        return await asyncio.wrap_future(self.submit(work))

    def close(self, *last_work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Take no more work, do the last, cancel what runs, end the loop and its thread.

        Parameters
        ----------
        *last_work : callable
            Return what to await, one after the other.
        """
        with self._lock:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
            self._closed = True
        if loop is None or thread is None:
            return
        try:
            for make_work in last_work:
                asyncio.run_coroutine_threadsafe(make_work(), loop).result()
        finally:  # also where an interrupt ends the wait
            loop.call_soon_threadsafe(loop.stop)
        thread.join(JOIN_TIMEOUT)

    def forget(self) -> None:
        """Start over in a forked process, which has inherited the loop but not its thread."""
        self._lock = threading.RLock()
        self._loop = self._thread = None

    def _start(self) -> None:
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=self._run, args=(loop,), name="jupyter_tts", daemon=True)
        try:
            thread.start()
            self._loop, self._thread = loop, thread
        except BaseException:  # an interrupt: the thread may be on its way
            loop.call_soon_threadsafe(loop.stop)
            raise

    @staticmethod
    def _run(loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
            tasks = asyncio.all_tasks(loop)
            for task in tasks:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.run_until_complete(loop.shutdown_default_executor())
            # A transport that was aborted closes its socket in a later turn of the loop.
            loop.run_until_complete(_turns(LAST_TURNS))
        finally:
            loop.close()


async def _turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


def unloaded() -> TTSError:
    """Return the error of whatever is asked for, or still going on, once the extension is gone."""
    return TTSError("The extension was unloaded.", hint="Run %load_ext jupyter_tts.")
