"""The account over HTTP: its user, its quota, and tokens for clients without the key."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from ..access.refusals import refused
from ..access.tokens import TOKEN_TYPES
from ..state import STATE
from .request_checks import http_error, require_key

__all__ = ["ROUTES"]


async def get_user(request: web.Request) -> web.Response:
    """Answer as ElevenLabs' GET /v1/user."""
    require_key(request)
    return web.json_response(request.app[STATE].account.user())


async def get_subscription(request: web.Request) -> web.Response:
    """Answer as ElevenLabs' GET /v1/user/subscription."""
    require_key(request)
    return web.json_response(request.app[STATE].account.subscription())


async def create_token(request: web.Request) -> web.Response:
    """Answer as ElevenLabs' POST /v1/single-use-token/{token_type}."""
    require_key(request)
    kind = request.match_info["token_type"]
    if kind not in TOKEN_TYPES:
        accepted = " or ".join(TOKEN_TYPES)
        message = f"Tokens here are of the type {accepted}, not {kind[:60]!r}."
        raise http_error(
            request, refused(400, "invalid_parameters", message, parameter="token_type")
        )
    return web.json_response({"token": request.app[STATE].tokens.issue(kind)})


ROUTES: Final = (
    web.get("/v1/user", get_user),
    web.get("/v1/user/subscription", get_subscription),
    web.post("/v1/single-use-token/{token_type}", create_token),
)
