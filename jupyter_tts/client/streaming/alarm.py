"""A timer for many waits, which ends one that takes too long."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any, Self

__all__ = ["Alarm"]

# Seconds before a timer goes off in which it is replaced. To let it go off too early costs more
# then, since that wakes the event loop.
_SOON = 1.0


class Alarm:
    """Ends a wait inside its ``with`` block with TimeoutError, as `asyncio.timeout_at` does.

    That makes and cancels a timer for each wait. This one is made for a stream, which waits for one
    message after the other, and nearly always gets it in time: its timer runs on from wait to wait,
    and is set again where it goes off too early.

    Attributes
    ----------
    waiting : bool
        Whether the block runs, and has not been ended.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._when: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[Any] | None = None  # the one that waits
        self._cancelling = 0  # how often it was to be cancelled before
        self._rung = False

    @property
    def waiting(self) -> bool:
        return self._task is not None and not self._rung

    def set(self, when: float | None) -> None:
        """Set when a wait ends, on the loop's clock; None for never. Before each, or during it."""
        self._when = when
        if when is None:
            return
        if (timer := self._timer) is not None:
            at = timer.when()
            if at <= when and (at == when or self._loop.time() + _SOON < at):
                return
            timer.cancel()
        self._timer = self._loop.call_at(when, self._ring)

    def close(self) -> None:
        """End the timer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def __enter__(self) -> Self:
        task = asyncio.current_task()
        assert task is not None
        self._task, self._cancelling, self._rung = task, task.cancelling(), False
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        task, self._task = self._task, None
        if not self._rung or task is None:
            return
        # Somebody else may have cancelled the task meanwhile, which goes first.
        own = task.uncancel() <= self._cancelling
        if own and isinstance(error, asyncio.CancelledError):
            raise TimeoutError from error

    def _ring(self) -> None:
        timer, self._timer = self._timer, None
        if self._task is None or self._rung or self._when is None or timer is None:
            return
        if self._when > timer.when():
            self.set(self._when)
            return
        self._rung = True
        self._task.cancel()
