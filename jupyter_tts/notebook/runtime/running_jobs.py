"""What is being spoken or heard, so that all of it can be stopped at once."""

from __future__ import annotations

from typing import Protocol

from .event_loop import ENGINE

__all__ = ["UNDER_WAY", "Stoppable", "stop_all"]


class Stoppable(Protocol):
    """A stream with its player."""

    def stop(self) -> None:
        """End the stream and the sound; on the engine's loop."""


UNDER_WAY: set[Stoppable] = set()


def stop_all() -> None:
    """Stop every stream and silence every player, at once."""
    if ENGINE.running:
        for each in tuple(UNDER_WAY):
            ENGINE.loop.call_soon_threadsafe(each.stop)
