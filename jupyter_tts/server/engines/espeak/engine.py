"""eSpeak NG for asyncio: text in, sound and character times out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..prosody import Prosody
from ..spoken_text import SpokenText
from ..timed_speech import SAMPLE_RATE
from ..voices import Voice
from ..worker_engine import REPLY_SECONDS, WorkerEngine
from . import voices
from .installation import REINSTALL_HINT, worker_command
from .parameters import espeak_parameters
from .phonemes import pronunciations
from .spoken_text import pauses_after, prepare
from .voices import is_klatt, is_known_language, voice_for_language

__all__ = ["EspeakEngine"]


@dataclass(frozen=True)
class _Options:
    """How a text is to be spoken: what all its pieces have in common."""

    voice: str
    parameters: dict[str, int]
    read_digits: bool


class EspeakEngine(WorkerEngine[_Options]):
    """The `Engine` that speaks with eSpeak NG.

    Parameters
    ----------
    workers : int
        How many processes; one speaks some 500 times as fast as it is heard.
    reply_timeout : float
        Seconds a worker may take for one request before it is replaced.
    command : sequence of str, optional
        What starts a worker; by default `worker_command`.
    most_seconds : float, optional
        How long the sound of one text may be; a longer one raises SoundTooLong.
    """

    def __init__(
        self,
        *,
        workers: int = 1,
        reply_timeout: float = REPLY_SECONDS,
        command: Sequence[str] | None = None,
        most_seconds: float | None = None,
    ) -> None:
        super().__init__(
            workers=workers,
            reply_timeout=reply_timeout,
            command=command,
            default_command=worker_command,
            start_hint=REINSTALL_HINT,
            most_seconds=most_seconds,
        )

    @property
    def description(self) -> str:
        """What speaks, for people."""
        return "The embedded voice, eSpeak NG"

    @property
    def voices(self) -> Sequence[Voice]:
        """Every usable voice once, a few English variants, and ElevenLabs' well-known ids."""
        return voices.VOICES

    @property
    def languages(self) -> Mapping[str, str]:
        """The language codes that `speak` knows, and the names of the languages."""
        return voices.LANGUAGES

    def find_voice(self, voice_id: str) -> Voice | None:
        """Find a voice by its id, or any other variant of a voice that is installed."""
        return voices.find_voice(voice_id)

    def speaks(self, voice: Voice, language: str) -> bool:
        """Whether the language is known: every voice has a relative that speaks it."""
        return is_known_language(language)

    def _options(
        self, voice: Voice, prosody: Prosody, language: str | None, read_digits: bool, markup: bool
    ) -> _Options:
        voice = voice_for_language(voice, language) if language else voice
        parameters = espeak_parameters(prosody, klatt=is_klatt(voice.engine_voice))
        return _Options(voice.engine_voice, parameters, read_digits)

    def _sample_rate(self, options: _Options) -> int:
        return SAMPLE_RATE

    def _prepared(
        self, text: str, options: _Options, *, markup: bool, last: bool
    ) -> tuple[SpokenText, dict[str, Any]]:
        elements = tuple(pronunciations(text, options.voice)) if markup else ()
        spoken = prepare(text, read_digits=options.read_digits, elements=elements)
        request = {
            "text": spoken.text,
            "voice": options.voice,
            "end_pause": not last and pauses_after(text),
            "mnemonics": spoken.has_mnemonics,
            "most_samples": round((self._most_seconds or 0.0) * SAMPLE_RATE),
            **options.parameters,
        }
        return spoken, request
