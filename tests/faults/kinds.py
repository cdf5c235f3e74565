"""What can go wrong with a connection, and when.

A fault is a kind at a moment. A *breaking* kind takes the connection over and ends it; an
*intruding* kind puts bytes between the server's frames, which then go on.
"""

from __future__ import annotations

import asyncio
import contextlib
import http
import json
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum

from websockets.frames import Opcode

from . import frames

__all__ = [
    "ANSWERS",
    "BREAKS",
    "CLOSES",
    "INTRUSIONS",
    "REFUSALS",
    "STALL",
    "Break",
    "Fault",
    "Intrusion",
    "Moment",
    "Peer",
    "answer",
    "refusal",
]

MAX_FRAME = 16 * 1024 * 1024


class Moment(Enum):
    """How far a stream has come."""

    HANDSHAKE = "handshake"
    """The request has been read and not answered."""
    FIRST_MESSAGE = "first message"
    """The client's first message has been read, and not been passed on."""
    BEFORE_AUDIO = "before audio"
    """The server has spoken; none of it has been passed on."""
    MID_AUDIO = "mid-audio"
    """So many messages with audio have been passed on, and more are there."""
    BEFORE_FINAL = "before final"
    """All audio has been passed on; the final message has not."""
    BEFORE_CLOSE = "before close"
    """The final message has been passed on; the close frame has not."""


class Peer:
    """The relay's connection to the client.

    Attributes
    ----------
    reader, writer
        Its two directions.
    withheld : bytes
        The server's frame that came next, where a fault found one.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.withheld = b""
        writer.transport.set_write_buffer_limits(high=0)  # drain() then means: in the kernel

    async def send(self, data: bytes) -> None:
        """Send; raises ConnectionError if the client has gone."""
        self.writer.write(data)
        await self.writer.drain()

    async def try_to_send(self, data: bytes) -> None:
        """Send, unless the client has gone."""
        with contextlib.suppress(ConnectionError):
            await self.send(data)

    async def read_close_answer(self) -> None:
        """Read until the client answers a close frame, or goes."""
        while (frame := await frames.read(self.reader)) and frame.opcode is not Opcode.CLOSE:
            pass

    async def until_gone(self) -> None:
        """Read, and answer nothing, until the client has gone."""
        with contextlib.suppress(ConnectionError):
            while await self.reader.read(65_536):
                pass

    def finish(self) -> None:
        """Send FIN: no close frame, no reset."""
        if self.writer.can_write_eof() and not self.writer.is_closing():
            self.writer.write_eof()

    def reset(self) -> None:
        """Send RST."""
        plug: socket.socket = self.writer.get_extra_info("socket")
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


@dataclass(frozen=True)
class Break:
    """A kind of fault that ends the connection; ``act`` does so."""

    name: str
    act: Callable[[Peer], Awaitable[None]]


@dataclass(frozen=True)
class Intrusion:
    """A kind of fault that puts a frame of its own among the server's."""

    name: str
    frame: bytes


@dataclass(frozen=True)
class Fault:
    """A kind of fault at a moment.

    Attributes
    ----------
    after : int
        For MID_AUDIO: how many messages with audio are passed on before.
    """

    kind: Break | Intrusion
    moment: Moment
    after: int = 3

    def __str__(self) -> str:
        count = f" {self.after}" if self.moment is Moment.MID_AUDIO else ""
        return f"{self.kind.name}-{self.moment.value}{count}"


async def _reset(peer: Peer) -> None:
    peer.reset()


async def _finish(peer: Peer) -> None:
    peer.finish()
    await peer.until_gone()


async def _stall(peer: Peer) -> None:
    async with asyncio.TaskGroup() as group:
        ahead = group.create_task(_run_clock_ahead())
        await peer.until_gone()
        ahead.cancel()


async def _run_clock_ahead() -> None:
    """Advance the event loop's clock by 2 ms a turn, so that no test sits out a client's patience.

    A client on the same loop has hundreds of turns for what is under way before it loses patience.
    """
    loop = asyncio.get_running_loop()
    clock, ahead = loop.time, 0.0
    loop.time = lambda: clock() + ahead  # type: ignore[method-assign]
    while True:
        await asyncio.sleep(0)
        ahead += 0.002


async def _truncate(peer: Peer) -> None:
    whole = peer.withheld or frames.text(json.dumps({"audio": "AAAA" * 100}))
    await peer.try_to_send(whole[: len(whole) // 2])
    await _finish(peer)


async def _oversize(peer: Peer) -> None:
    await peer.try_to_send(frames.oversized(MAX_FRAME + 1))
    await peer.read_close_answer()


def _closing(code: int, reason: str = "", before: bytes = b"") -> Callable[[Peer], Awaitable[None]]:
    async def act(peer: Peer) -> None:
        await peer.try_to_send(before + frames.close(code, reason))
        await peer.read_close_answer()

    return act


def _policy(error: str, message: str) -> Callable[[Peer], Awaitable[None]]:
    """In-band error, then close 1008 with the message cut to what a close frame can hold."""
    fields = {"message": message, "error": error, "code": 1008} if error else {"message": message}
    return _closing(1008, message[:123], frames.text(json.dumps(fields)))


def answer(name: str, data: bytes) -> Break:
    """Return a kind that answers the handshake with these bytes and closes."""

    async def act(peer: Peer) -> None:
        await peer.try_to_send(data)
        await _finish(peer)

    return Break(name, act)


def refusal(status: int, body: str = '{"detail": {"message": "No."}}', **headers: str) -> Break:
    """Return a kind that answers the handshake with an HTTP status."""
    fields = {"Content-Length": str(len(body)), "Connection": "close"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status} {http.HTTPStatus(status).phrase}"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    header_text = "".join(
        f", {name} {value}" for name, value in headers.items() if name == "Retry_After"
    )
    data = "\r\n".join([*lines, "", body]).encode()
    return answer(f"HTTP {status}{header_text}".replace("_", "-"), data)


STALL = Break("stall", _stall)

CLOSES = {code: Break(f"close {code}", _closing(code)) for code in (1000, 1001, 1011, 1012, 1013)}

BREAKS: tuple[Break, ...] = (
    Break("RST", _reset),
    Break("FIN", _finish),
    *CLOSES.values(),
    Break("quota_exceeded", _policy("quota_exceeded", "This request exceeds your quota of 10000.")),
    Break("invalid_api_key", _policy("invalid_api_key", "Invalid API key")),
    Break(
        "something went wrong",
        _policy("", "We are sorry, something went wrong. You are not charged for this request."),
    ),
    STALL,
    Break("truncated frame", _truncate),
    Break("frame above 16 MiB", _oversize),
)

INTRUSIONS: tuple[Intrusion, ...] = (
    Intrusion("broken JSON", frames.text('{"audio": "AAAA')),
    Intrusion("JSON array", frames.text("[]")),
    Intrusion(
        "wrong types",
        frames.text('{"audio": 5, "isFinal": "yes", "alignment": "x", "normalizedAlignment": 1}'),
    ),
    Intrusion(
        "nulls",
        frames.text(
            '{"audio": null, "isFinal": null, "normalizedAlignment": null, "alignment": null}'
        ),
    ),
    Intrusion("early final", frames.text('{"audio": null, "isFinal": true}')),
    Intrusion("base64 garbage", frames.text('{"audio": "%%%%", "isFinal": null}')),
    Intrusion("invalid UTF-8", frames.text(b"\xff\xfe\x00")),
    Intrusion("binary frame", frames.binary(bytes(range(256)))),
)

REFUSALS = (
    *(refusal(status) for status in (400, 401, 403, 404, 422, 429, 500, 502, 503)),
    refusal(429, Retry_After="0"),
)

ANSWERS = (
    refusal(200, "<html><body>Sign in to this network.</body></html>", Content_Type="text/html"),
    answer("no HTTP", b"SSH-2.0-OpenSSH_9.6\r\n\r\n"),
    BREAKS[0],
    BREAKS[1],
    STALL,
)
