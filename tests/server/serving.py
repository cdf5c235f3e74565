"""The embedded server as a process of its own, and a plain client for it."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import select
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError

from jupyter_tts.server.access.limits import Limits
from jupyter_tts.server.access.policy import AccessPolicy
from jupyter_tts.server.app import create_app
from jupyter_tts.server.engines.engine import Engine
from jupyter_tts.server.engines.espeak.engine import EspeakEngine
from jupyter_tts.server.listener import bind, listening

#: How long anything may take before a test counts as failed, in seconds.
PATIENCE = 60.0


@dataclass
class RunningServer:
    """A server process that has said where it listens."""

    process: subprocess.Popen[str]
    address: str
    log_file: Path
    voice: str = "en-us"

    @property
    def log(self) -> str:
        return self.log_file.read_text()

    @property
    def worker(self) -> int:
        """The process id of eSpeak NG's worker, the first to be started (Linux)."""
        pid = self.process.pid
        worker, *_ = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return int(worker)

    def stream_input(self, query: str = "output_format=pcm_24000", voice: str = "") -> str:
        base = self.address.replace("http", "ws", 1)
        return f"{base}/v1/text-to-speech/{voice or self.voice}/stream-input?{query}"


@dataclass
class StreamResult:
    """What a stream brought until it closed."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    code: int | None = None
    reason: str = ""

    @property
    def audio(self) -> bytes:
        return b"".join(base64.b64decode(message.get("audio") or "") for message in self.messages)

    @property
    def text(self) -> str:
        timed = [message["alignment"] for message in self.messages if message.get("alignment")]
        return "".join("".join(alignment["chars"]) for alignment in timed)


StartServer = Callable[..., RunningServer]


def wait_until_gone(pid: int) -> None:
    """Wait until a process, not necessarily our child, has ended (Linux)."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        assert poll.poll(PATIENCE * 1_000), f"process {pid} is still there"
    finally:
        os.close(handle)


async def exchange(socket: ClientConnection, messages: Sequence[dict[str, Any]]) -> StreamResult:
    """Send the messages, then read until the server closes."""
    for message in messages:
        await socket.send(json.dumps(message))
    return await read_all(socket)


async def read_all(socket: ClientConnection) -> StreamResult:
    """Read until the server closes, with whatever code."""
    result = StreamResult()
    with contextlib.suppress(ConnectionClosedError):
        async for frame in socket:
            assert isinstance(frame, str)
            result.messages.append(json.loads(frame))
    result.code, result.reason = socket.close_code, socket.close_reason or ""
    return result


async def speak(url: str, messages: Sequence[dict[str, Any]], **options: Any) -> StreamResult:
    """Open a stream, send the messages, read until the server closes."""
    async with connect(url, compression=None, proxy=None, **options) as socket:
        return await exchange(socket, messages)


def start(
    log_file: Path, arguments: Sequence[str], environment: dict[str, str], **options: Any
) -> RunningServer:
    """Start a server and wait until it listens."""
    with log_file.open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyter_tts.server", *arguments],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, **environment},
            **options,
        )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("listening on "), log_file.read_text()
    return RunningServer(process, line.removeprefix("listening on ").rstrip("\n"), log_file)


def stop(server: RunningServer) -> None:
    """End a server, however it is."""
    server.process.kill()
    server.process.wait(PATIENCE)
    for pipe in (server.process.stdout, server.process.stdin):
        if pipe is not None:
            pipe.close()


@contextlib.asynccontextmanager
async def in_process(
    *,
    engine: Engine | None = None,
    key: str | None = None,
    access: AccessPolicy | None = None,
    limits: Limits | None = None,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[str]:
    """Serve in this process, with limits of one's own; the value is the address."""
    limits = limits or Limits()
    listener = await bind("127.0.0.1", 0, limits=limits)
    async with contextlib.nullcontext(engine) if engine else EspeakEngine() as speaking:
        app = create_app(speaking, key=key, access=access, limits=limits)
        async with listening(app, listener, limits=limits, tls=tls) as address:
            yield address


def stream_url(address: str, query: str = "output_format=pcm_24000") -> str:
    """The stream-input URL of a server."""
    return f"{address.replace('http', 'ws', 1)}/v1/text-to-speech/en-us/stream-input?{query}"


async def until(condition: Callable[[], bool]) -> None:
    """Let everything else run until a condition holds."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0)
