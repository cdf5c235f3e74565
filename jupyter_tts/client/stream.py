"""One stream over one socket, full duplex: audio is read while text is still being sent."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from ..audio.codecs import Decoder, decoder
from ..audio.formats import AudioFormat, parse_format
from ..wire.alignment import Word, WordClock
from ..wire.exchange import Chunk, Exchange, Final
from ..wire.parameters import parameter
from ..wire.request import SpeechRequest
from .connection import open_connection
from .keys import Key
from .text import Text, pieces
from .timeline import Timeline

__all__ = ["Audio", "Event", "Final", "audio_format", "stream_speech"]


@dataclass(frozen=True, slots=True)
class Audio:
    """Sound that has arrived, with the words that it makes whole.

    Attributes
    ----------
    pcm : bytes
        s16le mono; empty when a message brought only times.
    sample_rate : int
        Hz.
    words : tuple of Word
        Times in seconds from the start of the stream.
    """

    pcm: bytes
    sample_rate: int
    words: tuple[Word, ...] = ()


Event = Audio | Final


def audio_format(request: SpeechRequest) -> AudioFormat:
    """Return the format of a request's audio: the one it names, or the documented default."""
    return parse_format(request.format or str(parameter("format").default))


async def stream_speech(
    request: SpeechRequest, text: Text, *, key: Key | None = None, timeline: Timeline | None = None
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

    Yields
    ------
    Audio
        As it arrives.
    Final
        Once, last.

    Raises
    ------
    TTSError
        Of the tree in :mod:`jupyter_tts.wire.errors`; or whatever the text source raised.
    """
    timeline = timeline or Timeline()
    receiver = _Receiver(audio_format(request), timeline)  # a format without decoder fails here
    socket = await open_connection(request.url, key)
    try:
        timeline.connect()
        exchange = Exchange(request)
        sender = _Sender(socket, exchange, text)
        sending = asyncio.create_task(sender.run())
        try:
            async with contextlib.aclosing(_receive(socket, exchange, sender)) as items:
                async for item in items:
                    if isinstance(item, Chunk):
                        yield receiver.take(item)
            last = receiver.finish()
            if last.pcm or last.words:
                yield last
            timeline.finish()
            yield Final()
        finally:
            sending.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sending
    finally:
        # By hand, because the context manager closes with 1011 when it is cancelled.
        await socket.close()


class _Sender:
    """Sends the first message, the text as it comes, and the end of input."""

    def __init__(self, socket: ClientConnection, exchange: Exchange, text: Text) -> None:
        self._socket = socket
        self._exchange = exchange
        self._text = text
        self.failure: Exception | None = None

    async def run(self) -> None:
        try:
            await self._send_all()
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            await self._fail(RuntimeError("the text source was cancelled"))
        except Exception as failure:
            # The text source failed, with whatever error: the receiving side raises it.
            await self._fail(failure)

    async def _send_all(self) -> None:
        if not await self._put(self._exchange.start()):
            return
        async with contextlib.aclosing(pieces(self._text)) as source:
            async for piece in source:
                if not await self._put(self._exchange.text(piece)):
                    return
        await self._put(self._exchange.end())

    async def _put(self, frame: str) -> bool:
        """Send a frame; false once the socket has closed, of which the receiving side knows why."""
        try:
            await self._socket.send(frame)
        except ConnectionClosed:
            return False
        return True

    async def _fail(self, failure: Exception) -> None:
        self.failure = failure
        await self._socket.close()


async def _receive(
    socket: ClientConnection, exchange: Exchange, sender: _Sender
) -> AsyncGenerator[Chunk | Final, None]:
    """Yield what the server sends, up to and including Final."""
    while True:
        try:
            frame = await socket.recv(decode=False)
        except ConnectionClosed as closed:
            if sender.failure is not None:
                raise sender.failure from None
            code = closed.rcvd.code if closed.rcvd else None
            reason = closed.rcvd.reason if closed.rcvd else ""
            for final in exchange.closed(code, reason):
                yield final
            return
        for event in exchange.receive(frame):
            yield event
            if isinstance(event, Final):
                return


class _Receiver:
    """Turns chunks into PCM and words on one clock."""

    def __init__(self, fmt: AudioFormat, timeline: Timeline) -> None:
        self._rate = fmt.sample_rate
        self._decoder: Decoder = decoder(fmt)
        self._clock = WordClock()
        self._timeline = timeline
        self._frames = 0

    def take(self, chunk: Chunk) -> Audio:
        pcm = self._decoder.decode(chunk.data)
        words = (
            self._clock.add(chunk.alignment, self._frames / self._rate) if chunk.alignment else ()
        )
        if pcm:
            self._frames += len(pcm) // 2
            self._timeline.arrive(len(pcm) / 2 / self._rate)
        return Audio(pcm, self._rate, words)

    def finish(self) -> Audio:
        pcm = self._decoder.flush()
        return Audio(pcm, self._rate, self._clock.finish())
