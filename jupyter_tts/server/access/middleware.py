"""The gate of every application here: it lets in who may ask, and nobody else."""

from __future__ import annotations

import logging
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from .credentials import accepts_key, credentials_in
from .policy import AccessPolicy
from .refusals import error_body

__all__ = ["guard", "guarded_app"]

logger = logging.getLogger(__name__)

_ACCESS: Final = web.AppKey("access", AccessPolicy)

# What the pages of an allowed origin may send.
_PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "authorization, content-type, xi-api-key",
    "Access-Control-Max-Age": "600",
}


def guard(app: web.Application, access: AccessPolicy) -> None:
    """Put the gate into an application: before whatever middleware is added after it."""
    app[_ACCESS] = access
    app.middlewares.append(_only_who_may_ask)
    app.on_response_prepare.append(_tell_allowed_pages)


def guarded_app(
    handler: Handler, access: AccessPolicy, *, key: str | None = None
) -> web.Application:
    """Return an application that has every request served by one handler.

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
    guard(app, access)
    app.router.add_route("*", "/{path:.*}", serve)
    return app


@web.middleware
async def _only_who_may_ask(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse foreign hosts and origins before anything else; answer an allowed page's preflight.

    A client that leaves is no error: to let go of an answer is how a speaker is interrupted.
    """
    access = request.app[_ACCESS]
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
        return web.Response()  # which nobody gets


async def _tell_allowed_pages(request: web.Request, response: web.StreamResponse) -> None:
    """Let the pages of an allowed origin, and no others, read the answer (Fetch: CORS)."""
    origin = request.headers.get("origin")
    if origin is not None and request.app[_ACCESS].allows_origin(origin):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Vary"] = "Origin"
