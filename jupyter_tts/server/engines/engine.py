"""What the server asks of a voice engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Protocol, Self, TypeAlias

from .prosody import DEFAULT_PROSODY, Prosody
from .timed_speech import TimedSpeech
from .voices import Voice

__all__ = ["Begun", "Engine", "told"]

Begun: TypeAlias = Callable[[TimedSpeech], None]
"""What an engine calls with a text of which only the beginning has been spoken.

The characters behind that begin and end where the sound does. Each beginning has all of those that
were told before it, and more.
"""


def told(change: Callable[[TimedSpeech], TimedSpeech], begun: Begun | None) -> Begun | None:
    """Return what tells ``begun`` of beginnings after they were changed."""
    return None if begun is None else lambda beginning: begun(change(beginning))


class Engine(Protocol):
    """A voice engine: text and settings in, sound and character times out.

    An async context manager that calls `start` and `close`.
    """

    @property
    def description(self) -> str:
        """What speaks, for people: one sentence without its full stop."""

    @property
    def voices(self) -> Sequence[Voice]:
        """The voices to list."""

    @property
    def languages(self) -> Mapping[str, str]:
        """The language codes that `speak` knows, and the names of the languages."""

    def find_voice(self, voice_id: str) -> Voice | None:
        """Find a voice by its id, listed or not; None for an unknown one."""

    def speaks(self, voice: Voice, language: str) -> bool:
        """Whether one of its voices speaks the language of a request's language_code."""

    def prepare(self, voice: Voice) -> None:
        """Begin to get ready for a voice that is about to be spoken with; returns at once."""

    async def start(self) -> None:
        """Get ready to speak.

        Raises
        ------
        LocalVoiceMissing
            When the engine is not installed or does not start.
        """

    async def close(self) -> None:
        """End the engine; texts still waiting fail with VoiceEngineError."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

    async def speak(
        self,
        text: str,
        voice: Voice,
        *,
        prosody: Prosody = DEFAULT_PROSODY,
        language: str | None = None,
        read_digits: bool = False,
        markup: bool = False,
        last: bool = True,
        begun: Begun | None = None,
    ) -> TimedSpeech:
        """Speak a text.

        Parameters
        ----------
        text : str
            Any text of any length.
        voice : Voice
            One of this engine's.
        prosody : Prosody
        language : str, optional
            The request's language_code; ignored where it is unknown.
        read_digits : bool
            Read numbers digit by digit (the text normalizer is off).
        markup : bool
            Obey the tags that `ssml` names; otherwise they are text.
        last : bool
            False when more text follows: a final clause then keeps its pause, so that the sounds
            joined are the sound of the texts joined.
        begun : callable, optional
            May be called with beginnings of what will be returned, each longer than the last, so
            that they are heard while the rest is spoken.

        Returns
        -------
        TimedSpeech
            Empty sound for a text of white space.

        Raises
        ------
        VoiceEngineError
            When the text cannot be spoken, or the engine is not running.
        LocalVoiceMissing
            When a lost worker cannot be replaced.
        """
