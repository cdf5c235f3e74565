"""Servers that never come to an end."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from typing import Any

from jupyter_tts.client.keys import Key
from jupyter_tts.wire.errors import ChannelClosed
from jupyter_tts.wire.protocol import StreamProtocol
from jupyter_tts.wire.request import SpeechRequest

__all__ = ["Deaf", "OneMessage", "Stubborn", "StubbornServer", "Trickle"]


class Stubborn:
    """A channel that never says a thing.

    Attributes
    ----------
    texts : list of str
        What was sent.
    """

    warm = False

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._closed = asyncio.Event()

    def begin(self, request: SpeechRequest) -> StreamProtocol:
        """Return the client's side of a stream."""
        return StreamProtocol(request)

    async def send(self, frame: str) -> None:
        """Take a frame."""
        self.texts.append(json.loads(frame.encode())["text"])

    async def recv(self) -> bytes:
        """Return the next message."""
        await self._closed.wait()
        raise ChannelClosed()

    async def close(self) -> None:
        """End the channel in order."""
        self._closed.set()

    def abort(self) -> None:
        """Give the channel up at once."""
        self._closed.set()


class Trickle(Stubborn):
    """Sends one sample every 2 s, for ever."""

    async def recv(self) -> bytes:
        """Return the next message."""
        await asyncio.sleep(2)
        return _message(b"\1\0")


class Deaf(Stubborn):
    """Does not read."""

    async def send(self, frame: str) -> None:
        """Wait for ever."""
        await self._closed.wait()
        raise ChannelClosed()


class OneMessage(Stubborn):
    """Sends one message when all of the text has come, and ends in order.

    Parameters
    ----------
    pcm : bytes
    **fields
        What else the message has.
    """

    def __init__(self, pcm: bytes, **fields: Any) -> None:
        super().__init__()
        self._queue = [_message(pcm, **fields), b'{"isFinal": true}']
        self._whole = asyncio.Event()

    async def send(self, frame: str) -> None:
        """Take a frame."""
        await super().send(frame)
        if not self.texts[-1]:
            self._whole.set()

    async def recv(self) -> bytes:
        """Return the next message."""
        await self._whole.wait()
        if not self._queue:
            raise ChannelClosed(1000)
        return self._queue.pop(0)


class StubbornServer:
    """Where a stream gets sockets that a test makes.

    Parameters
    ----------
    make : callable
    """

    def __init__(self, make: Callable[[], Stubborn]) -> None:
        self._make = make
        self.channels: list[Stubborn] = []

    async def take(
        self, request: SpeechRequest, key: Key | None, *, fresh: bool = False
    ) -> Stubborn:
        """Return a channel for one stream."""
        self.channels.append(self._make())
        return self.channels[-1]


def _message(pcm: bytes, **fields: Any) -> bytes:
    return json.dumps({"audio": base64.b64encode(pcm).decode(), **fields}).encode()
