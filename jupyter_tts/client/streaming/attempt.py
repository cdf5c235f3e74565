"""One socket's part of a stream: the text that it is sent, and the sound that it brings."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TypeVar

from ...wire.errors import (
    ChannelClosed,
    ConnectionLost,
    InputTimeout,
    ProtocolError,
    ServerError,
    StreamStalled,
    TTSError,
)
from ...wire.protocol import Chunk, Final, StreamProtocol
from ...wire.request import SpeechRequest
from ..connections.channel import Channel, ConnectionSource
from ..keys import Key
from ..speech.events import Audio
from ..speech.timeline import Timeline
from .chunking import MAX_PIECE, Chunker
from .level_switching import LevelSwitcher
from .receiver import Receiver
from .retry import Retry
from .source_text import SourceText
from .watchdog import SilenceBudget, Watchdog

__all__ = ["Attempt"]

T = TypeVar("T")
_Send = Callable[[str], Awaitable[None]]

# Characters before a request's text that give it a context: a sentence or two.
_CONTEXT = 300

_CUT_SHORT = "The server ended the stream before all of the text was spoken."


# Characters before the most that a socket is sent: from where on it ends behind a sentence, and
# where it ends in any case, behind a word that was begun.
_ROOM = 2 * MAX_PIECE
_LONG_WORD = 100


class Attempt:
    """One socket's part of a stream.

    Parameters
    ----------
    request : SpeechRequest
    key : Key or None
        The server's key.
    source_text : SourceText
        The text.
    receiver : Receiver
        Takes the sound; knows from where on the text is to be sent.
    retry : Retry
        How long a silence is tolerated.
    switcher : LevelSwitcher or None
        Decides where another socket is to go on, with another level.
    budget : SilenceBudget
        Of the stream.
    limit : int or None, optional
        Characters after which another socket goes on, at the end of a sentence or a word.
    most : int or None, optional
        Characters that no socket is sent more of; another goes on after a sentence before.

    Attributes
    ----------
    connected : bool
        Whether there was a socket.
    begin : int
        Where it takes up the text.
    """

    def __init__(
        self,
        request: SpeechRequest,
        key: Key | None,
        source_text: SourceText,
        receiver: Receiver,
        retry: Retry,
        switcher: LevelSwitcher | None,
        budget: SilenceBudget,
        limit: int | None = None,
        most: int | None = None,
    ) -> None:
        self._budget = budget
        counts = [limit] if most is None else [limit, most - _LONG_WORD]
        limits = [receiver.position + count for count in counts if count is not None]
        self._limit = min(limits, default=None)
        self._most = None if most is None else receiver.position + most
        self._request = request
        self._switcher = switcher
        self._key = key
        self._source_text = source_text
        self._receiver = receiver
        self._retry = retry
        self.begin = receiver.position
        self._sent = receiver.position  # up to where the text has been sent
        self.connected = False
        self._unanswered = False  # whether the socket was warm, and no message has come on it
        self._failure: Exception | None = None  # what ended the sending
        self._needless = False  # whether there was nothing to send: the text source failed first

    @property
    def repeated(self) -> int:
        """Characters sent here that have to be sent again."""
        return max(0, self._sent - self._receiver.position)

    def was_dead(self, failure: TTSError) -> bool:
        """Whether it failed because the socket had ended while it waited for its first use."""
        ended = isinstance(failure, ConnectionLost) and not isinstance(failure, StreamStalled)
        return self._unanswered and (ended or isinstance(failure, InputTimeout))

    async def run(
        self, timeline: Timeline, sockets: ConnectionSource, *, fresh: bool
    ) -> AsyncGenerator[Audio, None]:
        """Send the text that is left and yield the sound.

        Raises
        ------
        TTSError
            If the socket is lost, or refuses.
        """
        channel = await sockets.take(self._request, self._key, fresh=fresh)
        self.connected = True
        self._unanswered = channel.warm
        try:
            timeline.connect(warm=channel.warm)
            watchdog = Watchdog(channel, self._request, self._retry, self._budget)
            protocol = channel.begin(self._request)
            protocol.text_before = self._source_text.before(self.begin, _CONTEXT)
            timeline.context = protocol.context_id
            sending = asyncio.create_task(self._send(channel, protocol, watchdog, timeline))
            try:
                async with contextlib.aclosing(self._receive(protocol, watchdog)) as sounds:
                    async for sound in sounds:
                        yield sound
            except (ServerError, ConnectionLost, ProtocolError) as failure:
                failure.identify(protocol.server_ids)
                raise
            finally:
                watchdog.close()
                sending.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await sending
        except TTSError:
            channel.abort()  # a lost socket answers no close frame
            raise
        finally:
            # By hand, because the context manager closes with 1011 when it is cancelled.
            await channel.close()

    async def _send(
        self, channel: Channel, protocol: StreamProtocol, watchdog: Watchdog, timeline: Timeline
    ) -> None:
        """Send the first message, the text as it comes, and the end of input."""
        try:

            async def send(frame: str) -> None:
                with watchdog.sending():
                    await channel.send(frame)

            await send(protocol.start())
            begun = False
            blank = ""  # white space that goes with what follows it
            stops = self._switcher is not None
            chunker = Chunker(
                self._source_text, self._request, self._sent, stops=stops, limit=self._limit
            )
            while (piece := await self._keeping_alive(send, protocol, chunker.next)).text:
                start = chunker.position
                stop = start + len(piece.text)
                characters = 0
                for part in self._source_text.parts(start, stop):
                    sent = self._source_text.sendable(part.start, part.stop)
                    text = blank + sent if begun else sent.lstrip()
                    blank = "" if text.strip() else text  # alone it is a keep-alive on this wire
                    if not blank and text:
                        flush = piece.flush and part.stop == stop
                        voice, new_turn = part.voice, part.new_turn
                        await send(protocol.text(text, flush=flush, voice=voice, new_turn=new_turn))
                        begun = True
                    characters += len(sent)
                chunker.sent(piece)
                self._sent = chunker.position
                timeline.send(characters)
                watchdog.sent(characters, flush=piece.flush)
                if self._is_enough(chunker) or await self._switches(send, protocol, chunker):
                    self._receiver.until = self._sent
                    break
            if not begun and self._source_text.failure is not None:
                self._needless = True
                await channel.close()
                return
            await send(protocol.end())
            watchdog.ended()
        except ChannelClosed:
            return  # the receiving side knows why
        except Exception as failure:
            # No fault of the socket's: the receiving side raises it.
            self._failure = failure
            await channel.close()

    def _is_enough(self, chunker: Chunker) -> bool:
        """Whether another socket is to be sent what follows."""
        full = self._limit is not None and self._sent >= self._limit
        nearly = self._most is not None and self._sent >= self._most - _ROOM
        return (full or (nearly and chunker.between_sentences)) and self._source_text.goes_on(
            self._sent
        )

    async def _switches(self, send: _Send, protocol: StreamProtocol, chunker: Chunker) -> bool:
        """Whether what follows is for another socket, with another level."""
        switcher, sent = self._switcher, self._sent
        if switcher is None or not self._source_text.goes_on(sent):
            return False
        room = functools.partial(switcher.room, self._request, sent, self._receiver)
        await self._keeping_alive(send, protocol, room)
        return chunker.between_sentences and switcher.switches(sent, self._receiver)

    async def _keeping_alive(
        self, send: _Send, protocol: StreamProtocol, wait: Callable[[], Awaitable[T]]
    ) -> T:
        """Wait, beginning again as often as the socket has to be kept alive."""
        idle = self._request.inactivity_limit / 2
        while True:
            try:
                async with asyncio.timeout(idle):
                    return await wait()
            except TimeoutError:
                await send(protocol.keepalive())

    def _hide(self, data: bytes) -> bytes:
        return self._key.hide(data) if self._key else data

    def _read(self, protocol: StreamProtocol, frame: bytes) -> tuple[Chunk | Final, ...]:
        """Read a frame; an error never quotes a key that the server echoes."""
        try:
            return protocol.receive(frame)
        except TTSError:
            hidden = self._hide(frame)
            if hidden == frame:  # read twice, a final message would be one after the end
                raise
        return protocol.receive(hidden)

    async def _receive(
        self, protocol: StreamProtocol, watchdog: Watchdog
    ) -> AsyncGenerator[Audio, None]:
        receiver = self._receiver
        paused = False  # whether the receiver knows that the server pauses
        while True:
            try:
                pause = receiver.lead if receiver.holding and not paused else None
                frame = await watchdog.receive(pause=pause)
            except ChannelClosed as closed:
                if self._failure is not None:
                    raise self._failure from None
                if self._needless:
                    return
                protocol.closed(closed.code, self._hide(closed.reason.encode()).decode())
                if receiver.is_cut_short(final=False):
                    raise ConnectionLost(_CUT_SHORT, code=closed.code) from None
                return
            if frame is None:
                paused = True
                yield receiver.rest()
                continue
            events = self._read(protocol, frame)
            self._unanswered = False
            for event in events:
                if isinstance(event, Chunk):
                    before = receiver.seconds
                    sound = receiver.take(event)
                    if event.note:
                        sound = dataclasses.replace(sound, note=event.note)
                    paused = False
                    if self._switcher is not None:
                        self._switcher.heard()
                    watchdog.heard(receiver.accounted, receiver.seconds - before)
                    if sound.pcm or sound.words or sound.note:
                        yield sound
                elif not protocol.ended or receiver.is_cut_short(final=True):
                    raise ConnectionLost(_CUT_SHORT)
                else:
                    return
