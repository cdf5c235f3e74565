"""The pieces that several forms of a request as code have in common."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ..wire.hosts import http_url, is_elevenlabs, is_loopback, websocket_url
from ..wire.parameters import SPEECH_SOCKETS, parameter
from ..wire.request import SpeechRequest
from .literals import python_literal
from .templates import SAVE_RAW, SAVE_WAV

__all__ = [
    "NO_KEY",
    "Snippet",
    "as_comment",
    "codec_and_rate",
    "file_name",
    "is_pcm",
    "keywords",
    "object_literal",
    "one_per_line",
    "saving_code",
    "sdk_client",
    "sendable",
    "server_hint",
    "takes_key",
]


@dataclass(frozen=True)
class Snippet:
    """One way to write a request down.

    Attributes
    ----------
    name : str
        What :func:`snippet` takes.
    title : str
        What a menu shows.
    render : callable
        From a request and a text to the code, which is valid for whatever both hold. A request
        for the server ``"local"`` has no port: move it with :meth:`SpeechRequest.at`.
    """

    name: str
    title: str
    render: Callable[[SpeechRequest, str], str]


NO_KEY = "ELEVENLABS_API_KEY is not for this host"
"""Why a program sends none."""


def takes_key(request: SpeechRequest) -> bool:
    """Whether the key may go to the request's server."""
    return is_elevenlabs(request.server) or is_loopback(request.server)


def server_hint(request: SpeechRequest, mark: str) -> str:
    """Return how to start the embedded voice, where the request goes to this machine."""
    address = urlsplit(websocket_url(request.server))
    if address.scheme == "wss" or not address.port or address.path:
        return ""
    if not is_loopback(request.server):
        return ""
    return f"{mark}The server there: python -m jupyter_tts.server --port {address.port}\n"


def codec_and_rate(request: SpeechRequest) -> tuple[str, int]:
    """Return the codec, and the sample rate in Hz."""
    name = request.format or str(parameter("format").default)
    codec, rate, *_ = name.split("_")
    return codec, int(rate)


def is_pcm(request: SpeechRequest) -> bool:
    """Whether the sound is PCM, which is saved as WAV."""
    return codec_and_rate(request)[0] == "pcm"


def file_name(request: SpeechRequest) -> str:
    """Return what the sound is saved as."""
    codec, _ = codec_and_rate(request)
    return f"speech.{'wav' if codec == 'pcm' else codec}"


def saving_code(request: SpeechRequest) -> str:
    """Return Python that saves the sound."""
    _, rate = codec_and_rate(request)
    return (SAVE_WAV if is_pcm(request) else SAVE_RAW).substitute(
        file=file_name(request), rate=rate
    )


def sdk_client(request: SpeechRequest) -> str:
    """Return Python that makes the SDK's client."""
    arguments: dict[str, str | None] = {}
    if request.server != parameter("server").preset:
        arguments["base_url"] = http_url(request.server)
    if not takes_key(request):
        arguments["api_key"] = None
    lines = [f"client = ElevenLabs({keywords(arguments)})"]
    address = websocket_url(request.server)
    if address.startswith("ws:") and request.endpoint in SPEECH_SOCKETS:
        lines += [
            "# The SDK opens every WebSocket with wss://; this server has no TLS.",
            f"client.text_to_speech._ws_base_url = {python_literal(address)}",
        ]
    return "\n".join(lines)


def sendable(text: str) -> str:
    """Return a text without lone surrogates, which cannot be sent."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def as_comment(text: str) -> str:
    """Return a text as lines of comment."""
    return textwrap.fill(text, 88, initial_indent="# ", subsequent_indent="# ")


def keywords(arguments: dict[str, Any]) -> str:
    """Return arguments as Python."""
    return ", ".join(f"{name}={python_literal(value)}" for name, value in arguments.items())


def object_literal(members: list[tuple[str, str]], write: Callable[[Any], str]) -> str:
    """Return an object whose values are code."""
    return "{" + ", ".join(f"{write(name)}: {code}" for name, code in members) + "}"


def one_per_line(message: dict[str, Any], write: Callable[[Any], str], indent: str = "    ") -> str:
    """Return an object with a line for each member."""
    lines = (f"{indent}{write(key)}: {write(value)},\n" for key, value in message.items())
    return "{\n" + "".join(lines) + "}"
