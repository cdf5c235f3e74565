"""From a text and parameters to a Speech: what the magics and :func:`say` share."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterable, Iterator, Mapping
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from IPython.display import publish_display_data

from ..client.keys import default_server, find_key
from ..client.speech import Speech
from ..client.stream import Audio, audio_format, stream_speech
from ..client.text import Text, TextQueue, tokens
from ..client.timeline import Timeline
from ..wire.errors import ParameterError, TTSError
from ..wire.hosts import HOSTS, LOCAL
from ..wire.request import SpeechRequest
from .engine import ENGINE
from .frontend import Frontend, detect
from .local import LOCAL_VOICE
from .view import summary, view_bundle

if TYPE_CHECKING:
    from .playback import Playback

__all__ = ["Prepared", "make_request", "prepare", "show", "speak", "stop_all"]

T = TypeVar("T")

# What the notebook asks for when no format is named: needs no decoder, and every plan has it.
NOTEBOOK_FORMAT = "pcm_24000"


@dataclass(frozen=True)
class Prepared:
    """A request with the address it goes to, the key it takes, and who will speak."""

    request: SpeechRequest
    key: str | None = field(repr=False)
    label: str


def make_request(parameters: Mapping[str, Any]) -> SpeechRequest:
    """Return a request with the notebook's defaults, before any server is asked.

    Raises
    ------
    ParameterError
        With every fault at once.
    """
    given = {name: value for name, value in parameters.items() if value is not None}
    return SpeechRequest(**{"server": default_server(), "format": NOTEBOOK_FORMAT, **given})


async def prepare(request: SpeechRequest) -> Prepared:
    """Find the server's address and key; starts the embedded voice where it is wanted.

    Raises
    ------
    TTSError
        If there is no key, no embedded voice, no such voice, or no decoder for the format.
    """
    # Asked first: a format that cannot be decoded here is refused before anything is started.
    from ..audio.codecs import decoder

    decoder(audio_format(request))
    voice = request.sent["voice"]
    if request.server != LOCAL:
        who = "ElevenLabs" if request.server in HOSTS else request.url_parts[1].text
        return Prepared(request, find_key(request.server), f"{who} · {voice}")
    url, key = await LOCAL_VOICE.start()
    await LOCAL_VOICE.check_voice(voice)
    return Prepared(request.at(url), key, f"Embedded voice (eSpeak NG) · {voice}")


def speak(
    text: Text,
    parameters: Mapping[str, Any],
    *,
    play: bool = True,
    background: bool = False,
    then: Callable[[Speech], object] = lambda speech: None,
) -> Speech:
    """Speak a text, showing it in whatever front end there is.

    Parameters
    ----------
    text : str, iterable of str or async iterable of str
    parameters : mapping
        By keyword name.
    play : bool, optional
        Whether it is to be heard.
    background : bool, optional
        Return at once rather than when everything has been received.
    then : callable, optional
        Called with the speech once it has been received, however far it got.

    Raises
    ------
    TTSError
        A sentence for the reader; and whatever the text source raises.
    """
    if isinstance(text, str) and not text.strip():
        raise ParameterError(["the text is empty"])
    timeline = Timeline()
    prepared = _wait(ENGINE.submit(prepare(make_request(parameters))))
    speech = Speech(
        text if isinstance(text, str) else "",
        prepared.request,
        audio_format(prepared.request).sample_rate,
        timeline,
        label=prepared.label,
        keyed=prepared.key is not None,
    )
    frontend = detect()
    utterance = _Utterance(speech, prepared.key, frontend, play=play)
    if background and frontend is Frontend.LIVE:
        utterance.start(text, then)
        return speech
    try:
        utterance.speak(text)
    finally:
        if speech.frames:
            utterance.show()
            then(speech)
    return speech


def show(speech: Speech) -> None:
    """Show a finished speech, and play it where it can be heard."""
    frontend = detect()
    if frontend is Frontend.LIVE:
        utterance = _Utterance(speech, None, frontend, play=True)
        ENGINE.submit(utterance.replay())
    elif frontend is Frontend.HEADLESS:
        publish_display_data(view_bundle(speech))
    else:
        print(repr(speech))


def stop_all() -> None:
    """Stop every stream and silence every player, at once."""
    if ENGINE.running:
        for utterance in tuple(_ACTIVE):
            ENGINE.loop.call_soon_threadsafe(utterance.stop)


class _Utterance:
    """One text being spoken."""

    def __init__(self, speech: Speech, key: str | None, frontend: Frontend, *, play: bool) -> None:
        self._speech = speech
        self._key = key
        self._saved = play and frontend is Frontend.HEADLESS
        self._playback: Playback | None = None
        self._stream: asyncio.Task[None] | None = None
        if play and frontend is Frontend.LIVE:
            # Widgets are imported only where there is somebody to see them.
            from .playback import Playback

            self._playback = Playback(speech)
            self._playback.on_stop = self.stop

    def speak(self, text: Text) -> None:
        """Speak, and return when everything has been received."""
        if isinstance(text, str):
            _wait(ENGINE.submit(self._run(text)))
            return
        queue = TextQueue(ENGINE.loop)
        stream = ENGINE.submit(self._run(queue))
        with _interruptible(stream):
            _pump(text, queue, stream)
        _wait(stream)

    def start(self, text: Text, then: Callable[[Speech], object]) -> None:
        """Speak without waiting."""

        def done(stream: Future[None]) -> None:
            if self._speech.frames:
                then(self._speech)
            failure = None if stream.cancelled() else stream.exception()
            if failure is not None and self._playback is None:
                print(failure, file=sys.stderr)

        if self._playback is not None:
            self._playback.alone = True
        ENGINE.submit(self._run(text)).add_done_callback(done)

    async def replay(self) -> None:
        """Play what has been received before."""
        if self._playback is not None:
            self._play(self._playback)
            self._playback.received()

    def show(self) -> None:
        """Show what was made where no player does."""
        if self._saved:
            publish_display_data(view_bundle(self._speech))
        elif self._playback is None:
            print(f"{self._speech.label}: {summary(self._speech)}")

    def stop(self) -> None:
        """End the stream and the sound; on the engine's loop."""
        if self._stream is not None:
            self._stream.cancel()
        if self._playback is not None:
            self._playback.stop()

    async def _run(self, text: Text) -> None:
        """Receive everything; the player goes on by itself."""
        if self._playback is not None:
            self._play(self._playback)
        _ACTIVE.add(self)
        self._stream = asyncio.create_task(self._receive(text))
        try:
            await self._stream
        except asyncio.CancelledError:
            if self._playback is None or not self._playback.stopped:
                raise
        finally:
            self._stream.cancel()
            if self._playback is None:
                _ACTIVE.discard(self)

    def _play(self, playback: Playback) -> None:
        playing = asyncio.create_task(playback.run())
        _TASKS.add(playing)
        _ACTIVE.add(self)
        playing.add_done_callback(_TASKS.discard)
        playing.add_done_callback(lambda _: _ACTIVE.discard(self))

    async def _receive(self, text: Text) -> None:
        speech, playback = self._speech, self._playback
        failure: TTSError | None = None
        source = text if isinstance(text, str) else _noted(text, speech)
        events = stream_speech(speech.request, source, key=self._key, timeline=speech.timeline)
        try:
            async with contextlib.aclosing(events):
                async for event in events:
                    if isinstance(event, Audio):
                        speech.add(event)
                        if playback:
                            playback.arrived()
            speech.complete = True
        except TTSError as error:
            failure = error
            raise
        finally:
            if playback:
                playback.received(failure)


_ACTIVE: set[_Utterance] = set()
_TASKS: set[asyncio.Task[None]] = set()


def _wait(future: Future[T]) -> T:
    """Wait for the engine."""
    with _interruptible(future):
        return future.result()


@contextlib.contextmanager
def _interruptible(work: Future[Any]) -> Iterator[None]:
    """Let an interrupt of the kernel end the work and all sound, without a traceback."""
    try:
        yield
    except (KeyboardInterrupt, CancelledError):
        work.cancel()
        stop_all()
        raise _interrupted() from None
    except BaseException:
        work.cancel()
        raise


def _interrupted() -> KeyboardInterrupt:
    interrupt = KeyboardInterrupt("speech stopped")
    # IPython shows this instead of a traceback: nobody wrote wrong code.
    interrupt._render_traceback_ = lambda: ["Stopped."]  # type: ignore[attr-defined]  # IPython's hook
    return interrupt


async def _noted(text: Text, speech: Speech) -> AsyncGenerator[str, None]:
    """Pass a text source on, and keep what it gave as the speech's text."""
    async with contextlib.aclosing(tokens(text)) as source:
        async for token in source:
            speech.text += token
            yield token


def _pump(text: Iterable[str] | AsyncIterable[str], queue: TextQueue, stream: Future[None]) -> None:
    """Read a text source where it belongs, in the caller's thread, into the stream's queue."""
    if isinstance(text, AsyncIterable):
        _drive(_pour(text, queue, stream))
    else:
        for token in text:
            if stream.done():
                break
            queue.put(token)
    queue.close()


async def _pour(text: AsyncIterable[str], queue: TextQueue, stream: Future[None]) -> None:
    async for token in text:
        if stream.done():
            break
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
