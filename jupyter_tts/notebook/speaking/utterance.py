"""One text on its way from its source to the listener."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import threading
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from ...client.keys import Key
from ...client.speech.events import Audio
from ...client.speech.speech import Speech
from ...client.streaming.level_control import LevelController
from ...client.streaming.stream import Renew, stream_speech
from ...client.streaming.text_sources import Text, TextQueue, tokens
from ...wire.errors import TTSError
from ..runtime.event_loop import EVENT_LOOP
from ..runtime.interrupts import interruptible, wait
from ..runtime.running_jobs import RUNNING_JOBS
from ..servers.connection_pool import source

if TYPE_CHECKING:
    from ..player.playback import Playback

__all__ = ["Utterance"]

# Seconds between two looks at whether a stream that takes no more text has ended.
ROOM_INTERVAL = 0.05


class Utterance:
    """One text being spoken.

    Parameters
    ----------
    speech : Speech
        Grows as the stream brings it.
    key : Key or None
        The server's key.
    playback : Playback or None
        The player, if it is to be heard.
    renew : callable, optional
        See :func:`~jupyter_tts.client.streaming.stream.stream_speech`.
    levels : LevelController, optional
        Likewise.
    """

    def __init__(
        self,
        speech: Speech,
        key: Key | None,
        playback: Playback | None,
        renew: Renew | None = None,
        levels: LevelController | None = None,
    ) -> None:
        self._speech = speech
        self._levels = levels
        self._key = key
        self._renew = renew
        self._playback = playback
        self._stream: asyncio.Task[None] | None = None
        self._stopped = False
        self._reader: int | None = None  # the main thread, while it reads the text source
        if playback is not None:
            playback.on_stop = self.stop

    def speak(self, text: Text) -> None:
        """Speak, and return when everything has been received."""
        RUNNING_JOBS.add(self)
        if isinstance(text, str):
            wait(EVENT_LOOP.submit(self.run(text)))
            return
        queue = TextQueue(EVENT_LOOP.loop)
        stream = EVENT_LOOP.submit(self.run(queue))
        with interruptible(stream):
            if threading.current_thread() is threading.main_thread():
                self._reader = threading.get_ident()
            try:
                _pump(text, queue, stream)
            except KeyboardInterrupt:
                if not self._stopped:
                    raise
            finally:
                self._reader = None
        wait(stream)

    def start(self, text: Text, then: Callable[[Speech], object]) -> Future[None]:
        """Speak without waiting; return what ends when that and what is to follow have."""
        RUNNING_JOBS.add(self)
        work = EVENT_LOOP.submit(self._run_then(text, then))
        work.add_done_callback(lambda done: done.cancelled() or done.result())  # logs it
        return work

    async def _run_then(self, text: Text, then: Callable[[Speech], object]) -> None:
        """Speak, and do what is to follow, off the loop: it may encode and write a file."""
        stream = asyncio.create_task(self.run(text))
        try:
            await asyncio.wait([stream])
        finally:
            failure = None if stream.cancelled() or not stream.done() else stream.exception()
            try:
                await asyncio.to_thread(then, self._speech)
            except TTSError as error:
                failure = failure or error
            if failure is not None and self._playback is None:
                print(failure, file=sys.stderr)

    async def replay(self) -> None:
        """Play what has been received before."""
        if self._playback is not None:
            self._play(self._playback)
            self._playback.received()

    def stop(self) -> None:
        """End the stream and the sound; on the event-loop thread."""
        if self._stopped:
            return
        self._stopped = True
        if self._reader is not None and hasattr(signal, "pthread_kill"):
            # The cell's thread may be held up in its text source, which nothing else ends.
            signal.pthread_kill(self._reader, signal.SIGINT)
        if self._stream is not None:
            self._stream.cancel()
        if self._playback is not None:
            self._playback.stop()

    async def run(self, text: Text) -> None:
        """Receive everything; the player goes on by itself."""
        if self._stopped:
            return
        if self._playback is not None:
            self._play(self._playback)
        RUNNING_JOBS.add(self)
        self._stream = asyncio.create_task(self._receive(text))
        try:
            await self._stream
        except asyncio.CancelledError:
            if not self._stopped:
                raise
        finally:
            self._stream.cancel()
            if self._playback is None:
                RUNNING_JOBS.discard(self)

    def _play(self, playback: Playback) -> None:
        playing = asyncio.create_task(playback.run())
        _TASKS.add(playing)
        RUNNING_JOBS.add(self)
        playing.add_done_callback(_TASKS.discard)
        playing.add_done_callback(lambda _: RUNNING_JOBS.discard(self))

    async def _receive(self, text: Text) -> None:
        speech, playback = self._speech, self._playback
        failure: TTSError | None = None
        heard: list[str] = []
        events = stream_speech(
            speech.request,
            text if isinstance(text, str) else _noted(text, heard),
            key=self._key,
            timeline=speech.timeline,
            renew=self._renew,
            sockets=source(speech.request),
            levels=self._levels,
        )
        try:
            async with contextlib.aclosing(events):
                async for event in events:
                    if isinstance(event, Audio):
                        speech.add(event)
                        if playback:
                            playback.arrived()
            speech.finish()
        except TTSError as error:
            failure = error
            error.speech = speech
            raise
        finally:
            speech.text = "".join(heard) or speech.text
            if playback:
                playback.received(failure)


_TASKS: set[asyncio.Task[None]] = set()


async def _noted(text: Text, heard: list[str]) -> AsyncGenerator[str, None]:
    """Pass a text source on, and keep what it gave."""
    async with contextlib.aclosing(tokens(text)) as source:
        async for token in source:
            heard.append(token)
            yield token


def _pump(text: Iterable[str] | AsyncIterable[str], queue: TextQueue, stream: Future[None]) -> None:
    """Read a text source where it belongs, in the caller's thread, into the stream's queue."""
    if isinstance(text, AsyncIterable):
        _drive(_pour(text, queue, stream))
    else:
        for token in text:
            while not queue.has_room(ROOM_INTERVAL):
                if stream.done():
                    return
            if stream.done():
                return
            queue.put(token)
    queue.close()


async def _pour(text: AsyncIterable[str], queue: TextQueue, stream: Future[None]) -> None:
    async for token in text:
        while not queue.has_room():
            await asyncio.sleep(ROOM_INTERVAL)
            if stream.done():
                return
        if stream.done():
            return
        queue.put(token)


def _drive(work: Any) -> None:
    """Run a coroutine to its end, nested in the running loop where there is one.

    An async generator that belongs to the kernel's own loop can be driven from a blocking call
    in no other way. nest-asyncio patches the loop's class for the whole process, so it is
    imported only here.
    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(work)
        return
    import nest_asyncio2

    nest_asyncio2.apply(loop)
    loop.run_until_complete(work)
