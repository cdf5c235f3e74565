"""A server that speaks, and keeps a diary of what it sees."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.server import Request, ServerConnection, serve

from jupyter_tts.wire.messages import ServerMessage, encode_server
from jupyter_tts.wire.request import SpeechRequest

__all__ = ["FINAL", "SOUND", "DiaryServer", "serving"]

FINAL = encode_server(ServerMessage(is_final=True))

#: The sound of every stream.
SOUND = b"\1\0" * 100


@dataclass
class DiaryServer:
    """Speaks every stream to its end.

    Attributes
    ----------
    diary : list of (int, str)
        Number of the connection, and ``open``, a text, or ``closed`` with the code.
    sockets : list of ServerConnection
    gate : Event
        Handshakes are answered while it is set.
    faults : dict
        By number of the connection: what to do with it instead, at its first message.
    knocks : int
        Handshakes that have begun.
    now, most : int
        Connections at once.
    """

    address: str = ""
    diary: list[tuple[int, str]] = field(default_factory=list)
    sockets: list[ServerConnection] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    faults: dict[int, Callable[[ServerConnection], Any]] = field(default_factory=dict)
    knocks: int = 0
    now: int = 0
    most: int = 0

    def request(self, **parameters: Any) -> SpeechRequest:
        """What may be asked of it."""
        return SpeechRequest(server=self.address, **{"format": "pcm_8000", **parameters})

    async def knock(self, _: ServerConnection, __: Request) -> None:
        """Answer a handshake."""
        self.knocks += 1
        await self.gate.wait()

    async def handle(self, socket: ServerConnection) -> None:
        """Speak."""
        number = len(self.sockets)
        self.sockets.append(socket)
        self.diary.append((number, "open"))
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            async for frame in socket:
                text = json.loads(frame)["text"]
                self.diary.append((number, text))
                if number in self.faults:
                    await self.faults[number](socket)
                elif not text:
                    await socket.send(encode_server(ServerMessage(SOUND)))
                    await socket.send(FINAL)
                    return
        finally:
            self.now -= 1
            await socket.close()
            self.diary.append((number, f"closed {socket.close_code}"))

    @property
    def texts(self) -> list[tuple[int, str]]:
        """The diary without what has closed."""
        return [entry for entry in self.diary if "closed" not in entry[1]]

    @property
    def opened(self) -> int:
        """How many connections there have been."""
        return len(self.sockets)


@asynccontextmanager
async def serving() -> AsyncIterator[DiaryServer]:
    """Serve on loopback."""
    server = DiaryServer()
    server.gate.set()
    quiet = logging.getLogger("test.quiet")
    quiet.setLevel(logging.CRITICAL)
    options: dict[str, Any] = {"compression": None, "logger": quiet}
    async with serve(server.handle, "127.0.0.1", 0, process_request=server.knock, **options) as s:
        server.address = f"http://127.0.0.1:{next(iter(s.sockets)).getsockname()[1]}"
        yield server
