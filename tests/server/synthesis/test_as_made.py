"""A text whose beginning is heard while the rest is made: each character once, in order."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from jupyter_tts.server.engines.engine import Begun
from jupyter_tts.server.engines.timed_speech import TimedSpeech
from jupyter_tts.server.synthesis.as_made import as_made
from jupyter_tts.server.synthesis.spoken_parts import spoken_parts
from jupyter_tts.wire.errors import SoundTooLong, VoiceEngineError

LETTER = 4  # samples that each character lasts


def speech(text: str, spoken: int | None = None, *, sign: bytes = b"") -> TimedSpeech:
    """A text of which the first characters are spoken; each sample tells its character."""
    count = len(text) if spoken is None else spoken
    marks = [LETTER * min(index, count) for index in range(len(text) + 1)]
    signs = sign or b"".join(bytes([ord(letter), 0]) for letter in text[:count])
    pcm = b"".join(signs[2 * index : 2 * index + 2] * LETTER for index in range(count))
    return TimedSpeech(pcm, tuple(text), tuple(marks[:-1]), tuple(marks[1:]))


async def turns() -> None:
    """Let a beginning be taken."""
    for _ in range(3):
        await asyncio.sleep(0)


def told(part: TimedSpeech) -> tuple[str, str]:
    """The characters that a part has, and those that its sound is of."""
    heard = "".join(map(chr, part.pcm[::2][::LETTER]))
    assert part.starts[0] >= 0
    assert part.ends[-1] <= len(part.pcm) // 2
    return "".join(part.characters), heard


async def test_beginnings_and_rest_are_the_text_once() -> None:
    async def speak(text: str, *, begun: Begun) -> TimedSpeech:
        for count in (3, 3, 8):
            begun(speech(text, count))
            await turns()
        return speech(text)

    parts = [part async for part in spoken_parts("one two three", as_made(speak))]
    assert [told(part) for part, _ in parts] == [
        ("one ", "one"),  # the space is what ends the word
        ("two ", " two "),
        ("three", "three"),
    ]
    assert [is_last for _, is_last in parts] == [False, False, True]
    assert parts[1][0].starts == (LETTER, 2 * LETTER, 3 * LETTER, 4 * LETTER)


async def test_without_beginnings_it_is_one_part() -> None:
    async def speak(text: str, *, begun: Begun) -> TimedSpeech:
        return speech(text)

    assert [part async for part in spoken_parts("one", as_made(speak))] == [(speech("one"), True)]


async def test_what_is_spoken_again_in_another_way_goes_on_at_its_own_place() -> None:
    async def speak(text: str, *, begun: Begun) -> TimedSpeech:
        begun(speech(text, 4))
        await turns()
        return speech(text.upper())

    parts = [told(part) async for part, _ in spoken_parts("one two", as_made(speak))]
    assert parts == [("one ", "one "), ("TWO", "TWO")]


async def test_a_text_that_proves_too_long_is_cut_behind_what_was_heard() -> None:
    async def speak(text: str, *, begun: Begun) -> TimedSpeech:
        if len(text) > 10:
            begun(speech(text, 4))
            await turns()
            raise SoundTooLong("Too long.")
        return speech(text)

    parts = [told(part) async for part, _ in spoken_parts("one two three four", as_made(speak))]
    assert parts == [("one ", "one "), ("two ", "two "), ("three four", "three four")]


async def test_what_is_left_of_a_text_that_proves_too_long_may_be_short_enough() -> None:
    async def speak(text: str, *, begun: Begun) -> TimedSpeech:
        if len(text) > 3:
            begun(speech(text, 4))
            await turns()
            raise SoundTooLong("Too long.")
        return speech(text)

    parts = [told(part) async for part, _ in spoken_parts("one a", as_made(speak))]
    assert parts == [("one ", "one "), ("a", "a")]


async def test_of_beginnings_that_nobody_took_the_latest_is_kept() -> None:
    async def speak(text: str, *, begun: Begun) -> TimedSpeech:
        for count in (3, 7, 13):
            begun(speech(text, count))
        await turns()
        return speech(text)

    parts = [told(part) async for part, _ in spoken_parts("one two three four", as_made(speak))]
    assert parts == [("one two three ", "one two three"), ("four", " four")]


async def test_a_beginning_without_sound_has_its_characters_once() -> None:
    async def speak(text: str, *, begun: Begun) -> TimedSpeech:
        begun(speech(text, 0))
        await turns()
        return speech(text)

    parts = ["".join(part.characters) async for part, _ in spoken_parts(" one", as_made(speak))]
    assert parts == [" ", "one"]


async def test_an_error_comes_after_what_was_heard() -> None:
    async def speak(text: str, *, begun: Begun) -> TimedSpeech:
        begun(speech(text, 4))
        await turns()
        raise VoiceEngineError("Lost.")

    parts = spoken_parts("one two", as_made(speak))
    heard, _ = await anext(parts)
    assert told(heard) == ("one ", "one ")
    with pytest.raises(VoiceEngineError):
        await anext(parts)


async def test_who_leaves_early_ends_the_speaking() -> None:
    ended = asyncio.Event()

    async def speak(text: str, *, begun: Begun) -> TimedSpeech:
        begun(speech(text, 4))
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return speech(text)

    async with contextlib.aclosing(spoken_parts("one two", as_made(speak))) as parts:
        await anext(parts)
    await ended.wait()
