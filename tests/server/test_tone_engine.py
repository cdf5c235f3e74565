"""The engine that docs/server.md shows, as a client hears it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import numpy as np
import pytest
from numpy.typing import NDArray

from docs.examples import tone_engine
from docs.examples.tone_engine import LETTERS, LOWEST_HZ, TONES, ToneEngine
from jupyter_tts.server import serve
from jupyter_tts.server.engines.engine import Engine
from jupyter_tts.server.engines.prosody import Prosody

from .serving import StreamResult, in_process, speak

RATE = 24_000
TEXT = "hello you, az azaz. "
PAGE = Path(__file__).parents[2] / "docs" / "server.md"


@pytest.fixture
async def alone() -> AsyncIterator[str]:
    """The address of a server that has this engine only."""
    async with ToneEngine() as engine, in_process(engine=engine) as address:
        yield address


def url(address: str, voice: str = TONES.id) -> str:
    base = address.replace("http", "ws", 1)
    return f"{base}/v1/text-to-speech/{voice}/stream-input?output_format=pcm_{RATE}"


def messages(text: str) -> list[dict[str, str]]:
    return [{"text": " "}, {"text": text}, {"text": ""}]


def times(result: StreamResult) -> list[tuple[str, float, float]]:
    """Each character, and from when to when it is heard, in seconds of the whole stream."""
    timed: list[tuple[str, float, float]] = []
    begin = 0.0
    for message in result.messages:
        if alignment := message.get("alignment"):
            columns = ("chars", "charStartTimesMs", "charDurationsMs")
            for character, start, length in zip(*map(alignment.get, columns), strict=True):
                timed.append((character, begin + start / 1000, begin + (start + length) / 1000))
            begin = timed[-1][2]
    return timed


def letter_in(sound: NDArray[np.float64]) -> str:
    """The letter whose tone is the strongest, a space for silence."""
    if not sound.any():
        return " "
    pitches = LOWEST_HZ * 2 ** (np.arange(len(LETTERS)) / 12)
    waves = np.exp(2j * np.pi * np.outer(pitches, np.arange(len(sound))) / RATE)
    return LETTERS[int(np.abs(waves @ sound).argmax())]


def heard(result: StreamResult, *, first: float, last: float) -> str:
    """What sounds between two parts of each character's time."""
    pcm = np.frombuffer(result.audio, "<i2").astype(np.float64)
    letters = []
    for _, start, end in times(result):
        edges = (start + (end - start) * part for part in (first, last))
        begin, stop = (round(edge * RATE) for edge in edges)
        letters.append(letter_in(pcm[begin:stop]))
    return "".join(letters)


async def test_a_client_hears_each_letter_when_its_time_says(alone: str) -> None:
    result = await speak(url(alone), messages(TEXT))
    assert result.code == 1000
    assert result.text.rstrip() == TEXT.rstrip()
    silent = re.sub("[^a-z]", " ", result.text)
    assert heard(result, first=0.05, last=0.95) == silent
    # Each half, too: times that are late by a few milliseconds would have the neighbour's tone.
    assert heard(result, first=0.02, last=0.5) == silent
    assert heard(result, first=0.5, last=0.98) == silent


async def test_the_settings_it_knows_are_heard() -> None:
    engine: Engine = ToneEngine()
    plain, fast, quiet = [
        await engine.speak("hello", TONES, prosody=prosody)
        for prosody in (Prosody(), Prosody(speed=1.25), Prosody(use_speaker_boost=False))
    ]
    assert len(fast.pcm) == pytest.approx(len(plain.pcm) / 1.25)
    loudest = [np.abs(np.frombuffer(spoken.pcm, "<i2")).max() for spoken in (plain, quiet)]
    assert loudest[1] == pytest.approx(0.6 * loudest[0], abs=2)


@pytest.mark.parametrize("text", ["", " ", "\n"])
async def test_white_space_is_silent(text: str) -> None:
    spoken = await ToneEngine().speak(text, TONES)
    assert (spoken.pcm, "".join(spoken.characters)) == (b"", text)


@pytest.mark.parametrize("text", ["...!!!", "你好，世界。", "\ud800 lone", "İß\x00", "x" * 5_000])
async def test_any_text_keeps_its_characters_in_order(text: str) -> None:
    spoken = await ToneEngine().speak(text, TONES)
    assert "".join(spoken.characters) == text
    assert spoken.starts[1:] == spoken.ends[:-1]
    assert spoken.ends[-1] == len(spoken.pcm) // 2


async def test_a_break_is_a_pause_of_its_length() -> None:
    text = 'a<break time="1.5s"/>b'
    spoken = await ToneEngine().speak(text, TONES, markup=True)
    pause = spoken.ends[text.index(">")] - spoken.starts[text.index("<")]
    assert pause == 1.5 * spoken.sample_rate
    assert "".join(spoken.characters) == text


async def test_it_speaks_beside_the_embedded_voices() -> None:
    async with serve(engines=[ToneEngine()]) as server:
        result = await speak(url(server.url), messages("tone "))
        assert heard(result, first=0.05, last=0.95).strip() == "tone"
        other = await speak(url(server.url, "en-us"), messages("tone "))
        assert heard(other, first=0.05, last=0.95).strip() != "tone"
        async with (
            aiohttp.ClientSession(server.url) as session,
            session.get("/v1/voices") as answer,
        ):
            voices = {voice["voice_id"]: voice for voice in (await answer.json())["voices"]}
        assert voices.keys() > {TONES.id, "en-us"}
        assert voices[TONES.id]["description"] == "Tone engine's synthetic voice tones"


async def test_what_it_cannot_speak_is_spoken_by_another_voice_and_the_answer_says_so() -> None:
    async with serve(engines=[ToneEngine()]) as server:
        result = await speak(url(server.url), messages("你好。 "))
    notes = [
        message["embedded_voice"] for message in result.messages if "embedded_voice" in message
    ]
    assert notes == ["eSpeak NG speaks Chinese: Tones speaks English."]
    assert result.audio


async def test_an_only_engine_takes_no_others() -> None:
    with pytest.raises(ValueError, match="only one"):
        async with serve(engine=ToneEngine(), engines=[ToneEngine()]):
            pass


def test_the_page_shows_the_whole_file() -> None:
    source = Path(tone_engine.__file__).read_text(encoding="utf-8")
    assert f"```python\n{source}```\n" in PAGE.read_text(encoding="utf-8")
