"""The server behind the recording proxy: its addresses, and who it is given which key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web

from ...wire.hosts import http_url, is_elevenlabs, is_loopback, websocket_url
from ...wire.secrets import redact_json, secrets_in, strip_target

__all__ = ["Upstream"]

_CREDENTIAL_HEADERS: Final = ("xi-api-key", "authorization")


class Upstream:
    """Another server. Keys go to it only where it is ElevenLabs', over TLS, or on this machine.

    Parameters
    ----------
    server
        Its name or URL, as `jupyter_tts.wire.hosts` has them.
    key
        Its key, for clients that bring none in a header.
    own_key
        The key that the proxy itself asks for, if any. Clients that have to show it bring none for
        the other server.
    """

    def __init__(self, server: str, *, key: str | None = None, own_key: str | None = None) -> None:
        self.is_near = is_loopback(server)
        self._server = server
        self._is_trusted = is_elevenlabs(server) or is_loopback(server)
        self._hands_on = self._is_trusted and own_key is None  # what clients bring
        self._key = key
        self._own_key = own_key

    def websocket_url(self, target: str) -> str:
        """Return where a path and query as received go on to, as a WebSocket."""
        return websocket_url(self._server) + self._cleared_target(target)

    def http_url(self, target: str) -> str:
        """Return where a path and query as received go on to, over HTTP."""
        return http_url(self._server) + self._cleared_target(target)

    def credentials(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return the headers that carry a key or token to it."""
        brought = {name: given[name] for name in _CREDENTIAL_HEADERS if name in given}
        if self._hands_on and brought:
            return brought
        return {"xi-api-key": self._key} if self._key and self._is_trusted else {}

    def cleared(self, message: Any) -> Any:
        """Return a client's message, a JSON value, as it may see it."""
        return message if self._hands_on else redact_json(message)

    def secrets(self, request: web.Request) -> list[str]:
        """Return every key or token that a request brings or is given."""
        given = [*request.headers.items(), *request.query.items()]
        brought = secrets_in([{name: value} for name, value in given])
        return [self._key or "", self._own_key or "", *brought]

    def _cleared_target(self, target: str) -> str:
        return target if self._hands_on else strip_target(target)
