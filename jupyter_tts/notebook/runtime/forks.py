"""Work on other threads that a fork waits for.

In a forked child its threads are gone, and their locks are held for ever: a child that imports what
was being imported would wait without end.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any, Final, TypeVar

__all__ = ["before_forks"]

T = TypeVar("T")

# Seconds that a fork waits at most.
_LONGEST_WAIT: Final = 10.0


class _Work(threading.local):
    """The lock of what a fork waits for, and whether this thread has it for a fork."""

    lock = threading.RLock()  # of all threads
    held = False


_WORK = _Work()


async def before_forks(function: Callable[..., T], *arguments: Any) -> T:
    """Call a function on another thread, and have forks wait for its end."""
    import asyncio  # by now it is loaded; %load_ext need not wait for it

    return await asyncio.to_thread(_call, function, *arguments)


def _call(function: Callable[..., T], *arguments: Any) -> T:
    with _Work.lock:
        return function(*arguments)


def _wait() -> None:
    _WORK.held = _Work.lock.acquire(timeout=_LONGEST_WAIT)


def _go_on() -> None:
    if _WORK.held:
        _WORK.held = False
        _Work.lock.release()


def _begin_anew() -> None:
    _WORK.held = False
    _Work.lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_wait, after_in_parent=_go_on, after_in_child=_begin_anew)
