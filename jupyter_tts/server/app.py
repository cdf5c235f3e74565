"""The embedded voice's HTTP and WebSocket routes."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from typing import Any, Final

from aiohttp import web
from aiohttp.typedefs import Handler

from ..wire.close_codes import GOING_AWAY, POLICY_VIOLATION
from ..wire.errors import ServerError, TTSError
from ..wire.secrets import redact_target
from .access.admission import Admission
from .access.credentials import accepts_key
from .access.limits import Limits
from .access.middleware import UNPROVEN, add_access_check
from .access.policy import AccessPolicy
from .access.refusals import Refusal, refused
from .access.tokens import DIALOGUE_TOKEN, SPEECH_TOKEN
from .engines.engine import Engine
from .http import account_routes, condition_routes, dialogue_routes, speech_routes, voice_routes
from .http.request_checks import REQUEST_ID, http_error, too_many, too_many_sentence
from .openapi import route as openapi_route
from .simulation.simulation import Simulation
from .state import STATE, ServerState
from .websocket.connection import Connection
from .websocket.dialogue import Dialogue
from .websocket.dialogue_session import DialogueSession
from .websocket.endpoint import Endpoint
from .websocket.handshake import Handshake, read_handshake
from .websocket.multi_dialogue import MultiDialogue
from .websocket.multi_stream_input import MultiStreamInput
from .websocket.session import Session
from .websocket.socket import WebSocket, has_unsent, is_handshake, transport_of
from .websocket.stream_input import StreamInput

__all__ = ["create_app"]

logger = logging.getLogger(__name__)

# Seconds that open streams have to close when the server ends.
_CLOSING_SECONDS: Final = 1.0


def create_app(
    engine: Engine,
    *,
    key: str | None = None,
    access: AccessPolicy | None = None,
    limits: Limits | None = None,
    simulation: Simulation | None = None,
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
    simulation
        The conditions to simulate; by default none.
    """
    app = web.Application(middlewares=[_identified, _sent_in_time])
    add_access_check(app, access or AccessPolicy(), key=key)
    app.middlewares.extend([_errors_as_json, _simulated])
    app[STATE] = ServerState(engine, key, limits or Limits(), simulation or Simulation())
    app.add_routes(
        [
            *voice_routes.ROUTES,
            *account_routes.ROUTES,
            *condition_routes.ROUTES,
            *speech_routes.ROUTES,
            *dialogue_routes.ROUTES,
            *openapi_route.ROUTES,
            web.get("/v1/text-to-speech/{voice_id}/stream-input", stream_input),
            web.get("/v1/text-to-speech/{voice_id}/multi-stream-input", multi_stream_input),
            web.get("/v1/text-to-dialogue/stream-input", dialogue),
            web.get("/v1/text-to-dialogue/multi-stream-input", multi_dialogue),
        ]
    )
    app.on_response_prepare.append(_sign)
    app.on_shutdown.append(_close_streams)
    return app


async def stream_input(request: web.Request) -> web.StreamResponse:
    """Serve ElevenLabs' stream-input WebSocket."""
    return await _serve_speech(request, StreamInput)


async def multi_stream_input(request: web.Request) -> web.StreamResponse:
    """Serve ElevenLabs' multi-stream-input WebSocket."""
    return await _serve_speech(request, MultiStreamInput)


async def dialogue(request: web.Request) -> web.StreamResponse:
    """Serve ElevenLabs' stream-input WebSocket of text-to-dialogue."""
    return await _serve_dialogue(request, Dialogue)


async def multi_dialogue(request: web.Request) -> web.StreamResponse:
    """Serve ElevenLabs' multi-stream-input WebSocket of text-to-dialogue."""
    return await _serve_dialogue(request, MultiDialogue)


async def _serve_speech(request: web.Request, endpoint: type[Endpoint]) -> web.StreamResponse:
    server = request.app[STATE]
    handshake = _read_handshake(
        request, request.match_info["voice_id"], ignored=endpoint.ignored_parameters
    )
    key = None if _redeem_token(request, handshake) else server.key
    proven = key is None or accepts_key(key, handshake.credentials)
    if proven:
        _require_room(request)
    voice = server.engine.find_voice(handshake.voice_id)
    if voice is not None:
        server.engine.prepare(voice)
    now = asyncio.get_running_loop().time()
    session = endpoint(handshake, voice_known=voice is not None, key=key, now=now)
    return await _serve_session(request, session, proven=proven)


async def _serve_dialogue(
    request: web.Request, endpoint: type[DialogueSession]
) -> web.StreamResponse:
    server = request.app[STATE]
    handshake = _read_handshake(request, "", ignored=endpoint.ignored_parameters, dialogue=True)
    proven = server.key is None or accepts_key(server.key, handshake.credentials)
    if proven:
        _require_room(request)
    session = endpoint(
        handshake,
        knows_voice=lambda voice_id: server.engine.find_voice(voice_id) is not None,
        languages=server.engine.languages,
        admission=Admission(server.key, server.tokens, DIALOGUE_TOKEN),
        now=asyncio.get_running_loop().time(),
    )
    return await _serve_session(request, session, proven=proven)


async def _serve_session(
    request: web.Request, session: Session[Any], *, proven: bool
) -> web.StreamResponse:
    """Serve a socket; one whose client has not shown the key counts once it has."""
    server = request.app[STATE]
    transport = transport_of(request)
    socket = WebSocket(server.limits, server.simulation)

    def count() -> None:
        if server.is_full:
            raise ServerError(
                too_many_sentence(server.limits),
                error="too_many_concurrent_requests",
                code=POLICY_VIOLATION,
            )
        server.unproven.discard(socket)
        request.app[UNPROVEN].prove(transport)

    server.streams.add(socket)
    if proven:
        request.app[UNPROVEN].prove(transport)
    else:
        server.unproven.add(socket)
    try:
        await socket.prepare(request)
        await Connection(
            socket,
            transport,
            session,
            server.engine,
            server.limits,
            server.account,
            on_admitted=None if proven else count,
        ).run()
    finally:
        server.streams.discard(socket)
        server.unproven.discard(socket)
        await socket.discard_pending()
        _abort_unsent_after(transport, server.limits.closing_seconds)
    return socket


def _read_handshake(request: web.Request, voice_id: str, **options: Any) -> Handshake:
    """Return the checked handshake.

    Raises
    ------
    HTTPError
        If it is refused.
    """
    server = request.app[STATE]
    logger.info("GET %s", redact_target(request.raw_path, [server.key or ""]))
    handshake = read_handshake(voice_id, request.query.items(), request.headers, **options)
    if isinstance(handshake, Refusal):
        raise http_error(request, handshake)
    return handshake


def _require_room(request: web.Request) -> None:
    """Raise HTTPError if there are as many streams as there may be."""
    server = request.app[STATE]
    if server.is_full:
        raise http_error(request, too_many(server.limits))


def _redeem_token(request: web.Request, handshake: Handshake) -> bool:
    """Use up the token of a handshake; return whether it has one, which replaces the key.

    Raises
    ------
    HTTPError
        If it is not valid here.
    """
    if handshake.token is None:
        return False
    token_type = request.app[STATE].tokens.redeem(handshake.token)
    if token_type is None:
        message = "The token is not valid: it has been used, or it is too old."
        raise http_error(request, refused(401, "invalid_token", message))
    if token_type != SPEECH_TOKEN:
        message = f"Token type mismatch: expected '{SPEECH_TOKEN}', got '{token_type}'."
        raise http_error(request, refused(401, "invalid_token_type", message))
    return True


def _abort_unsent_after(transport: asyncio.Transport, seconds: float) -> None:
    """Abort after some seconds if the client has not read everything by then."""
    if has_unsent(transport):
        asyncio.get_running_loop().call_later(seconds, transport.abort)


@web.middleware
async def _identified(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Assign an id to every request."""
    request[REQUEST_ID] = secrets.token_hex(16)
    return await handler(request)


@web.middleware
async def _sent_in_time(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Send a whole answer here: aiohttp would wait without end for a client that does not read."""
    response = await handler(request)
    if isinstance(response, web.Response) and not response.prepared:
        try:
            async with asyncio.timeout(request.app[STATE].limits.reader_seconds):
                await response.prepare(request)
                await response.write_eof()
        except ConnectionError:
            logger.info("a client left before its answer")
        except TimeoutError:
            logger.warning("an answer was cut off: it was not read")
            if request.transport is not None:
                request.transport.abort()
    return response


async def _sign(request: web.Request, response: web.StreamResponse) -> None:
    """Send the id in ElevenLabs' headers for it (API reference, response headers)."""
    request_id = request.get(REQUEST_ID)
    if request_id is not None:  # aiohttp answers a wrong Expect header by itself
        response.headers["request-id"] = response.headers["x-trace-id"] = request_id


@web.middleware
async def _errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer errors in JSON; a handshake on a wrong path gets 403, as at ElevenLabs."""
    try:
        return await handler(request)
    except web.HTTPError as error:
        if error.content_type == "application/json":
            raise  # with a body of its own
        status = error.status
        if status == 404 and is_handshake(request):
            status = 403
        allow = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else None
        return web.json_response({"detail": error.reason}, status=status, headers=allow)
    except TTSError as error:
        logger.warning("a text could not be spoken: %s", type(error).__name__)
        refusal = refused(500, "something_went_wrong", error.message)
        raise http_error(request, refusal) from None


@web.middleware
async def _simulated(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Apply the simulated conditions to requests for speech."""
    simulation, transport = request.app[STATE].simulation, request.transport
    if transport is None or not _is_speech(request):
        return await handler(request)
    await asyncio.sleep(simulation.answer_seconds(transport))
    if refusal := simulation.refusal():
        raise http_error(request, refusal)
    return await handler(request)


def _is_speech(request: web.Request) -> bool:
    return request.path.startswith(("/v1/text-to-speech/", "/v1/text-to-dialogue"))


async def _close_streams(app: web.Application) -> None:
    """Close every open stream; a client that does not read has `_CLOSING_SECONDS` for it."""
    streams = tuple(app[STATE].streams)
    await asyncio.gather(*(socket.discard_pending() for socket in streams))
    closing = [
        socket.close(code=GOING_AWAY, message=b"The server is closing.") for socket in streams
    ]
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_CLOSING_SECONDS):
            await asyncio.gather(*closing, return_exceptions=True)
