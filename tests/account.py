"""An ElevenLabs account: its lists of voices and its plan, as the HTTP reference has them."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

OWN = {"voice_id": "own", "name": "Own", "category": "generated", "is_owner": True}
DEFAULT = {"voice_id": "JBFqnCBsd6RMkjVDRZzb", "name": "George", "category": "premade"}
PAID = {
    "voice_id": "paid",
    "name": "Paid",
    "category": "professional",
    "is_owner": False,
    "sharing": {"free_users_allowed": False},
}

MISSING_PERMISSION = {
    "detail": {
        "type": "authentication_error",
        "code": "unauthorized",
        "status": "missing_permissions",
        "message": "The API key you used is missing the permission voices_read to execute this "
        "operation.",
    }
}


class Account:
    """What a server knows of one key.

    Attributes
    ----------
    voices : list of dict
    tier : str or None
        The plan; None where the key may not ask.
    first_page : int
        Voices on the first page, where that is more than was asked for.
    endless : bool
        Whether another page always follows.
    answer : web.Response or None
        Given instead of any list.
    delay : float
        Seconds before a list.
    asked : list of str
        The paths that were asked for.
    """

    def __init__(self, key: str) -> None:
        self.key = key
        self.address = ""
        self.voices: list[dict[str, Any]] = []
        self.tier: str | None = None
        self.first_page = 0
        self.endless = False
        self.answer: web.StreamResponse | None = None
        self.delay = 0.0
        self.asked: list[str] = []
        self.application = web.Application()
        self.application.router.add_get("/v2/voices", self._list)
        self.application.router.add_get("/v1/user/subscription", self._subscription)

    async def _list(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(str(request.rel_url))
        await asyncio.sleep(self.delay)
        if isinstance(self.answer, web.HTTPException):
            raise self.answer
        if self.answer is not None:
            return self.answer
        if request.headers.get("xi-api-key") != self.key:
            detail = {"status": "invalid_api_key", "message": "Invalid API key"}
            return web.json_response({"detail": detail}, status=401)
        if self.endless:
            page = {"voices": [], "has_more": True, "next_page_token": "a/b&c"}
            return web.json_response(page)
        wanted = request.query["voice_type"]
        of_type = [v for v in self.voices if (v["category"] == "premade") == (wanted == "default")]
        start = int(request.query.get("next_page_token", 0))
        size = int(request.query["page_size"]) if start else max(self.first_page, 100)
        end = start + size
        return web.json_response(
            {
                "voices": of_type[start:end],
                "has_more": end < len(of_type),
                "next_page_token": str(end) if end < len(of_type) else None,
            }
        )

    async def _subscription(self, _: web.Request) -> web.Response:
        if self.tier is None:
            return web.json_response(MISSING_PERMISSION, status=401)
        return web.json_response({"tier": self.tier})
