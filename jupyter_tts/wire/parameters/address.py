"""Parameters that say where a stream is asked for: the host, the endpoint and the path."""

from __future__ import annotations

from ..hosts import HOSTS
from ..models import SOCKETS
from .schema import Kind, Parameter, Place
from .sources import DOCS, HTTP

__all__ = ["MULTI", "SERVER", "TRANSPORT", "VOICE"]

VOICE = Parameter(
    name="voice",
    wire="voice_id",
    place=Place.PATH,
    kind=Kind.TEXT,
    short="v",
    # A path segment of dots would be resolved away by URL parsers.
    pattern=r"(?!\.{1,2}$).+",
    expects="a voice id",
    help="Id of the voice that speaks.",
    note="Without it an English voice of the chosen server speaks.",
    source=f"{DOCS}, path parameter",
)

MULTI = Parameter(
    name="multi",
    wire="",
    place=Place.ENDPOINT,
    kind=Kind.SWITCH,
    preset=False,
    help="Speak over multi-stream-input: up to five streams at a time share a socket.",
    note="That of text-to-speech does not take optimize_streaming_latency: a level then acts by "
    "its levers only.",
    endpoints=frozenset(SOCKETS),
    source=f"{DOCS}, multi-context",
)

TRANSPORT = Parameter(
    name="transport",
    wire="",
    place=Place.ENDPOINT,
    kind=Kind.TEXT,
    choices=("websocket", "http"),
    preset="websocket",
    help="Speak over a WebSocket, or with one HTTP request for the whole text.",
    note="An HTTP request is sent once all of the text has come. It has no schedule and no flush; "
    "of a latency level the parameter remains, where the model takes it.",
    source=f"{HTTP}, stream with timestamps",
)

SERVER = Parameter(
    name="server",
    wire="",
    place=Place.HOST,
    kind=Kind.TEXT,
    preset="elevenlabs",
    expects=f"{', '.join(('local', *HOSTS))}, or a http(s):// or ws(s):// URL",
    help="Who speaks: local is the embedded voice; the others are ElevenLabs' regions.",
    source="ElevenLabs documentation, data residency; SDK 2.78 environments",
)
