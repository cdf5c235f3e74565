"""Whose request the workers take next."""

from __future__ import annotations

import itertools
from contextvars import ContextVar
from typing import Final

__all__ = ["OVERTAKEN", "begin_stream", "next_turn"]

OVERTAKEN: Final = 64
"""How many requests that came before the first one of a stream overtakes at most."""


class _Stream:
    """A stream of text that is spoken by the task that began it, and by the tasks it starts."""

    has_asked = False


_STREAM: Final[ContextVar[_Stream | None]] = ContextVar("stream", default=None)
_NUMBERS: Final = itertools.count()


def begin_stream() -> None:
    """Note that the running task begins to speak a stream of text."""
    _STREAM.set(_Stream())


def next_turn() -> int:
    """Return what the running task's request is ordered by.

    The first one of a stream overtakes others, so that long texts keep no listener waiting who has
    heard nothing yet; but only so many that streams without end do not hold up who is listening.
    """
    stream = _STREAM.get()
    number = next(_NUMBERS)
    if stream is None or not stream.has_asked:
        number -= OVERTAKEN
    if stream is not None:
        stream.has_asked = True
    return number
