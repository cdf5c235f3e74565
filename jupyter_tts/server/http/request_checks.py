"""What every handler checks of a request, and how it refuses one."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterator
from typing import Final

from aiohttp import web

from ..access.credentials import accepts_key, credentials_in
from ..access.limits import Limits
from ..access.refusals import Refusal, refused
from ..engines.voices import Voice
from ..state import STATE

__all__ = [
    "REQUEST_ID",
    "admitted",
    "find_voice",
    "has_key",
    "http_error",
    "read_body",
    "require_key",
    "require_voice",
    "too_many",
    "too_many_sentence",
]


REQUEST_ID: Final = web.RequestKey("request id", str)
"""The id of a request, in its answer's headers and error body."""


def http_error(request: web.Request, refusal: Refusal) -> web.HTTPError:
    """Return a refusal as the exception that answers a request with it."""
    body = json.dumps(_signed(request, refusal))
    error = web.HTTPBadRequest(text=body, content_type="application/json")
    error.set_status(refusal.status)
    if refusal.status in (429, 503):
        error.headers["Retry-After"] = "1"
    return error


async def read_body(request: web.Request) -> bytes:
    """Read a request's body; raise HTTPError if it does not arrive whole and in time."""
    try:
        async with asyncio.timeout(request.app[STATE].limits.handshake_seconds):
            return await request.read()
    except web.RequestPayloadError:
        message = "The body of the request is not what its headers say."
        raise http_error(request, refused(400, "invalid_parameters", message)) from None
    except TimeoutError:
        message = "The body of the request did not arrive in time."
        raise http_error(request, refused(408, "invalid_parameters", message)) from None


def has_key(request: web.Request) -> bool:
    """Whether a request carries the key, where there is one."""
    key = request.app[STATE].key
    return key is None or accepts_key(key, credentials_in(request.headers, request.query))


def require_key(request: web.Request) -> None:
    """Raise HTTPUnauthorized unless a request carries the key, where there is one."""
    if not has_key(request):
        raise http_error(request, refused(401, "invalid_api_key", "Invalid API key"))


def require_voice(request: web.Request) -> Voice:
    """Return the voice that a request's path names, or raise HTTPNotFound."""
    return find_voice(request, request.match_info["voice_id"])


def find_voice(request: web.Request, voice_id: str) -> Voice:
    """Return the voice of an id, or raise HTTPNotFound."""
    voice = request.app[STATE].engine.find_voice(voice_id)
    if voice is None:
        message = f"A voice with the id {voice_id[:60]!r} was not found."
        raise http_error(request, refused(404, "voice_not_found", message, parameter="voice_id"))
    return voice


@contextlib.contextmanager
def admitted(request: web.Request) -> Iterator[None]:
    """Count a request as being spoken while the context is open, or raise HTTPError.

    One without the key takes no place of those that have it.
    """
    state = request.app[STATE]
    if has_key(request):
        spoken, is_full = state.requests, state.is_full
        refusal = too_many(state.limits)
    else:
        spoken = state.unproven_requests
        is_full = len(spoken) >= state.limits.unproven_requests
        message = "The server makes as many previews as it does at once without the key."
        refusal = refused(429, "too_many_concurrent_requests", message)
    if is_full:
        raise http_error(request, refusal)
    spoken.add(request[REQUEST_ID])
    try:
        yield
    finally:
        spoken.discard(request[REQUEST_ID])


def too_many(limits: Limits) -> Refusal:
    """Return the answer of a server with as many streams as it allows."""
    return refused(429, "too_many_concurrent_requests", too_many_sentence(limits))


def too_many_sentence(limits: Limits) -> str:
    """Return what such a server says."""
    return f"The server speaks {limits.streams} streams at once already."


def _signed(request: web.Request, refusal: Refusal) -> dict[str, object]:
    """Return a refusal's body with the request's id, unless it is a list of faults."""
    detail = refusal.body["detail"]
    if isinstance(detail, dict):
        detail = {**detail, "request_id": request[REQUEST_ID]}
    return {"detail": detail}
