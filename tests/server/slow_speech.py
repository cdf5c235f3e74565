"""An engine whose sound is as long as a test wants it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

from jupyter_tts.server.engines.sound_length import check_length
from jupyter_tts.server.engines.timed_speech import TimedSpeech, silence
from jupyter_tts.server.engines.voices import Voice

VOICE = Voice("en-us", "Long", "en-us", "neutral", engine="Long", engine_voice="long")


class LongEngine:
    """Every character is silent for some seconds.

    Parameters
    ----------
    seconds
        Per character.
    rate
        Of the sound, in Hz.
    most_seconds
        How much it makes at once, by default whatever it is asked for.
    """

    description = "Silence"
    voices: Sequence[Voice] = (VOICE,)
    languages: Mapping[str, str] = {"en": "English"}

    def __init__(
        self, seconds: float, *, rate: int = 48_000, most_seconds: float | None = None
    ) -> None:
        self.most_seconds = most_seconds
        self.seconds = seconds
        self.rate = rate
        self.spoken = 0

    def find_voice(self, voice_id: str) -> Voice | None:
        return VOICE if voice_id == VOICE.id else None

    def speaks(self, voice: Voice, language: str) -> bool:
        return True

    def prepare(self, voice: Voice) -> None:
        pass

    async def start(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def speak(self, text: str, voice: Voice, **_: Any) -> TimedSpeech:
        spoken = silence(text, seconds=self.seconds * len(text), sample_rate=self.rate)
        check_length([spoken], self.most_seconds)
        self.spoken += len(text)
        return spoken
