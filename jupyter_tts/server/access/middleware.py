"""The check that every application makes first: may this host, origin and key use it?"""

from __future__ import annotations

import logging
from typing import Final

from aiohttp import HttpVersion10, HttpVersion11, web
from aiohttp.typedefs import Handler

from .credentials import accepts_key, credentials_in
from .policy import AccessPolicy
from .refusals import UNFORESEEN, error_body
from .unproven import UnprovenConnections

__all__ = ["UNPROVEN", "add_access_check", "single_handler_app"]

logger = logging.getLogger(__name__)

UNPROVEN: Final = web.AppKey("unproven connections", UnprovenConnections)
"""An application's connections that have not shown its key."""

_POLICY: Final = web.AppKey("access policy", AccessPolicy)
_KEY: Final = web.AppKey("key", str)

# What the pages of an allowed origin may send.
_PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "authorization, content-type, xi-api-key",
    "Access-Control-Max-Age": "600",
}


def add_access_check(app: web.Application, access: AccessPolicy, *, key: str | None) -> None:
    """Make an application check hosts and origins, before any middleware that is added later.

    It also notes which connections have shown the key; whether one must is the handlers' to say.
    """
    app[_POLICY] = access
    app[UNPROVEN] = UnprovenConnections()
    if key is not None:
        app[_KEY] = key
    app.middlewares.append(_check_access)
    app.on_response_prepare.append(_allow_cross_origin_reads)


def single_handler_app(
    handler: Handler, access: AccessPolicy, *, key: str | None = None
) -> web.Application:
    """Return an application with one handler for every request.

    Parameters
    ----------
    handler
    access
        Which hosts and origins are served.
    key
        The key that every request must carry, or None for no key.
    """

    async def serve(request: web.Request) -> web.StreamResponse:
        if key is not None and not accepts_key(key, credentials_in(request.headers, request.query)):
            return web.json_response(error_body("invalid_api_key", "Invalid API key"), status=401)
        return await handler(request)

    app = web.Application()
    add_access_check(app, access, key=key)
    app.router.add_route("*", "/{path:.*}", serve)
    return app


@web.middleware
async def _check_access(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse foreign hosts and origins before anything else; answer an allowed page's preflight.

    A client that leaves is no error: closing the connection is how speech is interrupted. What
    nobody has foreseen is told to the log alone.
    """
    if request.version not in (HttpVersion10, HttpVersion11):
        body = error_body("invalid_parameters", "This server speaks HTTP/1.1.")
        return web.json_response(body, status=505)
    access = request.app[_POLICY]
    refusal = access.refusal(request.headers, scheme=request.scheme)
    if refusal is None:  # the first line may name another host (RFC 9112 section 3.2.2)
        refusal = access.host_refusal(request.url.raw_authority)
    if refusal is not None:
        logger.warning("refused a request: %s", refusal.body)
        return web.json_response(refusal.body, status=refusal.status)
    if request.method == "OPTIONS" and access.allows_origin(request.headers.get("origin")):
        return web.Response(status=204, headers=_PREFLIGHT)
    unproven = request.app[UNPROVEN]
    if _shows_key(request):
        unproven.prove(request.transport)
    try:
        with unproven.answering(request.transport):
            return await handler(request)
    except web.HTTPException:
        raise
    except Exception as fault:
        transport = request.transport
        is_gone = transport is None or transport.is_closing()
        if isinstance(fault, ConnectionError) and is_gone:
            logger.info("a client left before the end of its answer")
            return web.Response()  # nobody receives it
        if request.writer.output_size:
            raise  # too late for an answer: aiohttp logs it, and ends the connection
        logger.exception("a request could not be answered")
        return web.json_response(error_body("something_went_wrong", UNFORESEEN), status=500)


def _shows_key(request: web.Request) -> bool:
    key = request.app.get(_KEY)
    return key is None or accepts_key(key, credentials_in(request.headers, request.query))


async def _allow_cross_origin_reads(request: web.Request, response: web.StreamResponse) -> None:
    """Let the pages of an allowed origin, and no others, read the answer (Fetch: CORS)."""
    origin = request.headers.get("origin")
    if origin is not None and request.app[_POLICY].allows_origin(origin):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Vary"] = "Origin"
