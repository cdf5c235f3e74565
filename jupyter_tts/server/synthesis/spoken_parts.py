"""Speaks a text in as many parts as its sound needs: one, nearly always."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

from ...wire.audio_tags import tag_spans
from ...wire.errors import SoundTooLong
from ...wire.pronunciations import slashed_ipa_spans
from ...wire.ssml import whole_spans
from ..engines.sound_length import too_long
from ..engines.ssml import Span, spans
from ..engines.text_pieces import halve

__all__ = ["in_two", "spoken_parts"]

Spoken = TypeVar("Spoken")


async def spoken_parts(
    text: str, speak: Callable[[str], Awaitable[Spoken]]
) -> AsyncIterator[tuple[Spoken, bool]]:
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
        try:
            spoken = await speak(part)
        except SoundTooLong:
            waiting += reversed(in_two(part))
        else:
            yield spoken, not waiting


def in_two(text: str) -> tuple[str, str]:
    """Cut a text whose sound is too long.

    Raises
    ------
    SoundTooLong
        If it is a single character.
    """
    halves = halve(text, whole=_whole(text)) or halve(text)
    if halves is None:
        raise too_long()
    return halves


def _whole(text: str) -> list[Span]:
    """Find what may not be parted, if it means anything in this text."""
    return [*spans(text), *whole_spans(text), *tag_spans(text), *slashed_ipa_spans(text)]
