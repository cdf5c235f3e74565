"""One ``stream-input`` WebSocket: frames in, speech out, both at the same time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Awaitable
from typing import Any, Final

from aiohttp import WSMsgType

from ..wire.errors import ProtocolError, ServerError, TTSError
from ..wire.messages import ServerFault, ServerMessage, encode_server
from .engine import SAMPLE_RATE, Engine, Prosody, Utterance
from .frames import SpeechEncoder
from .handshake import Handshake
from .heartbeat import Heartbeat
from .limits import Limits
from .stream_input import POLICY_VIOLATION, StreamInput
from .voices import find_voice
from .websocket import WebSocket

__all__ = ["GOING_AWAY", "Connection"]

logger = logging.getLogger(__name__)

# RFC 6455 section 7.4.1.
NORMAL_CLOSURE: Final = 1000
GOING_AWAY: Final = 1001

# A close reason is at most 123 bytes of UTF-8 (RFC 6455 section 5.5).
_LONGEST_REASON: Final = 123


class Connection:
    """Moves frames between a WebSocket, a session and the voice engine.

    Parameters
    ----------
    socket
        Prepared, not yet read.
    transport
        What the socket writes to.
    handshake
        The accepted handshake.
    engine
        Started.
    key
        The key that is required, or None.
    limits
        The server's.
    """

    def __init__(
        self,
        socket: WebSocket,
        transport: asyncio.Transport,
        handshake: Handshake,
        engine: Engine,
        key: str | None,
        limits: Limits,
    ) -> None:
        self._socket = socket
        self._transport = transport
        self._handshake = handshake
        self._engine = engine
        self._limits = limits
        self._clock = asyncio.get_running_loop().time
        self._voice = find_voice(handshake.voice_id)
        self._session = StreamInput(
            handshake, voice_known=self._voice is not None, key=key, now=self._clock()
        )
        self._heartbeat = Heartbeat(
            ping_seconds=limits.ping_seconds, pong_seconds=limits.pong_seconds, now=self._clock()
        )
        self._changed = asyncio.Condition()

    async def run(self) -> None:
        """Serve the client until it has everything, breaks a rule, or is gone."""
        reader = asyncio.create_task(self._read())
        speaker = asyncio.create_task(self._speak())
        try:
            await asyncio.wait({reader, speaker}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _cancel(reader, speaker)
        fault = _fault_of(reader) or _fault_of(speaker)
        if fault is not None:
            logger.info("stream ended with %s", fault.error)  # the message may quote the text
            await self._close(fault)
        elif _vanished(reader) or _vanished(speaker):
            self._transport.abort()  # nobody is left to say goodbye to
        elif speaker.done() and not speaker.cancelled():
            await self._close(None)

    async def _read(self) -> None:
        """Feed the session with what arrives; return when the client is gone."""
        while True:
            try:
                async with asyncio.timeout_at(self._deadline()):
                    message = await self._socket.receive()
            except TimeoutError:
                self._session.check_clock(self._clock())
                if self._heartbeat.ping_due(self._clock()):
                    await self._send_within_time(self._socket.ping())
                continue
            self._heartbeat.heard(self._clock())
            match message.type:
                case WSMsgType.TEXT:
                    await self._take(message.data)
                case WSMsgType.PING:
                    await self._send_within_time(self._socket.pong(message.data))
                case WSMsgType.PONG:
                    pass
                case WSMsgType.BINARY:
                    raise ProtocolError("A message must be JSON in a text frame, not a binary one.")
                case _:
                    return
            await asyncio.sleep(0)  # a flood of small messages must not keep the others waiting

    async def _take(self, frame: str) -> None:
        """Hand a frame to the session, and wait while too much text is waiting already."""
        async with self._changed:
            self._session.receive(frame, self._clock())
            self._changed.notify_all()
            await self._changed.wait_for(self._has_room)
            self._session.restart_clock(self._clock())
            self._heartbeat.heard(self._clock())

    def _deadline(self) -> float | None:
        """When the reader is to look at the clock; after the end of input only sending has one."""
        inactive = self._session.deadline
        return None if inactive is None else min(inactive, self._heartbeat.deadline)

    def _has_room(self) -> bool:
        return self._session.waiting_characters < self._limits.waiting_characters

    async def _speak(self) -> None:
        """Send everything the client's text makes, then the final message."""
        speech = SpeechEncoder(
            self._handshake.output_format,
            source_rate=SAMPLE_RATE,
            sync_alignment=self._handshake.sync_alignment,
        )
        async with contextlib.aclosing(self._utterances()) as utterances:
            async for spoken in utterances:
                for message in speech.messages(
                    spoken.pcm, spoken.characters, spoken.starts, spoken.ends
                ):
                    await self._send(message)
                    await asyncio.sleep(0)  # a fast client must not starve the reader and others
        for message in speech.finish():
            await self._send(message)
        await self._send(ServerMessage(is_final=True))

    async def _utterances(self) -> AsyncGenerator[Utterance, None]:
        """Yield the spoken segments; the next one is made while this one is being sent."""
        ahead = asyncio.create_task(self._next_utterance())
        try:
            while (spoken := await ahead) is not None:
                ahead = asyncio.create_task(self._next_utterance())
                yield spoken
        finally:
            await _cancel(ahead)

    async def _next_utterance(self) -> Utterance | None:
        async with self._changed:
            while (segment := self._session.next_segment()) is None:
                if self._session.finished:
                    return None
                await self._changed.wait()
            self._changed.notify_all()
        assert self._voice is not None  # the session takes no text for an unknown one
        # Never as the last one, which would end without its pause: whether a segment is the last
        # depends on how early the end of input arrives, and the sound must not.
        return await self._engine.speak(
            segment,
            self._voice,
            prosody=Prosody(**self._session.voice_settings),
            language=self._handshake.language,
            read_digits=self._handshake.read_digits,
            last=False,
        )

    async def _send(self, message: ServerMessage) -> None:
        await self._send_within_time(self._socket.send_str(encode_server(message)))
        rate = self._handshake.output_format.bytes_per_second
        if rate is not None:  # it is, for every format that is served
            self._heartbeat.sent(len(message.audio) / rate, self._clock())

    async def _send_within_time(self, sending: Awaitable[None]) -> None:
        """Wait until a frame is handed on, but not for ever.

        Raises
        ------
        ServerError
            When the client has not taken enough of what went before.
        """
        try:
            async with asyncio.timeout(self._limits.reader_seconds):
                await sending
        except TimeoutError:
            raise ServerError(
                "The stream was not read: no message could be delivered within "
                f"{self._limits.reader_seconds:g} seconds.",
                error="client_not_reading",
                code=POLICY_VIOLATION,
            ) from None

    async def _close(self, fault: ServerFault | None) -> None:
        """Say goodbye: the in-band error if there is one, then the close frame."""
        code = NORMAL_CLOSURE if fault is None else fault.code or POLICY_VIOLATION
        # All is written at once: behind a client that does not read, both must take their place.
        goodbyes: list[asyncio.Task[Any]] = []
        if fault is not None:
            error = self._socket.send_str(encode_server(ServerMessage(fault=fault)))
            goodbyes.append(asyncio.create_task(error))
        closing = self._socket.close(code=code, message=_reason(fault))
        goodbyes.append(asyncio.create_task(closing))
        try:
            async with asyncio.timeout(self._limits.farewell_seconds):
                await asyncio.gather(*goodbyes)
        except (TimeoutError, ConnectionError):
            await _cancel(*goodbyes)
        if self._transport.get_write_buffer_size():
            self._transport.abort()  # what has not been read by now never will be


def _fault_of(task: asyncio.Task[None]) -> ServerFault | None:
    """Return what a task's exception is in-band; None for a client that is gone."""
    if not task.done() or task.cancelled():
        return None
    match task.exception():
        case None | ConnectionError():
            return None
        case ServerError() as error:
            return ServerFault(error.message, error.error, error.code)
        case ProtocolError() as error:
            return ServerFault(error.message, "invalid_message", POLICY_VIOLATION)
        case TTSError() as error:
            return ServerFault(str(error), "something_went_wrong", POLICY_VIOLATION)
        case error:
            raise error


def _vanished(task: asyncio.Task[None]) -> bool:
    """Whether a task found out that the client is gone."""
    return task.done() and not task.cancelled() and isinstance(task.exception(), ConnectionError)


def _reason(fault: ServerFault | None) -> bytes:
    """Return the close reason: ElevenLabs repeats the message, cut to what a frame can hold."""
    reason = "" if fault is None else fault.message
    return reason.encode("utf-8", "replace")[:_LONGEST_REASON].decode("utf-8", "ignore").encode()


async def _cancel(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks and wait until they have ended."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
