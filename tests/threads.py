"""Threads that a block of a test leaves behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["no_thread_left"]

#: Seconds that a thread which is about to end may take.
GRACE = 10.0

#: How the names of the threads of a loop's own pool begin.
POOL = "asyncio_"


@contextmanager
def no_thread_left(*, but_the_pool: bool = False) -> Iterator[None]:
    """Assert that whatever thread begins in the block has ended, or is about to.

    asyncio's thread that tells of the end of a process ends a moment after the process.

    Parameters
    ----------
    but_the_pool : bool, optional
        Whether the threads of a loop that goes on may wait in its pool for their next use.
    """
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        if not (but_the_pool and thread.name.startswith(POOL)):
            _join(thread)
            assert not thread.is_alive(), f"{thread} goes on"


def _join(thread: threading.Thread) -> None:
    while True:
        try:
            return thread.join(GRACE)
        except RuntimeError:  # it is about to start
            time.sleep(0)
