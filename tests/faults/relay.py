"""A relay on loopback between a client and a server that does to connections what a test wants."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from websockets.frames import Opcode

from . import frames
from .kinds import STALL, Break, Fault, Moment, Peer

__all__ = ["Drop", "Received", "Relay", "Rewrite", "split_odd", "strip_alignment"]

Message = dict[str, Any]

#: What becomes of a server's message: none, one or more.
Rewrite = Callable[[Message], Iterable[Message]]


@dataclass(frozen=True)
class Drop:
    """Ends a connection in mid-flow, whatever the bytes mean.

    Attributes
    ----------
    at : int
        How many of the server's bytes behind the handshake's answer are passed on.
    """

    at: int


@dataclass
class Received:
    """What one connection brought.

    Attributes
    ----------
    path : str
        With the query, as the client asked for it.
    headers : dict
        Of the handshake, by name in lower case.
    messages : list of dict
        Every message of the client, the first one first.
    sent : list of dict
        The server's messages that were passed on to the client.
    """

    path: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    sent: list[Message] = field(default_factory=list)

    @property
    def first(self) -> Message | None:
        """The first message, None if none came."""
        return self.messages[0] if self.messages else None

    @property
    def texts(self) -> list[str]:
        """The texts behind the first message, the end of input included."""
        return [text for message in self.messages[1:] for text in _texts_of(message)]

    @property
    def audio(self) -> bytes:
        """The sound that was passed on, base64 removed."""
        return b"".join(base64.b64decode(message.get("audio") or "") for message in self.sent)


class Relay:
    """A fault-injecting relay; use it as an async context manager.

    Its nth connection suffers the nth fault, later ones none.

    Parameters
    ----------
    upstream : str
        Address of the server, ``http://host:port``.
    faults : sequence of Fault, Drop or None
    rewrite : callable, optional
        Applied to every message of the server.
    pace : callable, optional
        Awaited before every message of the server is passed on.

    Attributes
    ----------
    address : str
        Of the relay, ``http://127.0.0.1:port``.
    connections : list of Received
    """

    def __init__(
        self,
        upstream: str,
        faults: Sequence[Fault | Drop | None] = (),
        *,
        rewrite: Rewrite | None = None,
        pace: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._upstream = urlsplit(upstream)
        self._faults = tuple(faults)
        self.rewrite = rewrite
        self.pace = pace
        self.connections: list[Received] = []
        self._tasks: list[asyncio.Task[Any]] = []

    @property
    def stalls(self) -> bool:
        """Whether a connection falls silent and stays open."""
        return any(isinstance(fault, Fault) and fault.kind is STALL for fault in self._faults)

    async def __aenter__(self) -> Relay:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        ended = await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()
        for outcome in ended:
            if isinstance(outcome, Exception):
                raise outcome

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = len(self.connections)
        self.connections.append(Received())
        fault = self._faults[number] if number < len(self._faults) else None
        serving = self._serve(Peer(reader, writer), self.connections[-1], fault)
        self._tasks.append(asyncio.create_task(serving))

    async def _serve(self, peer: Peer, received: Received, fault: Fault | Drop | None) -> None:
        try:
            await self._relay(peer, received, fault)
        finally:
            await _close(peer.writer)

    async def _relay(self, peer: Peer, received: Received, fault: Fault | Drop | None) -> None:
        try:
            head = await peer.reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        received.path, received.headers = _parsed(head)
        if isinstance(fault, Fault) and fault.moment is Moment.HANDSHAKE:
            assert isinstance(fault.kind, Break)
            await fault.kind.act(peer)
            return
        async with self._connected() as (reader, writer):
            writer.write(head)
            await peer.try_to_send(await reader.readuntil(b"\r\n\r\n"))
            if isinstance(fault, Drop):
                await _race(_copy(peer.reader, writer), _copy(reader, peer.writer, fault.at))
                peer.reset()
                return
            link = _Link(self, peer, received, fault)
            tripped = await _race(link.upwards(writer), link.downwards(reader))
        if tripped and isinstance(fault, Fault) and isinstance(fault.kind, Break):
            await fault.kind.act(peer)

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        reader, writer = await asyncio.open_connection(
            self._upstream.hostname, self._upstream.port, limit=MAX_HEAD
        )
        try:
            yield reader, writer
        finally:
            await _close(writer)


MAX_HEAD = 1024 * 1024


class _Link:
    """One connection's frames on their way, and its fault."""

    def __init__(self, relay: Relay, peer: Peer, received: Received, fault: Fault | None) -> None:
        self._relay = relay
        self._peer = peer
        self._received = received
        self._fault = fault
        self._passed = 0  # messages with audio

    async def upwards(self, server: asyncio.StreamWriter) -> bool:
        """Move the client's frames; true if a fault is to take over."""
        with contextlib.suppress(ConnectionError):
            while (frame := await frames.read(self._peer.reader)) is not None:
                if frame.opcode is Opcode.TEXT:
                    self._received.messages.append(frame.message)
                    first = len(self._received.messages) == 1
                    if first and await self._trips(Moment.FIRST_MESSAGE):
                        return True
                server.write(frame.encoded)
                await server.drain()
        return False

    async def downwards(self, server: asyncio.StreamReader) -> bool:
        """Move the server's frames; true if a fault is to take over."""
        rewrite = self._relay.rewrite or _unchanged
        with contextlib.suppress(ConnectionError):
            while (frame := await frames.read(server)) is not None:
                if frame.opcode is Opcode.TEXT:
                    for message in rewrite(frame.message):
                        if await self._pass(message):
                            return True
                    continue
                if frame.opcode is Opcode.CLOSE and await self._trips(Moment.BEFORE_CLOSE):
                    return True
                await self._peer.send(frame.encoded)
        return False

    async def _pass(self, message: Message) -> bool:
        """Pass a message on; true if a fault comes in its place."""
        encoded = self._peer.withheld = frames.text(json.dumps(message))
        if message.get("audio"):
            before = Moment.MID_AUDIO if self._passed else Moment.BEFORE_AUDIO
        else:
            before = Moment.BEFORE_FINAL
        # A dialogue has it behind every segment.
        if "is_final_audio_for_turn" not in message and await self._trips(before):
            return True
        if self._relay.pace is not None:
            await self._relay.pace()
        self._passed += bool(message.get("audio"))
        self._received.sent.append(message)
        await self._peer.send(encoded)
        return False

    async def _trips(self, moment: Moment) -> bool:
        """Whether a fault takes over now; an intrusion happens here."""
        fault = self._fault
        if fault is None or fault.moment is not moment:
            return False
        if moment is Moment.MID_AUDIO and self._passed != fault.after:
            return False
        if isinstance(fault.kind, Break):
            return True
        self._fault = None
        await self._peer.send(fault.kind.frame)
        return False


def strip_alignment(message: Message) -> Iterable[Message]:
    """Take the times away, as a server does that sends none."""
    yield {**message, "alignment": None, "normalizedAlignment": None}


def split_odd(message: Message) -> Iterable[Message]:
    """Cut the audio of a 16-bit format in the middle of samples."""
    audio = base64.b64decode(message.get("audio") or "")
    if len(audio) < 4:
        yield message
        return
    yield {**message, "audio": _base64(audio[:1])}
    for part in (audio[1:-2], audio[-2:]):
        yield {**message, "audio": _base64(part), "alignment": None, "normalizedAlignment": None}


def _unchanged(message: Message) -> Iterable[Message]:
    yield message


def _texts_of(message: Message) -> list[str]:
    """The texts of a client's message; of text-to-dialogue none, one or several."""
    if "text" in message:
        return [message["text"]]
    return [entry["text"] for entry in message.get("inputs", [])]


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _parsed(head: bytes) -> tuple[str, dict[str, str]]:
    request, *lines = head.decode("latin-1").split("\r\n")
    headers = (line.partition(":") for line in lines if line)
    return request.split(" ")[1], {name.lower(): value.strip() for name, _, value in headers}


async def _copy(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, most: int | None = None
) -> bool:
    """Move bytes, at most so many."""
    with contextlib.suppress(ConnectionError):
        while most is None or most > 0:
            data = await reader.read(65_536 if most is None else most)
            if not data:
                break
            writer.write(data)
            await writer.drain()
            most = None if most is None else most - len(data)
    return False


async def _race(*directions: Coroutine[Any, Any, bool]) -> bool:
    """Run both directions until one has ended; true if a fault has ended it."""
    tasks = [asyncio.create_task(direction) for direction in directions]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return True in {task.result() for task in done}  # every result, so that no error is lost
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
