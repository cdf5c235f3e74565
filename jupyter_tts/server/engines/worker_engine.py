"""What engines share that speak in worker processes.

A text too long for one request is spoken in pieces, and requests are served in the order they
come, so that speakers take turns piece by piece; the first one of a stream goes before. A worker
that dies or hangs is replaced, and the piece is spoken again; a piece that ends a second worker is
cut in two, until what cannot be spoken is found: signs without a letter or digit are left out,
anything else is an error.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from ...wire.errors import VoiceEngineError
from .composed_text import compose
from .engine import Begun, told
from .entities import with_entities, without_entities
from .prosody import DEFAULT_PROSODY, Prosody
from .sound_length import check_length, too_long
from .spoken_text import SpokenText
from .ssml import Pause, runs, spans
from .text_pieces import halve, split
from .timed_speech import SAMPLE_BYTES, TimedSpeech, join, silence
from .voices import Voice
from .worker_pool import WorkerPool
from .worker_process import MALFORMED
from .worker_reply import TimedReply, WorkerReply

__all__ = ["REPLY_SECONDS", "WorkerEngine"]

Options = TypeVar("Options")

REPLY_SECONDS = 10.0
"""How long a worker may take for one request, many times what it needs."""

ATTEMPTS = 2  # per piece: a worker may have died of something else


class WorkerEngine(ABC, Generic[Options]):
    """An `Engine` whose voices speak in worker processes.

    Use it as an async context manager, or call `start` and `close`. A subclass says which voices
    there are, what starts a worker, and how a piece of text becomes a request.

    Parameters
    ----------
    workers : int
        How many processes.
    reply_timeout : float
        Seconds a worker may take for one request before it is replaced.
    command : sequence of str, optional
        What starts a worker; by default what `default_command` returns.
    default_command : callable
        Raises LocalVoiceMissing where the engine is not installed.
    start_hint : str
        What a user can do when a worker does not start.
    most_seconds : float, optional
        How long the sound of one text may be; a longer one raises SoundTooLong.
    """

    # Whether it knows accents as characters of their own, which some languages need.
    _keeps_marks = True

    def __init__(
        self,
        *,
        workers: int,
        reply_timeout: float,
        command: Sequence[str] | None,
        default_command: Callable[[], list[str]],
        start_hint: str,
        most_seconds: float | None = None,
    ) -> None:
        self._most_seconds = most_seconds
        self._command = list(command or ())
        self._default_command = default_command
        self._pool = WorkerPool(
            workers, reply_timeout=reply_timeout, read_reply=_read_reply, start_hint=start_hint
        )

    @property
    @abstractmethod
    def description(self) -> str:
        """What speaks, for people: one sentence without its full stop."""

    @property
    @abstractmethod
    def voices(self) -> Sequence[Voice]:
        """The voices to list."""

    @property
    @abstractmethod
    def languages(self) -> Mapping[str, str]:
        """The language codes that `speak` knows, and the names of the languages."""

    @abstractmethod
    def find_voice(self, voice_id: str) -> Voice | None:
        """Find a voice by its id, listed or not; None for an unknown one."""

    @abstractmethod
    def speaks(self, voice: Voice, language: str) -> bool:
        """Whether one of its voices speaks the language of a request's language_code."""

    def prepare(self, voice: Voice) -> None:
        """Do nothing: the workers have been started, and each speaks with any voice."""

    @abstractmethod
    def _options(
        self, voice: Voice, prosody: Prosody, language: str | None, read_digits: bool, markup: bool
    ) -> Options:
        """Return what all pieces of a text have in common."""

    @abstractmethod
    def _prepared(
        self, text: str, options: Options, *, markup: bool, last: bool
    ) -> tuple[SpokenText, dict[str, Any]]:
        """Return a piece of text as it is spoken, and the request for it."""

    @abstractmethod
    def _sample_rate(self, options: Options) -> int:
        """Return the rate of a text's sound, in Hz."""

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
            When the engine is not installed or does not start.
        """
        if self._pool.is_running:
            raise RuntimeError("the engine is running")
        self._command = self._command or self._default_command()
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
        begun: Begun | None = None,
    ) -> TimedSpeech:
        """Speak a text; see `Engine.speak`."""
        composed = compose(text, kept=spans(text) if markup else (), keep_marks=self._keeps_marks)
        options = self._options(voice, prosody, language, read_digits, markup)

        def restored(spoken: TimedSpeech) -> TimedSpeech:
            return composed.restore(text, spoken)

        return restored(
            await self._speak_composed(
                composed.text, options, markup=markup, last=last, begun=told(restored, begun)
            )
        )

    async def _speak_composed(
        self, text: str, options: Options, *, markup: bool, last: bool, begun: Begun | None
    ) -> TimedSpeech:
        rate = self._sample_rate(options)
        pieces = list(_marked_pieces(text) if markup else split(text))
        spoken: list[TimedSpeech] = []
        offset = 0
        for number, piece in enumerate(pieces, start=1):
            if isinstance(piece, Pause):
                spoken.append(silence(piece.text, seconds=piece.seconds, sample_rate=rate))
                offset += len(piece.text)
            else:
                is_last = last and number == len(pieces)
                rest = text[offset + len(piece) :]
                begins = told(partial(_followed, spoken, rest=rest), begun)
                spoken += await self._speak_piece(piece, offset, options, markup, is_last, begins)
                offset += len(piece)
            check_length(spoken, self._most_seconds)
        return _joined(spoken or [silence(text, sample_rate=rate)])

    async def _speak_piece(
        self,
        text: str,
        offset: int,
        options: Options,
        markup: bool,
        last: bool,
        begun: Begun | None = None,
    ) -> list[TimedSpeech]:
        """Speak a piece whole or, where it ends workers, in two; ``offset`` is its place."""
        if not text or text.isspace():
            return [silence(text, sample_rate=self._sample_rate(options))]
        plain = without_entities(text) if markup and "&" in text else text
        for _ in range(ATTEMPTS):
            try:
                if plain == text:
                    return [await self._speak_request(text, options, markup, last, begun)]
                begins = told(partial(with_entities, text=text), begun)
                speech = await self._speak_request(plain, options, markup, last, begins)
                return [with_entities(speech, text)]
            except ConnectionError as lost:
                reason = lost
        if not any(character.isalnum() for character in text):
            # A lone backtick ends a Vietnamese voice: leave it out.
            return [silence(text, sample_rate=self._sample_rate(options))]
        halves = halve(text, whole=spans(text) if markup else ())
        if halves is None:
            raise VoiceEngineError(
                f"The embedded voice failed at character {offset} of the text, {text!a}: {reason}.",
                hint="Leave it out or write it in another way.",
            ) from reason
        left, right = halves
        spoken = await self._speak_piece(left, offset, options, markup, False)
        return spoken + await self._speak_piece(right, offset + len(left), options, markup, last)

    async def _speak_request(
        self, text: str, options: Options, markup: bool, last: bool, begun: Begun | None
    ) -> TimedSpeech:
        """Have a piece of text spoken by the next free worker.

        Raises
        ------
        ConnectionError
            When the worker was lost; it has been replaced.
        """
        spoken, request = self._prepared(text, options, markup=markup, last=last)
        timed = TimedReply(text, spoken, self._sample_rate(options))

        def take(beginning: WorkerReply) -> None:
            if timed.add(beginning) and begun is not None:
                begun(timed.speech())

        timed.add(await self._pool.ask(request, take))
        return timed.speech()


def _followed(spoken: Sequence[TimedSpeech], beginning: TimedSpeech, *, rest: str) -> TimedSpeech:
    """Return a beginning between what was spoken before it and what is still to be."""
    return _joined([*spoken, beginning, silence(rest, sample_rate=beginning.sample_rate)])


def _joined(spoken: Sequence[TimedSpeech]) -> TimedSpeech:
    """Join the pieces of a text, with the first note of any."""
    return replace(join(spoken), note=next((piece.note for piece in spoken if piece.note), ""))


def _marked_pieces(text: str) -> Iterator[str | Pause]:
    """Cut a text at its pauses, and what lies between into pieces for one request each."""
    for run in runs(text):
        if isinstance(run, Pause):
            yield run
        else:
            yield from split(run, whole=spans(run))


def _read_reply(header: dict[str, Any], pcm: bytes) -> WorkerReply:
    if header.get("too_long"):
        raise too_long()
    try:
        note, stop = header.get("note", ""), header.get("stop")
        if not (stop is None or type(stop) is int) or len(pcm) % SAMPLE_BYTES:
            raise ConnectionError(MALFORMED)
        return WorkerReply(
            [(int(position), int(sample)) for position, sample in header["words"]],
            [(int(sample), str(name)) for sample, name in header["phonemes"]],
            pcm,
            str(note),
            stop,
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise ConnectionError(MALFORMED) from fault
