"""``GET /openapi.json``: the description of every HTTP route, this one included.

It needs no key, as at ElevenLabs: it says what the source says.
"""

from __future__ import annotations

import json
from typing import Final

from aiohttp import web

from ..http.operation import operation
from ..state import STATE

__all__ = ["ROUTES"]

_PATH: Final = "/openapi.json"


@operation(dict[str, object], needs_key=False)
async def get_openapi(request: web.Request) -> web.Response:
    """Describe the HTTP routes, as OpenAPI 3.1.

    It is made once, which takes as long as ten other answers: a client may ask without the key.
    """
    state = request.app[STATE]
    described = state.kept.get(_PATH)
    if described is None:
        from .document import document  # who does not ask need not wait for it

        described = json.dumps(document(request.app.router.routes(), state)).encode()
        state.kept[_PATH] = described
    return web.Response(body=described, content_type="application/json", charset="utf-8")


ROUTES: Final = (web.get(_PATH, get_openapi),)
