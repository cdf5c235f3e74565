"""A text on its way through one socket, and through another where the first is lost.

Each socket is full duplex: audio is read while text is still being sent. When one drops or stalls,
its successor goes on from the first word that has not been received whole.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from ..audio.formats import AudioFormat, parse_format
from ..wire.errors import ConnectionLost, TTSError
from ..wire.exchange import Chunk, Exchange, Final
from ..wire.parameters import parameter
from ..wire.request import SpeechRequest
from .connection import open_connection
from .keys import Key
from .received import Audio, Received
from .retry import Recovery, Retry
from .script import Script
from .text import Text
from .timeline import Timeline
from .watchdog import Watchdog

__all__ = ["Audio", "Event", "Final", "Renew", "audio_format", "stream_speech"]

Event = Audio | Final

# Seconds (ElevenLabs WebSocket reference, inactivity_timeout).
_INACTIVITY = float(str(parameter("inactivity_timeout").default))
_CUT_SHORT = "The server ended the stream before all of the text was spoken."
_FAREWELL = 0.1  # seconds for the peer to answer a close frame

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
) -> AsyncGenerator[Event, None]:
    """Speak a text.

    Parameters
    ----------
    request : SpeechRequest
    text : str, iterable of str or async iterable of str
        Sent as it comes.
    key : Key, optional
        The server's key.
    timeline : Timeline, optional
        Stamped as things happen.
    retry : Retry, optional
        How hard to try when a socket is lost.
    renew : callable, optional
        Asked before a lost socket is replaced, for servers that may come back at another address:
        the request and key to go on with, which differ in nothing else.

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
    retry = retry or Retry()
    script = Script(text)
    received = Received(audio_format(request), script, timeline)  # refuses an unknown format
    recovery = Recovery(retry)
    async with script.reading():
        while True:
            leg = _Leg(request, key, script, received, retry)
            try:
                async with contextlib.aclosing(leg.run(timeline)) as sounds:
                    async for sound in sounds:
                        yield sound
                break
            except TTSError as error:
                failure = error
            if received.all_spoken:
                break
            recovery.connected = recovery.connected or leg.connected or renew is not None
            if received.progress or script.waits(received.position):
                recovery.progress()  # a socket that nothing was owed on may go
            wait = recovery.delay(failure)
            if wait is not None:
                timeline.reconnect(failure.message, received.position, leg.repeated)
            yield received.cut()  # so that the reader learns of the loss, even without a sound
            if wait is None:
                raise failure
            await asyncio.sleep(wait)
            await script.more(received.position)
            received.begin()
            if renew is not None:
                request, key = await renew()
        last = received.finish()
        if last.pcm or last.words:
            yield last
        timeline.finish()
        yield Final()


class _Leg:
    """One socket's part of a stream."""

    def __init__(
        self,
        request: SpeechRequest,
        key: Key | None,
        script: Script,
        received: Received,
        retry: Retry,
    ) -> None:
        self._request = request
        self._key = key
        self._script = script
        self._received = received
        self._retry = retry
        self._sent = received.position  # up to where the text has been sent
        self.connected = False

    @property
    def repeated(self) -> int:
        """Characters sent here that have to be sent again."""
        return max(0, self._sent - self._received.position)

    async def run(self, timeline: Timeline) -> AsyncGenerator[Audio, None]:
        """Send the text that is left and yield the sound.

        Raises
        ------
        TTSError
            If the socket is lost, or refuses.
        """
        socket = await open_connection(self._request.url, self._key)
        self.connected = True
        try:
            timeline.connect()
            watchdog = Watchdog(socket, self._request, self._retry)
            exchange = Exchange(self._request)
            sending = asyncio.create_task(self._send(socket, exchange, watchdog))
            try:
                async with contextlib.aclosing(self._receive(socket, exchange, watchdog)) as sounds:
                    async for sound in sounds:
                        yield sound
            finally:
                sending.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await sending
        except TTSError:
            socket.transport.abort()  # a lost socket answers no farewell
            raise
        finally:
            # By hand, because the context manager closes with 1011 when it is cancelled.
            await _close(socket)

    async def _send(self, socket: ClientConnection, exchange: Exchange, watchdog: Watchdog) -> None:
        """Send the first message, the text as it comes, and the end of input."""
        try:
            await socket.send(exchange.start())
            begun = False
            while piece := await self._next_piece(socket, exchange):
                if piece.strip():  # white space alone is a keep-alive on this wire
                    await socket.send(exchange.text(piece if begun else piece.lstrip()))
                    begun = True
                self._sent += len(piece)
                watchdog.sent(len(piece))
            await socket.send(exchange.end())
            watchdog.ended()
        except ConnectionClosed:
            return  # the receiving side knows why
        except Exception:
            # The text source failed, with whatever error: the receiving side raises it.
            await socket.close()

    async def _next_piece(self, socket: ClientConnection, exchange: Exchange) -> str:
        """Return the next piece of text; keep the socket alive until there is one."""
        idle = float(self._request.sent.get("inactivity_timeout") or _INACTIVITY) / 2
        while True:
            try:
                async with asyncio.timeout(idle):
                    return await self._script.piece(self._sent)
            except TimeoutError:
                await socket.send(exchange.keepalive())

    def _hide(self, said: bytes) -> bytes:
        return self._key.hide(said) if self._key else said

    async def _receive(
        self, socket: ClientConnection, exchange: Exchange, watchdog: Watchdog
    ) -> AsyncGenerator[Audio, None]:
        received = self._received
        while True:
            try:
                frame = await watchdog.receive(holding=received.holding)
            except ConnectionClosed as closed:
                if self._script.failure is not None:
                    raise self._script.failure from None
                # What this side has found wrong (1009, say) tells more than an answer to it.
                end = closed.rcvd if closed.rcvd_then_sent or not closed.sent else closed.sent
                code = end.code if end else None
                exchange.closed(code, self._hide(end.reason.encode()).decode() if end else "")
                if received.is_cut_short(final=False):
                    raise ConnectionLost(_CUT_SHORT, code=code) from None
                return
            if frame is None:
                yield received.rest()
                continue
            for event in exchange.receive(self._hide(frame)):
                if isinstance(event, Chunk):
                    sound = received.take(event)
                    if event.data or (event.alignment and event.alignment.text.strip()):
                        watchdog.heard(received.characters if received.timed else None)
                    if sound.pcm or sound.words:
                        yield sound
                elif not exchange.ended or received.is_cut_short(final=True):
                    raise ConnectionLost(_CUT_SHORT)
                else:
                    return


async def _close(socket: ClientConnection) -> None:
    """Close a socket; whoever interrupts a stream does not wait for a slow peer."""
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_FAREWELL):
                await socket.close()
    finally:
        socket.transport.abort()  # also for who is interrupted twice
