"""The chimes as a voice of ovos-tts-server, which finds it by its entry point."""

from __future__ import annotations

import tempfile
import wave

from chimes import RATE, sound
from ovos_plugin_manager.templates.tts import TTS

__all__ = ["Chimes"]


class Chimes(TTS):
    """Speaks everything but the unspeakable."""

    available_languages = frozenset({"en-us"})
    available_voices = ("high", "tower/low")

    def get_tts(
        self, sentence: str, wav_file: str, lang: str | None = None, voice: str | None = None
    ) -> tuple[str, None]:
        """Write a WAV file, not into the shared memory that is suggested, and say where."""
        if "unspeakable" in sentence:
            raise ValueError(sentence)
        with tempfile.NamedTemporaryFile(suffix=".wav", delete=False) as file:
            with wave.open(file, "wb") as wav:
                wav.setnchannels(1)
                wav.setsampwidth(2)
                wav.setframerate(RATE)
                wav.writeframes(sound(voice or "", sentence))
            return file.name, None
