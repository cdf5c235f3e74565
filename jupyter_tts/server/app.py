"""The embedded voice's HTTP and WebSocket routes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from .connection import FAREWELL, GOING_AWAY, Connection
from .engine import Engine
from .handshake import Refusal, credentials_in, error_body, read_handshake, redact
from .stream_input import accepts_key
from .voices import VOICES, Voice, find_voice

__all__ = ["create_app"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Server:
    """What the handlers share."""

    engine: Engine
    key: str | None
    sockets: weakref.WeakSet[web.WebSocketResponse] = field(default_factory=weakref.WeakSet)


_SERVER: Final = web.AppKey("server", _Server)

# The longest frame a client may send, in bytes: some 600,000 characters even when all are escaped.
_LONGEST_FRAME: Final = 4 * 2**20

# Seconds that open streams get to close when the server ends.
_SHORT_FAREWELL: Final = 1.0


def create_app(engine: Engine, *, key: str | None = None) -> web.Application:
    """Return the server's application.

    Parameters
    ----------
    engine
        Started; it stays the caller's to close.
    key
        The API key that every request must carry, or None for no key.
    """
    app = web.Application(middlewares=[_errors_as_json])
    app[_SERVER] = _Server(engine, key)
    app.add_routes(
        [
            web.get("/v1/voices", get_voices),
            web.get("/v1/voices/{voice_id}", get_voice),
            web.get("/v1/text-to-speech/{voice_id}/stream-input", stream_input),
        ]
    )
    app.on_shutdown.append(_close_sockets)
    return app


async def get_voices(request: web.Request) -> web.Response:
    """List the voices, in the shape of ElevenLabs' GET /v1/voices."""
    _require_key(request)
    return web.json_response({"voices": [_describe(voice) for voice in VOICES]})


async def get_voice(request: web.Request) -> web.Response:
    """Describe one voice, in the shape of ElevenLabs' GET /v1/voices/{voice_id}."""
    _require_key(request)
    voice = find_voice(request.match_info["voice_id"])
    if voice is None:
        message = f"A voice with the id {request.match_info['voice_id']!r} was not found."
        return web.json_response(error_body("voice_not_found", message), status=404)
    return web.json_response(_describe(voice))


async def stream_input(request: web.Request) -> web.StreamResponse:
    """Serve ElevenLabs' stream-input WebSocket."""
    server = request.app[_SERVER]
    logger.info("GET %s", redact(request.raw_path, server.key))
    handshake = read_handshake(
        request.match_info["voice_id"], request.query.items(), request.headers
    )
    if isinstance(handshake, Refusal):
        return web.json_response(handshake.body, status=handshake.status)
    # Compression would only undo base64, at several times the cost in CPU.
    socket = web.WebSocketResponse(compress=False, max_msg_size=_LONGEST_FRAME, timeout=FAREWELL)
    await socket.prepare(request)
    server.sockets.add(socket)
    await Connection(socket, handshake, server.engine, server.key).run()
    return socket


def _require_key(request: web.Request) -> None:
    key = request.app[_SERVER].key
    if key is not None and not accepts_key(key, credentials_in(request.headers, request.query)):
        body = json.dumps(error_body("invalid_api_key", "Invalid API key"))
        raise web.HTTPUnauthorized(text=body, content_type="application/json")


def _describe(voice: Voice) -> Mapping[str, object]:
    """Return a voice with the keys the API reference requires."""
    return {
        "voice_id": voice.id,
        "name": voice.name,
        "category": "premade",
        "labels": {"language": voice.language, "gender": voice.gender},
        "preview_url": None,
        "available_for_tiers": [],
        "high_quality_base_model_ids": [],
    }


@web.middleware
async def _errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer errors in JSON; a handshake on a wrong path gets 403, as at ElevenLabs."""
    try:
        return await handler(request)
    except web.HTTPError as error:
        if error.content_type == "application/json":
            raise  # with a body of its own
        status = error.status
        if status == 404 and request.headers.get("upgrade", "").lower() == "websocket":
            status = 403
        return web.json_response({"detail": error.reason}, status=status)


async def _close_sockets(app: web.Application) -> None:
    """Say goodbye to every open stream; a client that does not read gets no more than a moment."""
    closing = [
        socket.close(code=GOING_AWAY, message=b"The server is closing.")
        for socket in tuple(app[_SERVER].sockets)
    ]
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_SHORT_FAREWELL):
            await asyncio.gather(*closing, return_exceptions=True)
