"""A relay for HTTP on loopback that does to answers what a test wants."""

from __future__ import annotations

import asyncio
import contextlib
import json
import urllib.request
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from jupyter_tts.client.threads import in_thread

from .kinds import Peer

__all__ = ["Answer", "Asked", "HttpRelay", "chunk", "serve_whole"]


@dataclass(frozen=True)
class Answer:
    """What the server behind the relay answers: its lines of JSON, without the ends of lines."""

    lines: tuple[bytes, ...]


@dataclass
class Asked:
    """One request.

    Attributes
    ----------
    target : str
        Path and query.
    headers : dict
        By name in lower case.
    body : dict
    connection : int
        On which connection it came, from 0.
    """

    target: str
    headers: dict[str, str]
    body: dict[str, Any]
    connection: int

    @property
    def text(self) -> str:
        """What it asks to speak."""
        return str(self.body.get("text") or self.body["inputs"][0]["text"])


Act = Callable[[Peer, Answer], Awaitable[None]]


def chunk(data: bytes) -> bytes:
    """Return data as a chunk of an answer."""
    return b"%x\r\n%b\r\n" % (len(data), data)


HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nrequest-id: r7\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)


async def serve_whole(peer: Peer, answer: Answer) -> None:
    """Pass everything on."""
    await peer.send(HEAD)
    for line in answer.lines:
        await peer.send(chunk(line + b"\n"))
    await peer.send(b"0\r\n\r\n")


@dataclass
class HttpRelay:
    """Use it as an async context manager.

    Parameters
    ----------
    upstream : str
        The server's address.
    acts : list of callable
        What becomes of the nth answer; later ones are passed on.
    """

    upstream: str
    acts: list[Act] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    address: str = ""

    async def __aenter__(self) -> HttpRelay:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        self._tasks: set[asyncio.Task[Any]] = set()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        number = self.connections
        self.connections += 1
        peer = Peer(reader, writer)
        ends = (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError)
        with contextlib.suppress(*ends):
            while not writer.is_closing():
                asked = await _read(reader, number)
                self.asked.append(asked)
                at = len(self.asked) - 1
                act = self.acts[at] if at < len(self.acts) else serve_whole
                await act(peer, await in_thread(self._answer, asked))
        writer.transport.abort()

    def _answer(self, asked: Asked) -> Answer:
        request = urllib.request.Request(
            self.upstream + asked.target,
            json.dumps(asked.body).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as response:
            return Answer(tuple(response.read().splitlines()))


async def _read(reader: asyncio.StreamReader, number: int) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    pairs = (line.partition(": ") for line in head[1:] if line)
    headers = {name.lower(): value for name, _, value in pairs}
    body = json.loads(await reader.readexactly(int(headers["content-length"])))
    return Asked(head[0].split(" ")[1], headers, body, number)
