"""The recording proxy for requests over HTTP."""

from __future__ import annotations

import asyncio
import re
from typing import Any, Final

import aiohttp
import yarl
from aiohttp import web

from ...wire.foreign_json import read_json
from ..access.limits import Limits
from ..access.refusals import error_body
from ..simulation.simulation import reset
from .recorded_answer import ANSWER_HEADERS, AnswerRecorder
from .recording import Recorder
from .upstream import Upstream

__all__ = ["HttpProxy", "body_of", "unreachable"]

# Recorded: the routes of text-to-speech and text-to-dialogue, and the lists. Other answers may be
# personal.
_SPEECH: Final = re.compile(
    r"/v1/(text-to-speech/[^/]+|text-to-dialogue)(/stream)?(/with-timestamps)?"
)
_LISTS: Final = re.compile(r"/v[12]/(voices|models)(/.*)?")

# Seconds to connect in, and between two parts of an answer.
_CONNECT: Final = 20.0
_SILENCE: Final = 60.0


class HttpProxy:
    """Passes requests on to another server, and records those for speech, voices and models.

    Parameters
    ----------
    upstream
        The other server.
    recorder
    limits
        What a client may ask.
    """

    def __init__(self, upstream: Upstream, recorder: Recorder, *, limits: Limits) -> None:
        self._upstream = upstream
        self._recorder = recorder
        self._limits = limits

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one request."""
        speaks = request.method == "POST" and _SPEECH.fullmatch(request.path) is not None
        if not speaks and request.method != "GET":
            message = "This proxy passes on GET, and POST for text-to-speech and text-to-dialogue."
            return web.json_response(error_body("not_recorded", message), status=404)
        body = await body_of(request, self._limits) if speaks else None
        clock = asyncio.get_running_loop().time
        record = None
        if speaks or _LISTS.fullmatch(request.path):
            secrets = self._upstream.secrets(request)
            record = self._recorder.answer(request.raw_path, body, secrets, clock())
        async with self._session() as session:
            try:
                answer = await self._ask(session, request, body)
            except (aiohttp.ClientError, TimeoutError, OSError) as fault:
                return _failed(fault, record)
            async with answer:
                return await _forward_answer(request, answer, record)

    def _session(self) -> aiohttp.ClientSession:
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT, sock_read=_SILENCE)
        return aiohttp.ClientSession(timeout=timeout, trust_env=not self._upstream.is_near)

    async def _ask(
        self, session: aiohttp.ClientSession, request: web.Request, body: Any
    ) -> aiohttp.ClientResponse:
        return await session.request(
            request.method,
            yarl.URL(self._upstream.http_url(request.raw_path), encoded=True),
            json=None if body is None else self._upstream.cleared(body),
            headers={
                # The answer is not compressed again on its way to the client.
                "Accept-Encoding": "identity",
                **self._upstream.credentials(request.headers),
            },
            allow_redirects=False,  # the key would travel to the other host
        )


async def body_of(request: web.Request, limits: Limits) -> Any:
    """Return the JSON body of a request.

    Raises
    ------
    HTTPRequestTimeout, HTTPUnprocessableEntity
        If there is none.
    """
    try:
        async with asyncio.timeout(limits.handshake_seconds):
            return read_json(await request.read())
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except (web.RequestPayloadError, ValueError):
        raise web.HTTPUnprocessableEntity(text="The body is not valid JSON.") from None


def unreachable(fault: BaseException) -> dict[str, object]:
    """Return the error of a proxy whose server does not answer."""
    message = f"The server behind this proxy cannot be reached: {fault or 'no answer'}."
    return error_body("upstream_unreachable", message)


async def _forward_answer(
    request: web.Request, answer: aiohttp.ClientResponse, record: AnswerRecorder | None
) -> web.StreamResponse:
    """Send an answer to the client as it comes."""
    clock = asyncio.get_running_loop().time
    headers = {name: answer.headers[name] for name in ANSWER_HEADERS if name in answer.headers}
    response = web.StreamResponse(status=answer.status, headers=headers)
    if record is not None:
        record.answered(answer.status, headers, clock())
    await response.prepare(request)
    while part := await _next_part(answer):
        if record is not None:
            record.body(part, clock())
        await response.write(part)
    if record is not None:
        record.ended(part is not None, clock())
    if part is not None:
        await response.write_eof()
    elif request.transport is not None:
        reset(request.transport)
    return response


async def _next_part(answer: aiohttp.ClientResponse) -> bytes | None:
    """Return the next part of an answer, b"" at its end; None if the connection was lost."""
    try:
        # An error may quote the key, which is found only in the whole text.
        return await (answer.content.readany() if answer.ok else answer.content.read())
    except (aiohttp.ClientError, TimeoutError):
        return None


def _failed(fault: BaseException, record: AnswerRecorder | None) -> web.Response:
    """Answer that the other server cannot be reached."""
    response = web.json_response(unreachable(fault), status=502)
    if record is not None:
        now = asyncio.get_running_loop().time()
        record.answered(response.status, {"content-type": response.content_type}, now)
        record.body(str(response.text).encode(), now)
        record.ended(True, now)
    return response
