"""The account over HTTP: its user, its quota, and tokens for clients without the key."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from ..access.refusals import refused
from ..access.tokens import TOKEN_TYPES
from ..answers import SubscriptionAnswer, TokenAnswer, UserAnswer
from ..state import STATE
from .operation import operation
from .request_checks import http_error, require_key

__all__ = ["ROUTES"]


@operation(UserAnswer)
async def get_user(request: web.Request) -> web.Response:
    """Answer as ElevenLabs' GET /v1/user."""
    require_key(request)
    return web.json_response(request.app[STATE].account.user())


@operation(SubscriptionAnswer)
async def get_subscription(request: web.Request) -> web.Response:
    """Answer as ElevenLabs' GET /v1/user/subscription."""
    require_key(request)
    return web.json_response(request.app[STATE].account.subscription())


@operation(TokenAnswer, errors=(400,))
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
    answer: TokenAnswer = {"token": request.app[STATE].tokens.issue(kind)}
    return web.json_response(answer)


ROUTES: Final = (
    web.get("/v1/user", get_user),
    web.get("/v1/user/subscription", get_subscription),
    web.post("/v1/single-use-token/{token_type}", create_token),
)
