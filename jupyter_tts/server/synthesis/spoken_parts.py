"""Speaks a text in as many parts as its sound needs: one, nearly always."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TypeAlias, TypeVar

from ...wire.audio_tags import tag_spans
from ...wire.errors import SoundTooLong
from ...wire.pronunciations import slashed_ipa_spans
from ...wire.ssml import whole_spans
from ..engines.ssml import Span, spans
from ..engines.text_pieces import halve

__all__ = ["InParts", "at_once", "spoken_parts"]

Spoken = TypeVar("Spoken")

InParts: TypeAlias = Callable[[str], AsyncGenerator[tuple[Spoken, int | None], None]]
"""Speaks a text and yields what is spoken, with how far that reaches; None with what ends it."""


async def spoken_parts(
    text: str, speak: InParts[Spoken]
) -> AsyncGenerator[tuple[Spoken, bool], None]:
    """Yield what is spoken, part by part, and whether it is the last.

    Parameters
    ----------
    text
    speak
        Speaks a part; raises SoundTooLong where it must be cut.

    Raises
    ------
    SoundTooLong
        If a single character is too long.
    """
    waiting = [text]
    while waiting:
        part = waiting.pop()
        reached: int | None = 0
        try:
            async with contextlib.aclosing(speak(part)) as speaking:
                async for spoken, reached in speaking:
                    yield spoken, reached is None and not waiting
        except SoundTooLong:
            if reached:  # what is left may be short enough
                waiting.append(part[reached:])
                continue
            halves = halve(part, whole=_whole(part)) or halve(part)
            if halves is None:
                raise
            waiting += reversed(halves)


def at_once(speak: Callable[[str], Awaitable[Spoken]]) -> InParts[Spoken]:
    """Return what speaks a text and yields it whole."""

    async def whole(text: str) -> AsyncGenerator[tuple[Spoken, int | None], None]:
        yield await speak(text), None

    return whole


def _whole(text: str) -> list[Span]:
    """Find what may not be parted, if it means anything in this text."""
    return [*spans(text), *whole_spans(text), *tag_spans(text), *slashed_ipa_spans(text)]
