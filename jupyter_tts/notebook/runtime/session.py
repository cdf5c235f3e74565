"""One object for each shell: all that this extension starts, sets or remembers there."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from weakref import WeakKeyDictionary, ref

from ...client.keys import Keys
from ...wire.errors import TTSError
from .frontend import current_shell
from .settings import Settings

if TYPE_CHECKING:
    import asyncio

    from IPython.core.interactiveshell import InteractiveShell

    from .event_loop import EventLoopThread

__all__ = ["Session", "Stoppable", "current_session", "drop_session", "session_of"]

T = TypeVar("T")


class Stoppable(Protocol):
    """A speech that is being made or heard."""

    cell: str
    """The id of the cell that began it, ``""`` for none."""

    def stop(self) -> None:
        """End the stream and the sound; on the event loop."""


class Session:
    """The extension's state for one shell.

    Parameters
    ----------
    shell : InteractiveShell or None
        None for a Python without IPython.

    Attributes
    ----------
    settings : Settings
    keys : Keys
    jobs : set of Stoppable
        The speeches that are being made or heard.
    """

    def __init__(self, shell: InteractiveShell | None = None) -> None:
        self._shell = None if shell is None else ref(shell)
        self._event_loop: EventLoopThread | None = None
        self.settings = Settings()
        self.keys = Keys()
        self.jobs: set[Stoppable] = set()
        # Parts are made on several threads; an interrupt's handler may run inside this lock.
        self._making = threading.RLock()
        self._parts: dict[Callable[[Session], Any], Any] = {}
        self._closers: list[Callable[[], Coroutine[Any, Any, None]]] = []
        self._after_fork: list[Callable[[], None]] = []
        self._preparing: set[asyncio.Task[Any]] = set()
        self._closed = False

    @property
    def shell(self) -> InteractiveShell | None:
        """The shell, while it is there."""
        return None if self._shell is None else self._shell()

    @property
    def event_loop(self) -> EventLoopThread:
        """What owns every socket, made on first use: ``%load_ext`` need not wait for asyncio."""
        if self._event_loop is None:
            self._event_loop = self.part(_make_event_loop)
        return self._event_loop

    @property
    def execution(self) -> int:
        """The number of the cell's run, 0 outside IPython."""
        shell = self.shell
        return shell.execution_count if shell is not None else 0

    @property
    def default_server(self) -> str:
        """Who speaks where no server is named."""
        return str(self.settings.parameters.get("server") or self.keys.default_server)

    def part(self, make: Callable[[Session], T]) -> T:
        """Return what a function makes for this session, made on first use.

        So modules that load late keep their state here, and this module imports none of them.
        """
        with self._making:
            if make not in self._parts:
                self._parts[make] = make(self)
            part: T = self._parts[make]
        return part

    def on_close(self, close: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Register what to await on the event loop before it ends, in reverse order."""
        self._closers.append(close)

    def on_fork(self, forget: Callable[[], None]) -> None:
        """Register what to call in a forked process, which must not touch what the parent owns."""
        self._after_fork.append(forget)

    def stop_jobs(self, cell: str = "") -> None:
        """Stop every stream and silence every player, at once; from any thread.

        Parameters
        ----------
        cell : str, optional
            The id of a cell, to stop only what that has begun.
        """
        event_loop = self._event_loop
        if event_loop is not None and event_loop.running:
            for job in tuple(self.jobs):
                if not cell or job.cell == cell:
                    event_loop.loop.call_soon_threadsafe(job.stop)

    async def until_closed(self, work: Coroutine[Any, Any, T]) -> T:
        """Await what prepares a speech; on the event loop.

        Raises
        ------
        TTSError
            If the session is closed before or meanwhile, whatever becomes of the work then.
        """
        import asyncio

        from .event_loop import unloaded

        if self._closed:
            work.close()
            raise unloaded()
        task = asyncio.current_task()
        assert task is not None
        self._preparing.add(task)
        try:
            return await work
        except (TTSError, asyncio.CancelledError):
            if self._closed:
                raise unloaded() from None
            raise
        finally:
            self._preparing.discard(task)

    def close(self) -> None:
        """End everything that was started. A later use of this session raises `TTSError`."""
        self._closed = True
        self.stop_jobs()
        self.event_loop.close(self._end_preparing, self._close_parts)

    async def _close_parts(self) -> None:
        for close in reversed(self._closers):
            await close()

    async def _end_preparing(self) -> None:
        import asyncio

        tasks = [*self._preparing]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def forget(self) -> None:
        """Leave what runs to the parent, in a forked process."""
        self._making = threading.RLock()
        if self._event_loop is not None:
            self._event_loop.forget()
        self.jobs.clear()
        for forget in self._after_fork:
            forget()


def _make_event_loop(_: Session) -> EventLoopThread:
    from .event_loop import EventLoopThread

    return EventLoopThread()


def current_session() -> Session:
    """Return the session of the shell that runs this code, without one that of the process."""
    return session_of(current_shell())


def session_of(shell: InteractiveShell | None) -> Session:
    """Return a shell's session, made on first use."""
    key: Any = _NO_SHELL if shell is None else shell
    session = _SESSIONS.get(key)
    if session is None:
        session = _SESSIONS[key] = Session(shell)
    return session


def drop_session(shell: InteractiveShell | None) -> None:
    """Close a shell's session and drop it; a later use makes another."""
    session = _SESSIONS.pop(_NO_SHELL if shell is None else shell, None)
    if session is not None:
        session.close()


class _NoShell:
    """Stands for the shell where there is none."""


_NO_SHELL = _NoShell()
_SESSIONS: WeakKeyDictionary[Any, Session] = WeakKeyDictionary()


def _forget_all() -> None:
    for session in tuple(_SESSIONS.values()):
        session.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
