"""Waiting for work on the event loop, and showing here what comes of it."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

from ..runtime.interrupts import interruptible
from ..runtime.session import Session

__all__ = ["Work", "watch"]

T = TypeVar("T")

Work = Callable[[Callable[[T], None]], Coroutine[Any, Any, None]]
"""Takes a function that it calls with whatever comes, on any thread."""

_PATIENCE: Final = 1.0  # seconds that the work waits for a picture


def watch(
    session: Session,
    work: Work[T],
    show: Callable[[T], object],
    is_due: Callable[[], bool] = lambda: False,
) -> None:
    """Work on the event loop until all is done or the kernel is interrupted.

    Parameters
    ----------
    session : Session
    work : callable
    show : callable
        Gets what comes, one after the other, on this thread.
    is_due : callable, optional
        Whether the work waits until what has come is shown: between two streams, since drawing
        beside one would delay it.
    """
    coming, shown = queue.SimpleQueue[tuple[T] | None](), threading.Event()

    def put(come: T) -> None:
        shown.clear()
        coming.put((come,))
        if is_due():
            shown.wait(_PATIENCE)

    running = session.event_loop.submit(session.until_closed(work(put)))
    running.add_done_callback(lambda _: coming.put(None))
    with interruptible(session, running):
        for (come,) in iter(coming.get, None):
            show(come)
            shown.set()
        running.result()
