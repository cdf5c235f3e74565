"""The simulated conditions over HTTP: read, and changed, from this machine alone.

The path is this package's own; ElevenLabs has nothing like it.
"""

from __future__ import annotations

import ipaddress
from typing import Final

from aiohttp import web

from ...wire.conditions import CONDITIONS_PATH, Conditions
from ...wire.errors import ParameterError
from ...wire.foreign_json import read_json
from ..access.refusals import fault, invalid, refused
from ..state import STATE
from .operation import operation
from .request_checks import http_error, read_body, require_key

__all__ = ["ROUTES"]


@operation(Conditions)
async def get_conditions(request: web.Request) -> web.Response:
    """Answer with the conditions, as an object of all fields of `Conditions`."""
    _require_control(request)
    return web.json_response(request.app[STATE].simulation.conditions.plain)


@operation(Conditions, body="conditions")
async def put_conditions(request: web.Request) -> web.Response:
    """Simulate other conditions; fields that the body leaves out are at their defaults."""
    _require_control(request)
    try:
        conditions = Conditions.of(read_json(await read_body(request)))
    except ParameterError as refusal:
        faults = [fault(["body"], sentence) for sentence in refusal.faults]
        raise http_error(request, invalid(faults)) from None
    except ValueError:
        faults = [fault(["body"], "the body must be JSON", "json_invalid")]
        raise http_error(request, invalid(faults)) from None
    request.app[STATE].simulation.use(conditions)
    return web.json_response(conditions.plain)


def _require_control(request: web.Request) -> None:
    """Raise HTTPForbidden unless the request has the key and comes from this machine."""
    require_key(request)
    if not _is_loopback(request):
        message = "What is simulated can be changed from the server's own machine only."
        raise http_error(request, refused(403, "insufficient_permissions", message))


def _is_loopback(request: web.Request) -> bool:
    try:
        return ipaddress.ip_address(request.remote or "").is_loopback
    except ValueError:
        return False


ROUTES: Final = (
    web.get(CONDITIONS_PATH, get_conditions),
    web.put(CONDITIONS_PATH, put_conditions),
)
