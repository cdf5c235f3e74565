"""The natural voice for asyncio: text in, sound and character times out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ....voice_files.store import VoiceStore
from ..prosody import Prosody
from ..spoken_text import SpokenText
from ..stored_voices import StoredVoices
from ..voices import Voice
from ..worker_engine import WorkerEngine
from .installation import REINSTALL_HINT, is_installed, worker_command
from .parameters import natural_parameters
from .spoken_text import pauses_after, prepare
from .voices import HEART, LANGUAGES, is_british, listed, speaks

__all__ = ["SAMPLE_RATE", "NaturalEngine"]

# Of the model (hibari.dsp.SR), which only the worker loads.
SAMPLE_RATE = 24_000

# A piece of nothing but numbers is minutes of sound: some seconds of work on a busy machine.
REPLY_SECONDS = 30.0


@dataclass(frozen=True)
class _Options:
    """How a text is to be spoken: what all its pieces have in common."""

    model: str
    is_british: bool
    parameters: dict[str, float]
    read_digits: bool


class NaturalEngine(WorkerEngine[_Options]):
    """The `Engine` that speaks English with a small neural model.

    Parameters
    ----------
    workers : int
        How many processes, of some 225 MB each, and 100 MB more for a second voice, the most that
        one keeps loaded; one speaks 100 times as fast as it is heard.
    reply_timeout : float
        Seconds a worker may take for one request before it is replaced.
    command : sequence of str, optional
        What starts a worker; by default `worker_command`.
    store : VoiceStore, optional
        Where the package's further voices are; by default the user's.
    most_seconds : float, optional
        How long the sound of one text may be; a longer one raises SoundTooLong.
    """

    _keeps_marks = False

    def __init__(
        self,
        *,
        workers: int = 1,
        reply_timeout: float = REPLY_SECONDS,
        command: Sequence[str] | None = None,
        store: VoiceStore | None = None,
        most_seconds: float | None = None,
    ) -> None:
        self._stored = StoredVoices("hibari", listed, store)
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
        return "The natural voice, hibari"

    @property
    def voices(self) -> Sequence[Voice]:
        """The bundled voice, and those of the package's further ones that are on this machine."""
        if not is_installed():
            return ()
        return (HEART, *(voice for voice in self._stored.voices if voice.id != HEART.id))

    @property
    def languages(self) -> Mapping[str, str]:
        """English."""
        return LANGUAGES

    def find_voice(self, voice_id: str) -> Voice | None:
        """Find a voice by its id, in upper or lower case, whether or not it is installed."""
        return HEART if voice_id.lower() == HEART.id else self._stored.find(voice_id)

    def speaks(self, voice: Voice, language: str) -> bool:
        """Whether the language is English, and of its varieties the voice's own."""
        return speaks(voice, language)

    def _options(
        self, voice: Voice, prosody: Prosody, language: str | None, read_digits: bool, markup: bool
    ) -> _Options:
        model = "" if voice.id == HEART.id else str(self._stored.path_of(voice))
        return _Options(model, is_british(voice), natural_parameters(prosody), read_digits)

    def _sample_rate(self, options: _Options) -> int:
        return SAMPLE_RATE

    def _prepared(
        self, text: str, options: _Options, *, markup: bool, last: bool
    ) -> tuple[SpokenText, dict[str, Any]]:
        spoken = prepare(text, read_digits=options.read_digits, markup=markup)
        request = {
            "text": spoken.text,
            "model": options.model,
            "british": options.is_british,
            "end_pause": not last and pauses_after(text),
            **options.parameters,
        }
        return spoken, request
