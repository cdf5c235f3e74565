"""The embedded voice's HTTP and WebSocket routes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from .access import AccessPolicy
from .connection import GOING_AWAY, Connection
from .engine import Engine
from .handshake import Refusal, credentials_in, error_body, read_handshake, redact
from .limits import Limits
from .stream_input import accepts_key
from .voices import VOICES, Voice, find_voice
from .websocket import WebSocket

__all__ = ["create_app"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Server:
    """What the handlers share."""

    engine: Engine
    key: str | None
    access: AccessPolicy
    limits: Limits
    streams: set[WebSocket] = field(default_factory=set)


_SERVER: Final = web.AppKey("server", _Server)

# What the pages of an allowed origin may send.
_PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "authorization, content-type, xi-api-key",
    "Access-Control-Max-Age": "600",
}

# Seconds that open streams get to close when the server ends.
_SHORT_FAREWELL: Final = 1.0


def create_app(
    engine: Engine,
    *,
    key: str | None = None,
    access: AccessPolicy | None = None,
    limits: Limits | None = None,
) -> web.Application:
    """Return the server's application.

    Parameters
    ----------
    engine
        Started; it stays the caller's to close.
    key
        The API key that every request must carry, or None for no key.
    access
        Which hosts and origins are served; by default those of a server on 127.0.0.1.
    limits
        By default `Limits` with its own defaults.
    """
    app = web.Application(middlewares=[_only_who_may_ask, _errors_as_json])
    app[_SERVER] = _Server(engine, key, access or AccessPolicy(), limits or Limits())
    app.add_routes(
        [
            web.get("/v1/voices", get_voices),
            web.get("/v1/voices/{voice_id}", get_voice),
            web.get("/v1/text-to-speech/{voice_id}/stream-input", stream_input),
        ]
    )
    app.on_response_prepare.append(_tell_allowed_pages)
    app.on_shutdown.append(_close_streams)
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
    if len(server.streams) >= server.limits.streams:
        message = f"The server speaks {server.limits.streams} streams at once already."
        body = error_body("too_many_concurrent_requests", message)
        return web.json_response(body, status=429, headers={"Retry-After": "1"})
    transport = request.transport
    if transport is None:
        raise ConnectionResetError("The client left during the handshake.")
    socket = WebSocket(server.limits)
    server.streams.add(socket)
    try:
        await socket.prepare(request)
        await Connection(
            socket, transport, handshake, server.engine, server.key, server.limits
        ).run()
    finally:
        server.streams.discard(socket)
        _let_go(transport, server.limits.farewell_seconds)
    return socket


def _let_go(transport: asyncio.Transport, seconds: float) -> None:
    """Bound the time in which asyncio holds what is unsent for a client that does not read."""
    if transport.get_write_buffer_size():
        asyncio.get_running_loop().call_later(seconds, transport.abort)


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
async def _only_who_may_ask(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse foreign hosts and origins before anything else; answer an allowed page's preflight."""
    access = request.app[_SERVER].access
    refusal = access.refusal(request.headers, scheme=request.scheme)
    if refusal is not None:
        logger.warning("refused a request: %s", refusal.body)
        return web.json_response(refusal.body, status=refusal.status)
    if request.method == "OPTIONS" and access.allows_origin(request.headers.get("origin")):
        return web.Response(status=204, headers=_PREFLIGHT)
    return await handler(request)


async def _tell_allowed_pages(request: web.Request, response: web.StreamResponse) -> None:
    """Let the pages of an allowed origin, and no others, read the answer (Fetch: CORS)."""
    origin = request.headers.get("origin")
    if origin is not None and request.app[_SERVER].access.allows_origin(origin):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Vary"] = "Origin"


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


async def _close_streams(app: web.Application) -> None:
    """Say goodbye to every open stream; a client that does not read gets no more than a moment."""
    closing = [
        socket.close(code=GOING_AWAY, message=b"The server is closing.")
        for socket in tuple(app[_SERVER].streams)
    ]
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_SHORT_FAREWELL):
            await asyncio.gather(*closing, return_exceptions=True)
