"""A voice engine in one file: every letter is a tone.

``python docs/examples/tone_engine.py`` serves it beside the other voices. Then, in a notebook::

    %tts --server http://127.0.0.1:8123 --voice tones Hello you.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Self

import numpy as np

from jupyter_tts.server import serve
from jupyter_tts.server.engines.prosody import DEFAULT_PROSODY, Prosody
from jupyter_tts.server.engines.ssml import Pause, runs
from jupyter_tts.server.engines.timed_speech import TimedSpeech, join, silence
from jupyter_tts.server.engines.voices import Voice

SAMPLE_RATE = 24_000
LETTER_SECONDS = 0.08
LETTERS = "abcdefghijklmnopqrstuvwxyz"
LOWEST_HZ = 220.0  # of the letter a; each further letter is a semitone higher
LOUDEST = 8_000

TONES = Voice("tones", "Tones", "en-us", "neutral", engine="Tone engine", engine_voice="tones")


class ToneEngine:
    """Plays the letters of a text; all other characters are silent for as long."""

    description = "Tones, one for each letter"
    voices: Sequence[Voice] = (TONES,)
    languages: Mapping[str, str] = {"en": "English"}

    def find_voice(self, voice_id: str) -> Voice | None:
        return TONES if voice_id == TONES.id else None

    def speaks(self, voice: Voice, language: str) -> bool:
        return language.lower().partition("-")[0] in self.languages

    def prepare(self, voice: Voice) -> None:
        """Nothing has to be loaded."""

    async def start(self) -> None:
        """Nothing has to be started."""

    async def close(self) -> None:
        """Nothing has to be ended."""

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def speak(
        self,
        text: str,
        voice: Voice,
        *,
        prosody: Prosody = DEFAULT_PROSODY,
        markup: bool = False,
        **_: Any,  # language, read_digits and last change nothing here
    ) -> TimedSpeech:
        # In a thread: a long text must not hold up the other streams.
        return await asyncio.to_thread(_play, text, prosody, markup)


def _play(text: str, prosody: Prosody, markup: bool) -> TimedSpeech:
    parts = [
        silence(run.text, seconds=run.seconds, sample_rate=SAMPLE_RATE)
        if isinstance(run, Pause)
        else _tones(run, prosody)
        for run in (runs(text) if markup else [text])
    ]
    return join(parts or [silence(text, sample_rate=SAMPLE_RATE)])


def _tones(text: str, prosody: Prosody) -> TimedSpeech:
    if not text.strip():
        return silence(text, sample_rate=SAMPLE_RATE)
    count = round(SAMPLE_RATE * LETTER_SECONDS / max(prosody.speed, 0.1))
    loudness = LOUDEST if prosody.use_speaker_boost else round(0.6 * LOUDEST)
    pcm = b"".join(_tone(character.lower(), count, loudness) for character in text)
    starts = tuple(count * index for index in range(len(text)))
    ends = tuple(start + count for start in starts)
    return TimedSpeech(pcm, tuple(text), starts, ends, SAMPLE_RATE)


@lru_cache(maxsize=256)
def _tone(character: str, count: int, loudness: int) -> bytes:
    if character not in LETTERS:
        return bytes(2 * count)
    hertz = LOWEST_HZ * 2 ** (LETTERS.index(character) / 12)
    seconds = np.arange(count) / SAMPLE_RATE
    edges = np.minimum(1, np.minimum(seconds, seconds[::-1]) / 0.005)  # else each letter clicks
    wave = loudness * edges * np.sin(2 * np.pi * hertz * seconds)
    return wave.astype("<i2").tobytes()


async def main() -> None:
    async with serve(port=8123, engines=[ToneEngine()]) as server:
        print(f"listening on {server.url}; end with Ctrl-C")
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
