"""What is being spoken or heard, so that all of it can be stopped at once."""

from __future__ import annotations

from typing import Protocol

from .event_loop import EVENT_LOOP

__all__ = ["RUNNING_JOBS", "Stoppable", "stop_all"]


class Stoppable(Protocol):
    """A stream with its player."""

    def stop(self) -> None:
        """End the stream and the sound; on the event-loop thread."""


RUNNING_JOBS: set[Stoppable] = set()


def stop_all() -> None:
    """Stop every stream and silence every player, at once."""
    if EVENT_LOOP.running:
        for each in tuple(RUNNING_JOBS):
            EVENT_LOOP.loop.call_soon_threadsafe(each.stop)
