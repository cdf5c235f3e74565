"""The few HTTP requests a client makes beside its sockets."""

from __future__ import annotations

import asyncio
import json
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any

from ..wire.causes import handshake_error
from ..wire.errors import ConnectError
from ..wire.hosts import http_url, is_loopback
from .keys import Key

__all__ = ["get_json"]

TIMEOUT = 20.0  # seconds
MAX_BODY = 16 * 1024 * 1024  # bytes; a security limit


async def get_json(server: str, path: str, key: Key | None) -> Any:
    """Return the JSON at a path of a server, None for HTTP 404.

    Parameters
    ----------
    server : str
        A name or URL, as :class:`SpeechRequest` takes it.
    path : str
        Begins with ``/``.
    key : Key or None
        Sent as the ``xi-api-key`` header.

    Raises
    ------
    ConnectError
        If there is no answer, or none that is JSON.
    HandshakeRefused
        If the server answers with another HTTP status.
    """
    return await asyncio.to_thread(_get, http_url(server) + path, key)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: the key would travel to the other host."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _get(url: str, key: Key | None) -> Any:
    proxies = urllib.request.ProxyHandler({} if is_loopback(url) else None)
    opener = urllib.request.build_opener(proxies, _NoRedirect)
    request = urllib.request.Request(url, headers={"xi-api-key": key} if key else {})
    try:
        with opener.open(request, timeout=TIMEOUT) as answer:
            return json.loads(answer.read(MAX_BODY))
    except urllib.error.HTTPError as refused:
        with refused:
            if refused.code == 404:
                return None
            body = refused.read(MAX_BODY)
            raise handshake_error(refused.code, key.hide(body) if key else body) from None
    except urllib.error.URLError as failure:
        # A proxy's own words may hold its password.
        reason = "the proxy refused" if "Tunnel" in str(failure.reason) else failure.reason
        raise ConnectError(f"No answer from {request.host}: {reason}.") from None
    except OSError as failure:
        raise ConnectError(f"No answer from {request.host}: {failure}.") from None
    except (ValueError, HTTPException):
        raise ConnectError(f"What {request.host} answered is not a speech server's.") from None
