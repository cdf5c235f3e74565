"""WebSocket frames as bytes (RFC 6455 section 5.2), for a peer that may break every rule."""

from __future__ import annotations

import asyncio
import json
import struct
from dataclasses import dataclass
from typing import Any

from websockets.frames import Close, Frame, Opcode

__all__ = ["Raw", "binary", "close", "oversized", "read", "text"]


@dataclass(frozen=True, slots=True)
class Raw:
    """A frame as it was read.

    Attributes
    ----------
    opcode : Opcode
    payload : bytes
        Unmasked.
    encoded : bytes
        The frame as it travelled, to be passed on unchanged.
    """

    opcode: Opcode
    payload: bytes
    encoded: bytes

    @property
    def message(self) -> dict[str, Any]:
        """The JSON object of a text frame; empty for any other frame."""
        return json.loads(self.payload) if self.opcode is Opcode.TEXT else {}


async def read(reader: asyncio.StreamReader) -> Raw | None:
    """Read one frame of either direction, None if the peer has gone."""
    try:
        head = await reader.readexactly(2)
        length = head[1] & 0x7F
        if length > 125:
            more = await reader.readexactly(2 if length == 126 else 8)
            length = int.from_bytes(more, "big")
            head += more
        mask = await reader.readexactly(4) if head[1] & 0x80 else b""
        payload = await reader.readexactly(length)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    return Raw(Opcode(head[0] & 0x0F), _unmasked(payload, mask), head + mask + payload)


def text(payload: str | bytes) -> bytes:
    """Return a server's text frame; the payload need not be text."""
    return _encoded(Opcode.TEXT, payload.encode() if isinstance(payload, str) else payload)


def binary(payload: bytes) -> bytes:
    """Return a server's binary frame."""
    return _encoded(Opcode.BINARY, payload)


def close(code: int, reason: str = "") -> bytes:
    """Return a server's close frame."""
    return _encoded(Opcode.CLOSE, Close(code, reason).serialize())


def oversized(size: int) -> bytes:
    """Return the head of a text frame of so many bytes, and no more than its beginning."""
    return struct.pack("!BBQ", 0x80 | Opcode.TEXT, 127, size) + b" " * 1_024


def _encoded(opcode: Opcode, payload: bytes) -> bytes:
    return Frame(opcode, payload).serialize(mask=False)


def _unmasked(payload: bytes, mask: bytes) -> bytes:
    if not mask:
        return payload
    size = len(payload)
    key = int.from_bytes((mask * (size // 4 + 1))[:size], "big")
    return (int.from_bytes(payload, "big") ^ key).to_bytes(size, "big")
