"""Piper's voices for asyncio: text in, sound and character times out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ....voice_files.piper import read_settings, settings_beside
from ....voice_files.store import VoiceStore
from ....wire.errors import VoiceEngineError, VoiceFileError
from ..prosody import Prosody
from ..spoken_text import SpokenText
from ..stored_voices import StoredVoices
from ..voices import Voice
from ..worker_engine import WorkerEngine
from .installation import REINSTALL_HINT, is_installed, worker_command
from .parameters import piper_parameters
from .spoken_text import pauses_after, prepare
from .voices import listed, speaks

__all__ = ["PiperEngine"]

# A piece of nothing but numbers is minutes of sound, made some ten times as fast as it is heard.
REPLY_SECONDS = 45.0


@dataclass(frozen=True)
class _Options:
    """How a text is to be spoken: what all its pieces have in common."""

    model: str
    sample_rate: int
    parameters: dict[str, float]
    read_digits: bool


class PiperEngine(WorkerEngine[_Options]):
    """The `Engine` that speaks with the Piper voices on this machine.

    Parameters
    ----------
    workers : int
        How many processes. With a voice of medium quality one takes some 300 MB, with a second, the
        most that it keeps loaded, 550 MB, and for a long sentence without a comma 250 MB more. It
        speaks some ten times as fast as it is heard.
    reply_timeout : float
        Seconds a worker may take for one request before it is replaced.
    command : sequence of str, optional
        What starts a worker; by default `worker_command`.
    store : VoiceStore, optional
        Where the voices are; by default the user's.
    most_seconds : float, optional
        How long the sound of one text may be; a longer one raises SoundTooLong.
    """

    def __init__(
        self,
        *,
        workers: int = 1,
        reply_timeout: float = REPLY_SECONDS,
        command: Sequence[str] | None = None,
        store: VoiceStore | None = None,
        most_seconds: float | None = None,
    ) -> None:
        self._stored = StoredVoices("piper", listed, store)
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
        return "Piper's voices"

    @property
    def voices(self) -> Sequence[Voice]:
        """The voices on this machine, if what they need is installed."""
        return self._stored.voices if is_installed() else ()

    @property
    def languages(self) -> Mapping[str, str]:
        """The codes of the voices' languages, which are their names here."""
        codes = {voice.language.partition("-")[0] for voice in self.voices}
        return {code: code for code in sorted(codes)}

    def find_voice(self, voice_id: str) -> Voice | None:
        """Find a voice by its id, in upper or lower case, whether or not it can be spoken with."""
        return self._stored.find(voice_id)

    def speaks(self, voice: Voice, language: str) -> bool:
        """Whether the language is the voice's own."""
        return speaks(voice, language)

    def _options(
        self, voice: Voice, prosody: Prosody, language: str | None, read_digits: bool, markup: bool
    ) -> _Options:
        model = self._stored.path_of(voice).absolute()
        try:
            sample_rate = read_settings(settings_beside(model)).sample_rate
        except VoiceFileError as error:
            raise VoiceEngineError(error.message, hint=error.hint) from error
        return _Options(str(model), sample_rate, piper_parameters(prosody), read_digits)

    def _sample_rate(self, options: _Options) -> int:
        return options.sample_rate

    def _prepared(
        self, text: str, options: _Options, *, markup: bool, last: bool
    ) -> tuple[SpokenText, dict[str, Any]]:
        spoken = prepare(text, read_digits=options.read_digits, markup=markup)
        request = {
            "text": spoken.text,
            "model": options.model,
            "pronunciations": spoken.pronunciations,
            "end_pause": not last and pauses_after(text),
            **options.parameters,
        }
        return spoken, request
