"""A text on its way through one socket, and through another where the first is lost.

Each socket is full duplex: audio is read while text is still being sent. When one drops or stalls,
its successor goes on from the first word that has not been received whole.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable

from ...audio.formats import AudioFormat, parse_format
from ...wire.errors import TTSError
from ...wire.parameters import parameter
from ...wire.protocol import Final
from ...wire.request import SpeechRequest
from ..connections.channel import ColdConnections, ConnectionSource
from ..keys import Key
from ..speech.timeline import Timeline
from .attempt import Leg
from .level_control import LevelController
from .level_switching import Steering
from .receiver import Audio, Received
from .retry import Recovery, Retry
from .source_text import Script
from .text_sources import Text

__all__ = ["Audio", "Event", "Final", "Renew", "audio_format", "stream_speech"]

Event = Audio | Final

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
    script = Script(text, begun)
    received = Received(audio_format(request), script, timeline)  # refuses an unknown format
    steering = Steering(levels, timeline) if levels else None
    legs = _Succession(request, key, script, received, timeline, retry or Retry(), renew, steering)
    fresh = False
    async with script.reading():
        while True:
            leg = legs.next()
            failure = None
            try:
                async with contextlib.aclosing(leg.run(timeline, sockets, fresh=fresh)) as sounds:
                    async for sound in sounds:
                        yield sound
            except TTSError as error:
                failure = error
            if failure is None:
                if not legs.turning:
                    break
                yield received.finish()
                legs.turn()
                continue
            fresh = True  # what ended one socket may have ended those that wait, too
            if leg.found_dead(failure):
                timeline.disconnect(leg.repeated)
                continue
            if received.all_spoken:
                break
            wait = legs.plan(leg, failure)
            yield received.cut()  # so that the reader learns of the loss, even without a sound
            if wait is None:
                raise failure
            await asyncio.sleep(wait)
            await legs.take_up()
        last = received.finish()
        if last.pcm or last.words:
            yield last
        timeline.finish()
        yield Final()


class _Succession:
    """Which socket follows which, and with what request."""

    def __init__(
        self,
        request: SpeechRequest,
        key: Key | None,
        script: Script,
        received: Received,
        timeline: Timeline,
        retry: Retry,
        renew: Renew | None,
        steering: Steering | None,
    ) -> None:
        self._request = steering.begin(request) if steering else request
        self._key = key
        self._script = script
        self._received = received
        self._timeline = timeline
        self._retry = retry
        self._recovery = Recovery(retry)
        self._renew = renew
        self._steering = steering

    def next(self) -> Leg:
        """Return the part of the next socket."""
        return Leg(
            self._request, self._key, self._script, self._received, self._retry, self._steering
        )

    @property
    def turning(self) -> bool:
        """Whether the text goes on behind what the last socket was sent."""
        return self._steering is not None and self._received.until is not None

    def turn(self) -> None:
        """Go on with another level."""
        self._received.begin()
        self._steer()

    def plan(self, leg: Leg, failure: TTSError) -> float | None:
        """Return the seconds to wait before the next socket, None if the stream is given up."""
        received, recovery = self._received, self._recovery
        recovery.connected = recovery.connected or leg.connected or self._renew is not None
        if received.progress or self._script.waits(received.position):
            recovery.progress()  # a socket that nothing was owed on may go
        wait = recovery.delay(failure)
        if wait is not None:
            self._timeline.reconnect(failure.message, received.position, leg.repeated)
        return wait

    async def take_up(self) -> None:
        """Go on behind what has been received, as soon as there is text."""
        await self._script.more(self._received.position)
        self._received.begin()
        if self._renew is not None:
            self._request, self._key = await self._renew()
        self._steer()

    def _steer(self) -> None:
        if self._steering:
            self._request = self._steering.apply(self._request)
