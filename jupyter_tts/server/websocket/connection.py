"""One WebSocket: frames in, speech out, both at the same time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from aiohttp import WSMessage, WSMsgType

from ...wire.close_codes import (
    INTERNAL_ERROR,
    NORMAL_CLOSURE,
    POLICY_VIOLATION,
    close_reason,
)
from ...wire.errors import AuthenticationError, ProtocolError, ServerError, TTSError
from ...wire.messages import ServerFault, ServerMessage
from ..access.limits import Limits
from ..access.refusals import UNFORESEEN
from ..engines.engine import Engine
from ..simulation.account import Account
from ..simulation.link import Generation
from .context import Context
from .context_speaker import ContextSpeaker
from .dialogue_context import DialogueContext
from .dialogue_speaker import DialogueSpeaker
from .heartbeat import Heartbeat
from .session import Session, SpokenContext
from .socket import WebSocket, has_unsent
from .speaker import Delivery, Speaker

__all__ = ["Connection"]

logger = logging.getLogger(__name__)


class Connection:
    """Moves frames between a WebSocket, a session and the voice engine.

    Parameters
    ----------
    socket
        Prepared, not yet read.
    transport
        What the socket writes to.
    session
        The rules of the endpoint.
    engine
        Started.
    limits
        The server's.
    account
        Counts the characters; by default without a limit.
    on_admitted
        Called once the session has found a key good, where the handshake had none; may raise
        ServerError. None for a client that has shown the key.
    """

    def __init__(
        self,
        socket: WebSocket,
        transport: asyncio.Transport,
        session: Session[Any],
        engine: Engine,
        limits: Limits,
        account: Account | None = None,
        *,
        on_admitted: Callable[[], None] | None = None,
    ) -> None:
        self._socket = socket
        self._transport = transport
        self._session = session
        self._handshake = session.handshake
        self._engine = engine
        self._limits = limits
        self._account = account or Account()
        self._clock = asyncio.get_running_loop().time
        self._on_admitted = on_admitted
        self._key_due = self._clock() + limits.unproven_seconds
        self._heartbeat = Heartbeat(
            ping_seconds=limits.ping_seconds, pong_seconds=limits.pong_seconds, now=self._clock()
        )
        self._changed = asyncio.Condition()
        self._speakers: dict[Speaker[Any, Any], asyncio.Task[None]] = {}
        self._read_timeout: asyncio.Timeout | None = None

    async def run(self) -> None:
        """Serve the client until it has everything, breaks a rule, or is gone."""
        reader = asyncio.create_task(self._read())
        speaker = asyncio.create_task(self._speak())
        try:
            await asyncio.wait({reader, speaker}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _cancel(reader, speaker)
        failure = _failure_of(reader) or _failure_of(speaker)
        if failure is not None:
            await self._close(failure)
        elif _is_disconnected(reader) or _is_disconnected(speaker):
            self._transport.abort()  # nobody is left to close the socket for
        elif speaker.done() and not speaker.cancelled():
            await self._close(None)

    async def _read(self) -> None:
        """Feed the session with what arrives; return when the client is gone."""
        while True:
            self._require_key_in_time()  # a client that keeps sending pings is not silent
            try:
                message = await self._receive()
            except TimeoutError:
                self._require_key_in_time()
                await self._check_clock()
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

    async def _receive(self) -> WSMessage:
        """Wait for a frame, or raise TimeoutError when it is time to look at the clock."""
        try:
            async with asyncio.timeout_at(self._deadline()) as self._read_timeout:
                return await self._socket.receive()
        finally:
            self._read_timeout = None

    async def _take(self, frame: str) -> None:
        """Hand a frame to the session, and wait while too much text is waiting."""
        async with self._changed:
            self._session.receive(frame, self._clock())
            if self._on_admitted is not None and self._session.admitted:
                self._on_admitted()
                self._on_admitted = None
            self._session.check_clock(
                self._clock()
            )  # a busy context must not keep a silent one open
            self._notify_speakers()
            if not self._has_room():
                await self._changed.wait_for(self._has_room)
                self._session.restart_clock(self._clock())
                self._heartbeat.heard(self._clock())

    def _require_key_in_time(self) -> None:
        if self._on_admitted is not None and self._clock() >= self._key_due:
            raise AuthenticationError(
                f"No key was sent within {self._limits.unproven_seconds:g} seconds.",
                error="authentication_required",
                code=POLICY_VIOLATION,
            )

    async def _check_clock(self) -> None:
        async with self._changed:
            self._session.check_clock(self._clock())
            self._notify_speakers()

    def _notify_speakers(self) -> None:
        """Wake the tasks that wait for text, and stop the speakers of contexts that are over."""
        for speaker in self._speakers:
            if speaker.context.over:
                speaker.interrupt()
        self._changed.notify_all()

    def _deadline(self) -> float | None:
        """When the reader is to look at the clock; after the end of input only sending has one."""
        if self._on_admitted is not None:
            return self._key_due
        if self._session.ended:
            return None
        inactive = self._session.deadline
        pinged = self._heartbeat.deadline
        return pinged if inactive is None else min(inactive, pinged)

    def _has_room(self) -> bool:
        waiting = self._session.waiting_characters
        return waiting < self._limits.waiting_characters and not self._session.crowded

    async def _speak(self) -> None:
        """Speak every context there is, all at the same time, until the session has finished."""
        try:
            async with asyncio.TaskGroup() as group:
                while (context := await self._next_context()) is not None:
                    self._start_speaking(context, group)
        except BaseExceptionGroup as failed:
            raise failed.exceptions[0] from None  # the others failed because of it

    async def _next_context(self) -> SpokenContext | None:
        """Wait for a context that has begun; None at the end of the session."""
        async with self._changed:
            while True:
                context: SpokenContext | None = self._session.next_context()
                if context is not None or self._session.finished:
                    return context
                await self._changed.wait()

    def _start_speaking(self, context: SpokenContext, group: asyncio.TaskGroup) -> None:
        speaker = self._speaker(context)
        # A context whose id is used again ends first: a client could not tell their messages apart.
        before = [task for other, task in self._speakers.items() if other.context.id == context.id]
        self._speakers[speaker] = group.create_task(self._speak_context(speaker, before))

    def _speaker(self, context: SpokenContext) -> Speaker[Any, Any]:
        delivery = Delivery(
            changed=self._changed,
            send=partial(self._send_generated, self._socket.generation()),
            generating=self._socket.generating,
            charge=self._account.charge,
        )
        if isinstance(context, DialogueContext):
            return DialogueSpeaker(context, self._handshake, self._engine, delivery)
        assert isinstance(context, Context)
        voice = self._engine.find_voice(self._handshake.voice_id)
        assert voice is not None  # the first message is refused otherwise
        return ContextSpeaker(context, self._handshake, self._engine, delivery, voice)

    async def _speak_context(
        self, speaker: Speaker[Any, Any], before: Sequence[asyncio.Task[None]]
    ) -> None:
        if before:
            await asyncio.wait(before)
        await speaker.run()
        async with self._changed:
            del self._speakers[speaker]
            self._session.done_with(speaker.context, self._clock())
            self._changed.notify_all()
        if self._read_timeout is not None and not self._read_timeout.expired():
            self._read_timeout.reschedule(self._deadline())  # the last context may be gone

    async def _send_generated(self, generation: Generation, message: ServerMessage) -> None:
        """Send a message of a context once its sound has been made."""
        seconds = len(message.audio) / self._handshake.output_format.bytes_per_second
        await generation.made(seconds)
        await self._send_within_time(
            self._socket.send_str(self._session.encode(message), sound=seconds)
        )
        self._heartbeat.sent(seconds, self._clock())

    async def _send_within_time(self, sending: Awaitable[None]) -> None:
        """Wait until a frame is handed to the socket, up to `Limits.reader_seconds`.

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

    async def _close(self, failure: ServerMessage | None) -> None:
        """Send the in-band error, if there is one, and the close frame."""
        fault = None if failure is None else failure.fault
        code = NORMAL_CLOSURE if fault is None else fault.code or POLICY_VIOLATION
        # Both are written at once: if the client does not read, each must wait in its place.
        sending: list[asyncio.Task[Any]] = []
        if failure is not None and fault is not None:
            logger.info("stream ended with %s", fault.error)  # the message may quote the text
            error = self._socket.send_str(self._session.encode(failure))
            sending.append(asyncio.create_task(error))
        # ElevenLabs repeats the error's message as the reason.
        reason = close_reason("" if fault is None else fault.message)
        closing = self._socket.close(code=code, message=reason)
        sending.append(asyncio.create_task(closing))
        seconds = self._limits.closing_seconds
        if self._on_admitted is not None:
            seconds = min(seconds, self._limits.unproven_seconds)
        try:
            async with asyncio.timeout(seconds):
                await asyncio.gather(*sending)
        except (TimeoutError, ConnectionError):
            await _cancel(*sending)
        if has_unsent(self._transport):
            self._transport.abort()  # what the client has not read by now it never will


def _failure_of(task: asyncio.Task[None]) -> ServerMessage | None:
    """Return what a task's exception is in-band; None for a client that is gone."""
    if not task.done() or task.cancelled():
        return None
    match task.exception():
        case None | ConnectionError():
            return None
        case ServerError() as error:
            fault = ServerFault(error.message, error.error, error.code, error.param)
            return ServerMessage(fault=fault, context_id=error.context_id)
        case ProtocolError() as error:
            fault = ServerFault(error.message, "invalid_message", POLICY_VIOLATION, error.param)
        case TTSError() as error:
            fault = ServerFault(str(error), "something_went_wrong", POLICY_VIOLATION)
        case error:
            logger.error("a stream failed", exc_info=error)
            fault = ServerFault(UNFORESEEN, "something_went_wrong", INTERNAL_ERROR)
    return ServerMessage(fault=fault)


def _is_disconnected(task: asyncio.Task[None]) -> bool:
    """Whether a task ended because the client is gone."""
    return task.done() and not task.cancelled() and isinstance(task.exception(), ConnectionError)


async def _cancel(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks and wait until they have ended."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
