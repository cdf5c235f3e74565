"""eSpeak NG for asyncio: text in, sound and character times out.

eSpeak NG runs in worker processes (`worker`). A text too long for one request is spoken in pieces,
and requests are served in the order they come, so that speakers take turns piece by piece. A worker
that dies or hangs is replaced, and the piece is spoken again; a piece that ends a second worker is
cut in two, until what cannot be spoken is found: signs without a letter or digit are left out,
anything else is an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from ....wire.errors import VoiceEngineError
from ..alignment import character_times
from ..prosody import DEFAULT_PROSODY, Prosody
from ..ssml import Pause, runs, spans
from ..text_pieces import halve, split
from ..timed_speech import SAMPLE_BYTES, TimedSpeech, join, silence
from ..voices import Voice
from ..worker_pool import WorkerPool
from ..worker_process import MALFORMED
from . import voices
from .installation import REINSTALL_HINT, worker_command
from .parameters import espeak_parameters
from .phonemes import pronunciations
from .spoken_text import pauses_after, prepare
from .voices import is_klatt, voice_for_language

__all__ = ["REPLY_SECONDS", "EspeakEngine"]

REPLY_SECONDS = 10.0
"""How long a worker may take for one request, some thousand times what it needs."""

ATTEMPTS = 2  # per piece: a worker may have died of something else


@dataclass(frozen=True)
class _Options:
    """How a text is to be spoken: what all its pieces have in common."""

    voice: str
    parameters: dict[str, int]
    read_digits: bool
    markup: bool


@dataclass(frozen=True)
class _Reply:
    """A worker's answer: word and phoneme events (`worker` has the fields) and the sound."""

    words: list[list[int]]
    phonemes: list[tuple[int, str]]
    pcm: bytes


class EspeakEngine:
    """The `Engine` that speaks with eSpeak NG.

    Use it as an async context manager, or call `start` and `close`.

    Parameters
    ----------
    workers : int
        How many processes; one speaks some 500 times as fast as it is heard.
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
        self._command = list(command or ())
        self._pool = WorkerPool(
            workers, reply_timeout=reply_timeout, read_reply=_read_reply, start_hint=REINSTALL_HINT
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

    @property
    def restarts(self) -> int:
        """How many workers have been replaced."""
        return self._pool.restarts

    @property
    def pids(self) -> tuple[int, ...]:
        """The process ids of the workers. A death is noticed at the next request."""
        return self._pool.pids

    async def start(self) -> None:
        """Start the workers and wait until they are ready.

        Raises
        ------
        LocalVoiceMissing
            When eSpeak NG is not installed or does not start.
        """
        if self._pool.is_running:
            raise RuntimeError("the engine is running")
        self._command = self._command or worker_command()
        await self._pool.start(self._command)

    async def close(self) -> None:
        """End the workers; texts still waiting fail with VoiceEngineError."""
        await self._pool.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

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
    ) -> TimedSpeech:
        """Speak a text; see `Engine.speak`, and for ``language`` `voice_for_language`."""
        voice = voice_for_language(voice, language) if language else voice
        parameters = espeak_parameters(prosody, klatt=is_klatt(voice.engine_voice))
        options = _Options(voice.engine_voice, parameters, read_digits, markup)
        pieces = list(_marked_pieces(text) if markup else split(text))
        spoken: list[TimedSpeech] = []
        offset = 0
        for number, piece in enumerate(pieces, start=1):
            if isinstance(piece, Pause):
                spoken.append(silence(piece.text, seconds=piece.seconds))
                offset += len(piece.text)
                continue
            is_last = last and number == len(pieces)
            spoken += await self._speak_piece(piece, offset, options, is_last)
            offset += len(piece)
        return join(spoken)

    async def _speak_piece(
        self, text: str, offset: int, options: _Options, last: bool
    ) -> list[TimedSpeech]:
        """Speak a piece whole or, where it ends workers, in two; ``offset`` is its place."""
        if not text or text.isspace():
            return [silence(text)]
        for _ in range(ATTEMPTS):
            try:
                return [await self._ask(text, options, last)]
            except ConnectionError as lost:
                reason = lost
        if not any(character.isalnum() for character in text):
            return [silence(text)]  # a lone backtick ends a Vietnamese voice: leave it out
        halves = halve(text, whole=spans(text) if options.markup else ())
        if halves is None:
            raise VoiceEngineError(
                f"The embedded voice failed at character {offset} of the text, {text!a}: {reason}.",
                hint="Leave it out or write it in another way.",
            ) from reason
        left, right = halves
        spoken = await self._speak_piece(left, offset, options, False)
        return spoken + await self._speak_piece(right, offset + len(left), options, last)

    async def _ask(self, text: str, options: _Options, last: bool) -> TimedSpeech:
        """Have a text spoken by the next free worker, and compute its character times."""
        elements = tuple(pronunciations(text, options.voice)) if options.markup else ()
        spoken = prepare(text, read_digits=options.read_digits, elements=elements)
        request = {
            "text": spoken.text,
            "voice": options.voice,
            "end_pause": not last and pauses_after(text),
            "mnemonics": spoken.has_mnemonics,
            **options.parameters,
        }
        reply = await self._pool.ask(request)
        total = len(reply.pcm) // SAMPLE_BYTES
        starts, ends = character_times(spoken.text, reply.words, reply.phonemes, total)
        return TimedSpeech(reply.pcm, tuple(text), *spoken.restore(starts, ends))


def _marked_pieces(text: str) -> Iterator[str | Pause]:
    """Cut a text at its pauses, and what lies between into pieces for one request each."""
    for run in runs(text):
        if isinstance(run, Pause):
            yield run
        else:
            yield from split(run, whole=spans(run))


def _read_reply(header: dict[str, Any], pcm: bytes) -> _Reply:
    try:
        return _Reply(header["words"], header["phonemes"], pcm)
    except KeyError as missing:
        raise ConnectionError(MALFORMED) from missing
