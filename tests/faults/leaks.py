"""What a test has started and not ended: threads, tasks, file descriptors, processes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Leftovers", "no_leaks"]

#: Seconds that what is ending may take to have ended.
GRACE = 5.0

#: How the names of threads begin that end once their last call has returned.
CALLS = "jupyter_tts_call"

#: Turns of the event loop that closing transports need, and some more.
TURNS = 10


@dataclass(frozen=True)
class Leftovers:
    """What runs and what is open, each as a set.

    Attributes
    ----------
    threads : frozenset of Thread
    tasks : frozenset of Task
        Of the running event loop, but for the one that looks.
    files : frozenset of (int, str)
        Open file descriptors and what they are (Linux).
    processes : frozenset of int
        Child processes (Linux).
    """

    threads: frozenset[threading.Thread]
    tasks: frozenset[asyncio.Task[Any]]
    files: frozenset[tuple[int, str]]
    processes: frozenset[int]

    @classmethod
    def now(cls) -> Leftovers:
        return cls(
            frozenset(threading.enumerate()),
            frozenset(asyncio.all_tasks() - {asyncio.current_task()}),
            frozenset(_files()),
            frozenset(_children()),
        )

    def __sub__(self, before: Leftovers) -> Leftovers:
        return Leftovers(
            self.threads - before.threads,
            self.tasks - before.tasks,
            self.files - before.files,
            self.processes - before.processes,
        )

    def __bool__(self) -> bool:
        return bool(self.threads or self.tasks or self.files or self.processes)


@contextlib.asynccontextmanager
async def no_leaks() -> AsyncIterator[None]:
    """Assert that the block leaves nothing behind.

    What is on its way out is awaited: tasks and threads of calls by themselves, transports by turns
    of the loop, which close them in callbacks.
    """
    before = Leftovers.now()
    yield
    if tasks := (Leftovers.now() - before).tasks:
        await asyncio.wait(tasks, timeout=GRACE)
    for _ in range(TURNS):
        await asyncio.sleep(0)
    for thread in (Leftovers.now() - before).threads:
        if thread.name.startswith(CALLS):
            thread.join(GRACE)
    left = Leftovers.now() - before
    assert not left, f"left behind: {left}"


def _files() -> set[tuple[int, str]]:
    results = set()
    for name in os.listdir("/proc/self/fd"):
        with contextlib.suppress(FileNotFoundError):  # the listing's own descriptor
            results.add((int(name), os.readlink(f"/proc/self/fd/{name}")))
    return results


def _children() -> set[int]:
    children: set[int] = set()
    for thread in Path("/proc/self/task").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # a thread that ended
            children |= set(map(int, (thread / "children").read_text().split()))
    return children
