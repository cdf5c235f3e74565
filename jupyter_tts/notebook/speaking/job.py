"""A speech being made: the one way from a text to a finished speech.

``say``, ``%%tts``, ``stream()`` and the panel all drive a `SpeechJob`. They differ only in who
asks for consent and who takes the events.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Protocol

from ...client.reading.reading import reading_of
from ...client.speech.events import Audio, Final
from ...client.speech.speech import Speech
from ...client.speech.timeline import Timeline
from ...client.speech.turns import Turn
from ...client.streaming.level_control import LevelController
from ...client.streaming.retry import Retry
from ...client.streaming.stream import stream_speech
from ...client.streaming.text_sources import Text
from ...client.streaming.turn_streams import request_of_turns, stream_turns
from ...wire.errors import HandshakeRefused, ServerError, TTSError
from ...wire.request import SpeechRequest
from ..runtime.frontend import running_cell
from ..runtime.session import Session
from ..servers.account_voices import ChosenVoice, account_voices
from ..servers.connections import connections
from .cache_policy import cache_policy
from .costs import costs
from .given_text import checked_text, read_given_text
from .preparation import PreparedRequest, prepare
from .request import begin_request

__all__ = ["Finished", "SpeechJob", "SpeechOutput"]


@dataclass(frozen=True, slots=True, eq=False)
class Finished(Final):
    """The end of a speech that is whole; equal to any other end.

    Attributes
    ----------
    speech : Speech
        With its ``cost``, where it cost something.
    """

    speech: Speech

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Final)

    def __hash__(self) -> int:
        return hash(Final)


class SpeechOutput(Protocol):
    """What shows and plays a speech while it grows. Its methods are called on the event loop."""

    on_stop: Callable[[], object]
    """Called when its user stops it."""

    async def run(self) -> None:
        """Play what there is, and what comes, to the end."""

    def arrived(self) -> None:
        """Note that the speech has grown, or that its socket was lost."""

    def received(self, failure: Exception | None = None) -> None:
        """Note that no more will come, and why if the stream or its text source failed."""

    def refresh(self) -> None:
        """Note that more is known about the cost."""

    def stop(self) -> None:
        """Fall silent at once."""


class SpeechJob:
    """A speech being made: prepare, cached?, consent, receive, settle, store.

    Call :meth:`prepare` first. If there is a :attr:`question`, have it answered and call
    :meth:`confirm`. Then read :meth:`events`, or have :meth:`run` read them while an output shows
    the speech.

    Parameters
    ----------
    session : Session
    request : SpeechRequest
        With its server as the user names it.
    text : str, iterable of str or async iterable of str
    timeline : Timeline, optional
        Its clock starts when the text is submitted.
    levels : LevelController, optional
        Chooses the latency level.
    reuse : bool, optional
        Whether the cache may be used where the request does not ask for it.
    yes : bool, optional
        Whether no question is asked, whatever the text costs.
    name : str, optional
        What its user calls the speech.
    turns : sequence of Turn, optional
        Who speaks what of the text, where several do.

    Attributes
    ----------
    speech : Speech or None
        Once prepared; whole at once where it comes from the cache.
    question : str
        What to ask before the text is sent, "" for nothing.
    settling : Future or None
        Done when the server has answered what the speech cost.
    stopped : bool
    cell : str
        The id of the cell that began it, "" for none.
    on_stop : callable
        Called when the job is stopped, on the event loop.
    """

    def __init__(
        self,
        session: Session,
        request: SpeechRequest,
        text: Text,
        *,
        timeline: Timeline | None = None,
        levels: LevelController | None = None,
        reuse: bool = True,
        yes: bool = False,
        name: str = "",
        turns: Sequence[Turn] = (),
    ) -> None:
        self._session = session
        self._text = text
        self._reading, self._spoken_turns = read_given_text(request, text, turns)
        if turns:
            request, levels = request_of_turns(request, self._spoken_turns), None
        self._request = request
        self._timeline = timeline or Timeline()
        self._levels = levels
        self._reuse = reuse or bool(request.cache)
        self._yes = yes
        self._name = name
        self._turns = turns
        self._prepared: PreparedRequest | None = None
        self._voice: ChosenVoice | None = None  # for a request that names none
        self._output: SpeechOutput | None = None
        self._playing: asyncio.Task[None] | None = None
        self._receiving: asyncio.Task[None] | None = None
        self._arrived = False  # whether the speech has grown
        self._received = False  # whether no more will come
        self._failure: Exception | None = None
        self._settling = threading.Lock()
        self._settled = False
        self.speech: Speech | None = None
        self.question = ""
        self.settling: Future[None] | None = None
        self.stopped = False
        self.cell = running_cell()
        self.on_stop: Callable[[], object] = lambda: None

    @classmethod
    def begin(
        cls, session: Session, text: Text, parameters: Mapping[str, Any], **options: Any
    ) -> SpeechJob:
        """Return the job of a text with parameters by keyword name; its clock starts now.

        Raises
        ------
        ParameterError
            For a text or settings that are refused, with every fault at once.
        """
        text = checked_text(text)
        timeline = Timeline()
        request, levels = begin_request(session, parameters, timeline)
        return cls(session, request, text, timeline=timeline, levels=levels, **options)

    @classmethod
    def replay(cls, session: Session, speech: Speech) -> SpeechJob:
        """Return a job that has its speech already, to play it again."""
        job = cls(session, speech.request, "")
        job.speech = speech
        return job

    @property
    def simulated(self) -> str:
        """The simulated conditions it is made under, in words."""
        return "" if self._prepared is None else self._prepared.simulated

    @property
    def receiving(self) -> bool:
        """Whether :meth:`run` has begun."""
        return self._receiving is not None

    @property
    def has_output(self) -> bool:
        """Whether something shows it, errors included."""
        return self._output is not None

    async def prepare(self) -> Speech:
        """Take the speech from the cache, or prepare the stream.

        On the event loop.

        Raises
        ------
        TTSError
            If there is no key, no embedded voice, no such voice, or no decoder for the format.
        """
        return await self._session.until_closed(self._prepare())

    async def _prepare(self) -> Speech:
        text = self._text if isinstance(self._text, str) else ""
        spoken = self._reading.spoken
        self._voice = await account_voices(self._session).choose(self._request)
        if self._voice is not None:
            self._request = self._voice.apply(self._request)
        self.speech = await self._find_cached()
        if self.speech is None:
            self._prepared = prepared = await prepare(
                self._session, self._request, self._voice, self._turns
            )
            if spoken and not self._yes and prepared.account is not None:
                self.question = await costs(self._session).question(
                    self._request.server, prepared.account, spoken
                )
            self.speech = prepared.speech(text, self._timeline)
            self.speech.reading = self._reading
        self.speech.name = self._name
        return self.speech

    def confirm(self) -> None:
        """Note that the answer was yes; the clock starts now."""
        self.question = ""
        self._timeline.submitted = self._timeline.clock()

    async def events(self, text: Text | None = None) -> AsyncGenerator[Audio | Final, None]:
        """Receive the speech, settle its cost, store it; on any event loop.

        Parameters
        ----------
        text : optional
            Read instead of the job's own text, where that belongs to another thread.

        Yields
        ------
        Audio
            As it arrives.
        Finished
            Once, last.

        Raises
        ------
        TTSError
            Once the stream is given up; its ``speech`` holds what came.
        """
        speech = self.speech
        assert speech is not None, "prepare() comes first"
        assert not self.question, "the question comes before the text is sent"
        if speech.complete or self._prepared is None:
            yield Audio(speech.pcm, speech.sample_rate, speech.words, len(speech.spoken))
            yield Finished(speech)
            return
        reading = self._reading
        if text is not None and reading.ended:  # it comes bit by bit, though it is known
            reading = reading_of(self._request)
        given = self._text if text is None else text
        options: dict[str, Any] = {
            "key": self._prepared.key,
            "timeline": speech.timeline,
            "renew": self._prepared.renew,
            "sockets": connections(self._session).source(self._prepared.request),
            "retry": Retry(repeats=self._session.settings.repeats),
            "reading": reading,
        }
        if self._turns:
            stream = stream_turns(
                self._prepared.request, self._spoken_turns, open_ahead=self._open_ahead, **options
            )
        else:
            stream = stream_speech(self._prepared.request, given, levels=self._levels, **options)
        try:
            async with contextlib.aclosing(stream) as arriving:
                async for event in arriving:
                    if isinstance(event, Audio):
                        speech.add(event)
                        yield event
                    else:
                        speech.finish()
                        speech.text, speech.reading = reading.original or speech.text, reading
                        yield Finished(speech)
        except TTSError as error:
            error.speech = speech
            self._advise(error)
            raise
        finally:
            speech.text, speech.reading = reading.original or speech.text, reading
            self.settle()
        if self._reuse and isinstance(given, str):
            await asyncio.to_thread(
                cache_policy(self._session).store,
                self._request,
                reading.spoken,
                speech,
                self._spoken_turns,
            )

    async def run(self, text: Text | None = None) -> None:
        """Receive everything. On the event loop.

        Parameters
        ----------
        text : optional
            See :meth:`events`.

        Raises
        ------
        TTSError
            As :meth:`events` does.
        """
        jobs = self._session.jobs
        if self.stopped:
            jobs.discard(self)
            return
        jobs.add(self)
        self._receiving = asyncio.create_task(self._receive(text))
        try:
            await self._receiving
        except asyncio.CancelledError:
            if not self.stopped:
                raise
        finally:
            self._receiving.cancel()
            if self._output is None:
                jobs.discard(self)

    async def attach(self, output: SpeechOutput) -> None:
        """Give the speech to an output, before or while it is received. On the event loop."""
        jobs = self._session.jobs
        self._output = output
        output.on_stop = self.stop
        jobs.add(self)  # until the sound is over
        self._playing = asyncio.create_task(output.run())
        self._playing.add_done_callback(lambda _: jobs.discard(self))
        if self._arrived:
            output.arrived()
        if self._received:
            output.received(self._failure)
        if self.stopped:
            output.stop()

    def stop(self) -> None:
        """End the stream and the sound; on the event loop."""
        if self.stopped:
            return
        self.stopped = True
        self.on_stop()
        if self._receiving is not None:
            self._receiving.cancel()
        if self._output is not None:
            self._output.stop()
        else:
            self._session.jobs.discard(self)

    def settle(self) -> None:
        """Note what the speech has cost, once; an interrupted cell does so first."""
        with self._settling:
            if self._settled or self.speech is None or self._prepared is None:
                return
            self._settled = True
            account = self._prepared.account
            self.settling = costs(self._session).settle(self.speech, account, self._refresh)

    def _open_ahead(self, request: SpeechRequest) -> None:
        """Open the socket of the next speaker, so that nobody waits for it between two turns."""
        if request.warm and self._prepared is not None and self._session.event_loop.running:
            pool = connections(self._session).pool
            loop = self._session.event_loop.loop
            loop.call_soon_threadsafe(pool.warm, request, self._prepared.key)

    def _advise(self, error: TTSError) -> None:
        """Say which voice was tried, where the server may have refused that."""
        refused = isinstance(error, HandshakeRefused | ServerError) and not error.retryable
        if refused and self._voice is not None and self._voice.advice:
            error.hint = f"{error.hint} {self._voice.advice}".lstrip()

    async def _find_cached(self) -> Speech | None:
        if not (self._reuse and isinstance(self._text, str) and self._levels is None):
            return None
        speech = await asyncio.to_thread(
            cache_policy(self._session).find,
            self._request,
            self._reading,
            self._voice,
            self._spoken_turns,
        )
        if speech is not None:
            speech.turns = tuple(self._turns)
        return speech

    async def _receive(self, text: Text | None) -> None:
        try:
            async with contextlib.aclosing(self.events(text)) as events:
                async for event in events:
                    if isinstance(event, Final):
                        self._note_received(None)
                    else:
                        self._note_arrived()
        except Exception as error:
            self._note_received(error)
            raise
        finally:
            if not self._received:
                self._note_received(None)

    def _note_arrived(self) -> None:
        self._arrived = self._prepared is not None
        if self._arrived and self._output is not None:
            self._output.arrived()

    def _note_received(self, failure: Exception | None) -> None:
        self._received, self._failure = True, failure
        if self._output is not None:
            self._output.received(failure)

    def _refresh(self) -> None:
        if self._output is not None:
            self._output.refresh()
