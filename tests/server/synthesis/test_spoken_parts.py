"""A text is spoken in as many parts as its sound needs."""

from __future__ import annotations

import pytest

from jupyter_tts.server.synthesis.spoken_parts import at_once, spoken_parts
from jupyter_tts.wire.errors import SoundTooLong


async def spoken(text: str, longest: int) -> list[str]:
    async def speak(part: str) -> str:
        if len(part) > longest:
            raise SoundTooLong("Too long.")
        return part

    parts = [part async for part in spoken_parts(text, at_once(speak))]
    assert [is_last for _, is_last in parts] == [False] * (len(parts) - 1) + [True]
    return [part for part, _ in parts]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("one two", ["one two"]),
        ("one two three four", ["one two ", "three four"]),
        ("x" * 22, ["xxxxx", "xxxxxx", "xxxxx", "xxxxxx"]),
        ("Go [sighs] on", ["Go ", "[sighs] on"]),
        ("[[[[[[[[[[[[[[", ["[[[[[[[", "[[[[[[["]),  # a tag that never ends
    ],
)
async def test_a_text_is_cut_until_each_part_can_be_spoken(text: str, parts: list[str]) -> None:
    assert await spoken(text, 10) == parts


async def test_a_character_that_is_too_long_is_an_error() -> None:
    with pytest.raises(SoundTooLong):
        await spoken("ab", 0)
