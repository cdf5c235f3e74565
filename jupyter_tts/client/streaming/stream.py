"""A text on its way through one socket, and through another where the first is lost.

Each socket is full duplex: audio is read while text is still being sent. When one drops or stalls,
its successor goes on from the first word that has not been received whole.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import AsyncGenerator, Awaitable, Callable

from ...audio.formats import AudioFormat, parse_format
from ...wire.errors import TTSError
from ...wire.parameters import parameter
from ...wire.request import SpeechRequest
from ..connections.channel import ColdConnections, ConnectionSource
from ..keys import Key
from ..speech.events import Event, Final
from ..speech.timeline import Timeline
from .attempt import Attempt
from .level_control import LevelController
from .level_switching import LevelSwitcher
from .receiver import Receiver
from .retry import Recovery, Retry
from .source_text import SourceText
from .text_sources import Text

__all__ = ["Renew", "audio_format", "stream_speech"]

Renew = Callable[[], Awaitable[tuple[SpeechRequest, Key | None]]]


def audio_format(request: SpeechRequest) -> AudioFormat:
    """Return the format of a request's audio: the one it names, or the documented default."""
    return parse_format(request.format or str(parameter("format").default))


async def stream_speech(
    request: SpeechRequest,
    text: Text,
    *,
    key: Key | None = None,
    timeline: Timeline | None = None,
    retry: Retry | None = None,
    renew: Renew | None = None,
    sockets: ConnectionSource | None = None,
    levels: LevelController | None = None,
) -> AsyncGenerator[Event, None]:
    """Speak a text.

    Parameters
    ----------
    request : SpeechRequest
    text : str, iterable of str or async iterable of str
        Sent as it comes; a sentence whose source pauses behind it is spoken at once, see
        :mod:`jupyter_tts.client.streaming.chunking`.
    key : Key, optional
        The server's key.
    timeline : Timeline, optional
        Stamped as things happen.
    retry : Retry, optional
        How hard to try when a socket is lost.
    renew : callable, optional
        Asked before a lost socket is replaced, for servers that may come back at another address:
        the request and key to go on with, which differ in nothing else.
    sockets : ConnectionSource, optional
        Where its sockets come from; by default each is opened when it is needed.
    levels : LevelController, optional
        Chooses the latency level, at the beginning and between sentences.

    Yields
    ------
    Audio
        As it arrives; after a loss, which the timeline has noted by then, possibly empty.
    Final
        Once, last.

    Raises
    ------
    TTSError
        Of the tree in :mod:`jupyter_tts.wire.errors`, once the stream is given up; or whatever the
        text source raised.
    """
    timeline = timeline or Timeline()
    sockets = sockets or ColdConnections()
    # A text that is there at once begins when it is submitted.
    begun = (lambda: None) if isinstance(text, str | list | tuple) else timeline.begin
    source_text = SourceText(text, begun)
    receiver = Receiver(audio_format(request), source_text, timeline)  # refuses an unknown format
    switcher = LevelSwitcher(levels, timeline) if levels else None
    attempts = _Attempts(
        request, key, source_text, receiver, timeline, retry or Retry(), renew, switcher
    )
    fresh = False
    async with source_text.reading():
        while True:
            attempt = attempts.next()
            failure = None
            try:
                async with contextlib.aclosing(
                    attempt.run(timeline, sockets, fresh=fresh)
                ) as sounds:
                    async for sound in sounds:
                        yield sound
            except TTSError as error:
                failure = error
            if failure is None:
                if not attempts.switching:
                    break
                yield receiver.finish()
                attempts.switch()
                continue
            fresh = True  # what ended one socket may have ended the warm ones, too
            if attempt.was_dead(failure):
                timeline.disconnect(attempt.repeated)
                continue
            if receiver.all_spoken:
                break
            wait = attempts.plan(attempt, failure)
            yield receiver.cut()  # even without a sound: it lets the reader know of the loss
            if wait is None:
                raise failure
            await asyncio.sleep(wait)
            await attempts.resume()
        last = receiver.finish()
        if last.pcm or last.words:
            yield last
        timeline.finish()
        yield Final()


class _Attempts:
    """The attempts of one stream: which follows which, and with what request."""

    def __init__(
        self,
        request: SpeechRequest,
        key: Key | None,
        source_text: SourceText,
        receiver: Receiver,
        timeline: Timeline,
        retry: Retry,
        renew: Renew | None,
        switcher: LevelSwitcher | None,
    ) -> None:
        self._request = switcher.begin(request) if switcher else request
        self._key = key
        self._source_text = source_text
        self._receiver = receiver
        self._timeline = timeline
        self._retry = retry
        self._renew = renew
        self._switcher = switcher

    @functools.cached_property
    def _recovery(self) -> Recovery:
        """Made with the first failure, which most streams never see."""
        return Recovery(self._retry)

    def next(self) -> Attempt:
        """Return the next attempt."""
        return Attempt(
            self._request, self._key, self._source_text, self._receiver, self._retry, self._switcher
        )

    @property
    def switching(self) -> bool:
        """Whether the last attempt ended for another level, with more of the text to speak."""
        return self._switcher is not None and self._receiver.until is not None

    def switch(self) -> None:
        """Go on with another level."""
        self._receiver.begin()
        self._switch_level()

    def plan(self, attempt: Attempt, failure: TTSError) -> float | None:
        """Return the seconds to wait before the next attempt, None if the stream is given up."""
        receiver, recovery = self._receiver, self._recovery
        recovery.connected = recovery.connected or attempt.connected or self._renew is not None
        if receiver.progress or self._source_text.waits(receiver.position):
            recovery.progress()  # losing a socket that owed nothing is no failure
        wait = recovery.delay(failure)
        if wait is not None:
            self._timeline.reconnect(failure.message, receiver.position, attempt.repeated)
        return wait

    async def resume(self) -> None:
        """Go on behind what has been received, as soon as there is text."""
        await self._source_text.more(self._receiver.position)
        self._receiver.begin()
        if self._renew is not None:
            self._request, self._key = await self._renew()
        self._switch_level()

    def _switch_level(self) -> None:
        if self._switcher:
            self._request = self._switcher.apply(self._request)
