"""The check that every application makes first: may this host, origin and key use it?"""

from __future__ import annotations

import logging
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from .credentials import accepts_key, credentials_in
from .policy import AccessPolicy
from .refusals import error_body

__all__ = ["add_access_check", "single_handler_app"]

logger = logging.getLogger(__name__)

_POLICY: Final = web.AppKey("access policy", AccessPolicy)

# What the pages of an allowed origin may send.
_PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "authorization, content-type, xi-api-key",
    "Access-Control-Max-Age": "600",
}


def add_access_check(app: web.Application, access: AccessPolicy) -> None:
    """Make an application check hosts and origins, before any middleware that is added later."""
    app[_POLICY] = access
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
    add_access_check(app, access)
    app.router.add_route("*", "/{path:.*}", serve)
    return app


@web.middleware
async def _check_access(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse foreign hosts and origins before anything else; answer an allowed page's preflight.

    A client that leaves is no error: closing the connection is how speech is interrupted.
    """
    access = request.app[_POLICY]
    refusal = access.refusal(request.headers, scheme=request.scheme)
    if refusal is not None:
        logger.warning("refused a request: %s", refusal.body)
        return web.json_response(refusal.body, status=refusal.status)
    if request.method == "OPTIONS" and access.allows_origin(request.headers.get("origin")):
        return web.Response(status=204, headers=_PREFLIGHT)
    try:
        return await handler(request)
    except ConnectionError:
        if request.transport is not None and not request.transport.is_closing():
            raise
        logger.info("a client left before the end of its answer")
        return web.Response()  # nobody receives it


async def _allow_cross_origin_reads(request: web.Request, response: web.StreamResponse) -> None:
    """Let the pages of an allowed origin, and no others, read the answer (Fetch: CORS)."""
    origin = request.headers.get("origin")
    if origin is not None and request.app[_POLICY].allows_origin(origin):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Vary"] = "Origin"
