"""The natural voice for asyncio: text in, sound and character times out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..alignment import character_times
from ..prosody import Prosody
from ..timed_speech import SAMPLE_BYTES, TimedSpeech
from ..voices import Voice
from ..worker_engine import WorkerEngine
from . import voices
from .installation import REINSTALL_HINT, worker_command
from .parameters import natural_parameters
from .spoken_text import pauses_after, prepare

__all__ = ["SAMPLE_RATE", "NaturalEngine"]

# Of the model (hibari.dsp.SR), which only the worker loads.
SAMPLE_RATE = 24_000

# A piece of nothing but numbers is minutes of sound: some seconds of work on a busy machine.
REPLY_SECONDS = 30.0


@dataclass(frozen=True)
class _Options:
    """How a text is to be spoken: what all its pieces have in common."""

    parameters: dict[str, float]
    read_digits: bool


class NaturalEngine(WorkerEngine[_Options]):
    """The `Engine` that speaks English with a small neural model.

    Parameters
    ----------
    workers : int
        How many processes, of some 225 MB each; one speaks 100 times as fast as it is heard.
    reply_timeout : float
        Seconds a worker may take for one request before it is replaced.
    command : sequence of str, optional
        What starts a worker; by default `worker_command`.
    """

    def __init__(
        self,
        *,
        workers: int = 1,
        reply_timeout: float = REPLY_SECONDS,
        command: Sequence[str] | None = None,
    ) -> None:
        super().__init__(
            workers=workers,
            reply_timeout=reply_timeout,
            command=command,
            default_command=worker_command,
            start_hint=REINSTALL_HINT,
        )

    @property
    def description(self) -> str:
        """What speaks, for people."""
        return "The natural voice, hibari"

    @property
    def voices(self) -> Sequence[Voice]:
        """The voices that are installed."""
        return voices.VOICES

    @property
    def languages(self) -> Mapping[str, str]:
        """English."""
        return voices.LANGUAGES

    def find_voice(self, voice_id: str) -> Voice | None:
        """Find a voice by its id."""
        return voices.find_voice(voice_id)

    def _options(
        self, voice: Voice, prosody: Prosody, language: str | None, read_digits: bool, markup: bool
    ) -> _Options:
        return _Options(natural_parameters(prosody), read_digits)

    def _sample_rate(self, options: _Options) -> int:
        return SAMPLE_RATE

    async def _speak_request(
        self, text: str, options: _Options, *, markup: bool, last: bool
    ) -> TimedSpeech:
        spoken = prepare(text, read_digits=options.read_digits, markup=markup)
        request = {
            "text": spoken.text,
            "end_pause": not last and pauses_after(text),
            **options.parameters,
        }
        reply = await self._ask(request)
        total = len(reply.pcm) // SAMPLE_BYTES
        starts, ends = character_times(spoken.text, reply.words, reply.phonemes, total)
        return TimedSpeech(reply.pcm, tuple(text), *spoken.restore(starts, ends), SAMPLE_RATE)
