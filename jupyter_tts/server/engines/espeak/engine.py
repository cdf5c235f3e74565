"""The embedded voice for asyncio: text in, sound and character times out.

eSpeak NG runs in worker processes (`espeak_worker`).  A text too long for one request is spoken
in pieces, and requests are served in the order they come, so that speakers take turns piece by
piece.  A worker that dies or hangs is replaced, and the piece is spoken again; a piece that kills
a second worker is cut in two, until what cannot be spoken is found: signs without a letter or
digit are left unsaid, anything else is an error.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from ....wire.errors import LocalVoiceMissing, VoiceEngineError
from ..prosody import EFFECTS, Prosody, espeak_parameters
from ..ssml import Pause, pronounced, runs, spans
from ..utterance import SAMPLE_BYTES, SAMPLE_RATE, Utterance, join, silence
from ..worker_process import Reply, WorkerProcess, worker_command
from .alignment import character_times
from .spoken_text import halve, pauses_after, prepare, split
from .voices import Voice, is_klatt, voice_for_language

__all__ = ["EFFECTS", "REPLY_SECONDS", "SAMPLE_RATE", "EspeakEngine", "Prosody", "Utterance"]

DEFAULT_PROSODY = Prosody()

REPLY_SECONDS = 10.0
"""How long a worker may take for one request, some thousand times what it needs."""

ATTEMPTS = 2  # per piece: a worker may have died of something else

STARTS = 3  # of a worker: one may be killed before it is ready

CLOSED = "The embedded voice was closed."


@dataclass(frozen=True)
class _Manner:
    """How a text is to be spoken: what all its pieces have in common."""

    voice: str
    parameters: dict[str, int]
    read_digits: bool
    markup: bool


@dataclass(frozen=True)
class _Job:
    """A request in the queue and where its answer goes."""

    request: dict[str, Any]
    reply: asyncio.Future[Reply]


class EspeakEngine:
    """A queue of texts before one or more workers.

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
        if workers < 1:
            raise ValueError("an engine needs at least one worker")
        self._count = workers
        self._reply_timeout = reply_timeout
        self._command = list(command or ())
        self._queue: asyncio.Queue[_Job] = asyncio.Queue()
        self._workers: list[WorkerProcess] = []
        self._servers: list[asyncio.Task[None]] = []
        self._restarts = 0

    @property
    def restarts(self) -> int:
        """How many workers have been replaced."""
        return self._restarts

    @property
    def pids(self) -> tuple[int, ...]:
        """The process ids of the workers.  A death is noticed at the next request."""
        return tuple(worker.pid for worker in self._workers)

    async def start(self) -> None:
        """Start the workers and wait until they are ready.

        Raises
        ------
        LocalVoiceMissing
            When eSpeak NG is not installed or does not start.
        """
        if self._servers:
            raise RuntimeError("the engine is running")
        self._command = self._command or worker_command()
        self._queue = asyncio.Queue()  # bound to the loop that runs now
        try:
            for _ in range(self._count):
                self._workers.append(await WorkerProcess.start(self._command))
        except BaseException:
            await self.close()
            raise
        self._servers = [
            asyncio.create_task(self._serve(slot), name=f"voice worker {slot}")
            for slot in range(self._count)
        ]

    async def close(self) -> None:
        """End the workers; texts still waiting fail with VoiceEngineError."""
        servers, self._servers = self._servers, []
        for server in servers:
            server.cancel()
        await asyncio.gather(*servers, return_exceptions=True)
        while not self._queue.empty():
            _fail(self._queue.get_nowait(), VoiceEngineError(CLOSED))
        workers, self._workers = self._workers, []
        await asyncio.gather(*(worker.end() for worker in workers))

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
    ) -> Utterance:
        """Speak a text.

        Parameters
        ----------
        text : str
            Any text of any length.
        voice : Voice
        prosody : Prosody
        language : str, optional
            The request's language_code; see `voice_for_language`.
        read_digits : bool
            Read numbers digit by digit (the text normalizer is off).
        markup : bool
            Obey the tags that `ssml` names; else they are text.
        last : bool
            False when more text follows: a final clause then keeps its pause, so that the sounds
            joined are the sound of the texts joined.

        Returns
        -------
        Utterance
            Empty sound for a text of white space.

        Raises
        ------
        VoiceEngineError
            When the text cannot be spoken, or the engine is not running.
        LocalVoiceMissing
            When a lost worker cannot be replaced.
        """
        voice = voice_for_language(voice, language) if language else voice
        parameters = espeak_parameters(prosody, klatt=is_klatt(voice.espeak))
        manner = _Manner(voice.espeak, parameters, read_digits, markup)
        pieces = list(_marked_pieces(text) if markup else split(text))
        spoken: list[Utterance] = []
        offset = 0
        for number, piece in enumerate(pieces, start=1):
            if isinstance(piece, Pause):
                spoken.append(silence(piece.text, seconds=piece.seconds))
                offset += len(piece.text)
                continue
            final = last and number == len(pieces)
            spoken += await self._speak_piece(piece, offset, manner, final)
            offset += len(piece)
        return join(spoken)

    async def _speak_piece(
        self, text: str, offset: int, manner: _Manner, last: bool
    ) -> list[Utterance]:
        """Speak a piece whole or, where it kills workers, in two; ``offset`` is its place."""
        if not text or text.isspace():
            return [silence(text)]
        for _ in range(ATTEMPTS):
            try:
                return [await self._ask(text, manner, last)]
            except ConnectionError as lost:
                reason = lost
        if not any(character.isalnum() for character in text):
            return [silence(text)]  # a Vietnamese voice dies of a lone backtick: leave it unsaid
        halves = halve(text, whole=spans(text) if manner.markup else ())
        if halves is None:
            raise VoiceEngineError(
                f"The embedded voice failed at character {offset} of the text, {text!a}: {reason}.",
                hint="Leave it out or write it in another way.",
            ) from reason
        left, right = halves
        spoken = await self._speak_piece(left, offset, manner, False)
        return spoken + await self._speak_piece(right, offset + len(left), manner, last)

    async def _ask(self, text: str, manner: _Manner, last: bool) -> Utterance:
        """Have a text spoken by the next free worker and work out its character times."""
        if not self._servers:
            raise VoiceEngineError("The embedded voice is not running.")
        elements = tuple(pronounced(text, manner.voice)) if manner.markup else ()
        spoken = prepare(text, read_digits=manner.read_digits, elements=elements)
        request = {
            "text": spoken.text,
            "voice": manner.voice,
            "end_pause": not last and pauses_after(text),
            "mnemonics": spoken.has_mnemonics,
            **manner.parameters,
        }
        # A caller that is cancelled leaves its job behind: the answer is read all the same, and
        # the pipe stays in step.
        job = _Job(request, asyncio.get_running_loop().create_future())
        self._queue.put_nowait(job)
        reply = await job.reply
        total = len(reply.pcm) // SAMPLE_BYTES
        starts, ends = character_times(spoken.text, reply.words, reply.phonemes, total)
        return Utterance(reply.pcm, tuple(text), *spoken.restore(starts, ends))

    async def _serve(self, slot: int) -> None:
        """Serve the queue with one worker, and its successors."""
        while True:
            job = await self._queue.get()
            if job.reply.done():
                continue  # cancelled while it waited
            try:
                reply = await self._attempt(slot, job.request)
            except asyncio.CancelledError:
                _fail(job, VoiceEngineError(CLOSED))
                raise
            except Exception as error:  # handed to the caller: it must not end the server
                _fail(job, error)
            else:
                if not job.reply.done():
                    job.reply.set_result(reply)

    async def _attempt(self, slot: int, request: dict[str, Any]) -> Reply:
        """Ask a worker; replace it before its loss is reported."""
        worker = self._workers[slot]
        try:
            return await worker.ask(request, self._reply_timeout)
        except ConnectionError:
            await worker.end()
            self._workers[slot] = await self._start_worker()
            self._restarts += 1
            raise

    async def _start_worker(self) -> WorkerProcess:
        """Start a worker, again if it dies on the way."""
        for _ in range(STARTS - 1):
            try:
                return await WorkerProcess.start(self._command)
            except LocalVoiceMissing as missing:
                if not isinstance(missing.__cause__, ConnectionError):
                    raise
        return await WorkerProcess.start(self._command)


def _marked_pieces(text: str) -> Iterator[str | Pause]:
    """Cut a text at its pauses, and what lies between into pieces for one request each."""
    for run in runs(text):
        if isinstance(run, Pause):
            yield run
        else:
            yield from split(run, whole=spans(run))


def _fail(job: _Job, error: Exception) -> None:
    if not job.reply.done():
        job.reply.set_exception(error)
