"""Texts that code could stumble over, and what it takes to run the code."""

from __future__ import annotations

import asyncio
import base64
import functools
import json
import os
import shutil
import subprocess
import sys
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from websockets.asyncio.server import ServerConnection, serve

from jupyter_tts.snippets.snippets import snippet
from jupyter_tts.wire.request import SpeechRequest

from ..server.serving import PATIENCE
from ..wire.test_request import SETTINGS as IN_ANY_PLACE

SETTINGS = IN_ANY_PLACE.map(lambda values: {**values, "transport": "websocket"})
"""Of requests over a WebSocket."""

HTTP_SETTINGS = IN_ANY_PLACE.map(lambda values: {**values, "transport": "http"})

TEXT = "The quick brown fox jumps over the lazy dog."
HARD_TEXTS = (
    "",
    " ",
    'It\'s "quoted", `so`: \'\'\'three\'\'\', """three""".',
    "C:\\new\\table \\u0041 \\' \\\" \\",
    "one\ntwo\r\nthree\ttabs\n\n",
    "a\0b\x1b[31mc\x7f\x85d\u2028e\u2029f",
    "</script><!-- --><script>alert(1)</script>",
    "$(rm -rf /) `id` ${HOME} $HOME !! %s %d %% ~ * ; | & > x",
    "{x} {{y}} {__import__('os')} ${z} #{w} {",
    "👩‍👩‍👧 🇩🇪 é \U000e0001",
    "שלום \u202eעולם\u202c مرحبا",
    "\ud800 half \udc00 pairs \ud83d\ude00",
    "const key = 1;\nKEY = 2 |\n  websocat",
    "%%tts\n>>> import os\n... \nIn [1]: x",
)
TEXTS = st.sampled_from(HARD_TEXTS) | st.lists(
    st.sampled_from(HARD_TEXTS) | st.text(st.characters())
).map("".join)


def whole(text: str) -> str:
    """The text that travels: paired halves are one character, single ones are replaced."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def messages(request: SpeechRequest, text: str) -> list[dict[str, Any]]:
    """What a program sends: the first message, the text and the end."""
    if request.endpoint.is_dialogue:
        context = {"context_id": "1"} if request.multi else {}
        inputs = [{"text": whole(text), "voice_id": request.sent["voice"]}]
        end = {**context, "close_context": True} if request.multi else {"close_socket": True}
        return [request.first_message, {**context, "inputs": inputs}, end]
    if not request.multi:
        return [request.first_message, {"text": whole(text)}, {"text": ""}]
    return [
        request.first_message,
        {"text": whole(text), "context_id": "1"},
        {"context_id": "1", "flush": True, "close_context": True},
    ]


@dataclass
class Peer:
    """A server that hears three messages, then says what the test wants."""

    address: str = ""
    path: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    received: list[Any] = field(default_factory=list)


@asynccontextmanager
async def peer(
    *replies: dict[str, Any], close: tuple[int, str] | None = None
) -> AsyncIterator[Peer]:
    heard = Peer()

    async def handle(socket: ServerConnection) -> None:
        assert socket.request is not None
        heard.path = socket.request.path
        heard.headers = {name.lower(): value for name, value in socket.request.headers.raw_items()}
        while not any(
            "close_context" in message or "close_socket" in message or message.get("text") == ""
            for message in heard.received
        ):
            heard.received.append(json.loads(await socket.recv()))
        for reply in replies:
            await socket.send(json.dumps(reply))
        if close is not None:
            await socket.close(*close)
        await socket.wait_closed()

    async with serve(handle, "127.0.0.1", 0) as listening:
        port = next(iter(listening.sockets)).getsockname()[1]
        heard.address = f"http://127.0.0.1:{port}"
        yield heard


def sound(audio: bytes) -> dict[str, Any]:
    return {"audio": base64.b64encode(audio).decode(), "isFinal": None, "alignment": None}


FINAL = {"audio": None, "isFinal": True, "normalizedAlignment": None, "alignment": None}


@functools.cache
def node() -> tuple[str, ...]:
    """Node.js with a WebSocket of its own (22 and newer; 20 behind a flag), or nothing."""
    node = shutil.which("node")
    for flags in ((), ("--experimental-websocket",)):
        if node is not None:
            command = (node, *flags)
            version = subprocess.run(
                [*command, "-p", "typeof WebSocket"], capture_output=True, text=True, check=False
            )
            if version.stdout.strip() == "function":
                return command
    return ()


async def run(
    name: str, request: SpeechRequest, text: str, folder: Path, **environment: str
) -> tuple[int, str]:
    """Run a program in a folder; return its exit code and what it said to stderr."""
    file = folder / {"javascript": "speak.mjs"}.get(name, "speak.py")
    file.write_text(snippet(name, request, text), "utf-8")
    runner = {
        "python": (sys.executable, "-W", "error"),
        "sdk": (sys.executable,),
        "javascript": node(),
    }[name]
    inherited = {key: value for key, value in os.environ.items() if key != "ELEVENLABS_API_KEY"}
    process = await asyncio.create_subprocess_exec(
        *runner,
        str(file),
        cwd=folder,
        env={**inherited, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        _, output = await asyncio.wait_for(process.communicate(), PATIENCE)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return process.returncode, output.decode()


def wav(path: Path) -> tuple[int, bytes]:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        return file.getframerate(), file.readframes(file.getnframes())
