"""The server behind the recording proxy: its addresses, and the keys it may see."""

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
        Its key, for clients that send none in a header.
    own_key
        The key that the proxy itself requires, if any. Clients that send it send none for the
        other server.
    """

    def __init__(self, server: str, *, key: str | None = None, own_key: str | None = None) -> None:
        self.is_near = is_loopback(server)
        self._server = server
        self._is_trusted = is_elevenlabs(server) or is_loopback(server)
        self._forwards_keys = self._is_trusted and own_key is None
        self._key = key
        self._own_key = own_key

    def websocket_url(self, target: str) -> str:
        """Return the WebSocket URL for a path and query as received."""
        return websocket_url(self._server) + self._cleared_target(target)

    def http_url(self, target: str) -> str:
        """Return the HTTP URL for a path and query as received."""
        return http_url(self._server) + self._cleared_target(target)

    def credentials(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return the headers that carry a key or token to the server."""
        from_client = {name: headers[name] for name in _CREDENTIAL_HEADERS if name in headers}
        if self._forwards_keys and from_client:
            return from_client
        return {"xi-api-key": self._key} if self._key and self._is_trusted else {}

    def cleared(self, message: Any) -> Any:
        """Return a client's message, a JSON value, without what the server must not see."""
        return message if self._forwards_keys else redact_json(message)

    def secrets(self, request: web.Request) -> list[str]:
        """Return every key or token that a request came with or is sent on with."""
        fields = [*request.headers.items(), *request.query.items()]
        from_client = secrets_in([{name: value} for name, value in fields])
        return [self._key or "", self._own_key or "", *from_client]

    def _cleared_target(self, target: str) -> str:
        return target if self._forwards_keys else strip_target(target)
