"""One ``stream-input`` WebSocket: frames in, speech out, both at the same time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator
from typing import Any, Final

from aiohttp import WSMsgType, web

from ..wire.errors import ProtocolError, ServerError, TTSError
from ..wire.messages import ServerFault, ServerMessage, encode_server
from .engine import SAMPLE_RATE, Engine, Prosody, Utterance
from .frames import SpeechEncoder
from .handshake import Handshake
from .stream_input import POLICY_VIOLATION, StreamInput
from .voices import find_voice

__all__ = ["FAREWELL", "GOING_AWAY", "Connection"]

logger = logging.getLogger(__name__)

# RFC 6455 section 7.4.1.
NORMAL_CLOSURE: Final = 1000
GOING_AWAY: Final = 1001

# A close reason is at most 123 bytes of UTF-8 (RFC 6455 section 5.5).
_LONGEST_REASON: Final = 123

# Above so many waiting characters the client is not read until speech has caught up.
_MOST_WAITING: Final = 1_000_000

# Seconds a client gets to read what has been sent and to answer the close frame; one that plays
# while it reads may take its time.
FAREWELL: Final = 60.0


class Connection:
    """Moves frames between a WebSocket, a session and the voice engine.

    Parameters
    ----------
    socket
        Prepared, not yet read.
    handshake
        The accepted handshake.
    engine
        Started.
    key
        The key that is required, or None.
    """

    def __init__(
        self, socket: web.WebSocketResponse, handshake: Handshake, engine: Engine, key: str | None
    ) -> None:
        self._socket = socket
        self._handshake = handshake
        self._engine = engine
        self._clock = asyncio.get_running_loop().time
        self._voice = find_voice(handshake.voice_id)
        self._session = StreamInput(
            handshake, voice_known=self._voice is not None, key=key, now=self._clock()
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
        elif speaker.done() and not speaker.cancelled():
            await self._close(None)

    async def _read(self) -> None:
        """Feed the session with what arrives; return when the client is gone."""
        while True:
            try:
                async with asyncio.timeout_at(self._session.deadline):
                    message = await self._socket.receive()
            except TimeoutError:
                self._session.check_clock(self._clock())
                continue
            if message.type is WSMsgType.BINARY:
                raise ProtocolError("A message must be JSON in a text frame, not a binary one.")
            if message.type is not WSMsgType.TEXT:
                return
            async with self._changed:
                self._session.receive(message.data, self._clock())
                self._changed.notify_all()
                await self._changed.wait_for(self._has_room)
                self._session.restart_clock(self._clock())

    def _has_room(self) -> bool:
        return self._session.waiting_characters < _MOST_WAITING

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
        await self._socket.send_str(encode_server(message))

    async def _close(self, fault: ServerFault | None) -> None:
        """Say goodbye: the in-band error if there is one, then the close frame."""
        code = NORMAL_CLOSURE if fault is None else fault.code or POLICY_VIOLATION
        with contextlib.suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(FAREWELL):
                if fault is not None:
                    await self._send(ServerMessage(fault=fault))
                await self._socket.close(code=code, message=_reason(fault))


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


def _reason(fault: ServerFault | None) -> bytes:
    """Return the close reason: ElevenLabs repeats the message, cut to what a frame can hold."""
    reason = "" if fault is None else fault.message
    return reason.encode("utf-8", "replace")[:_LONGEST_REASON].decode("utf-8", "ignore").encode()


async def _cancel(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks and wait until they have ended."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
