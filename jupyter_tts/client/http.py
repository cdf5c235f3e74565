"""The few HTTP requests a client makes beside its sockets."""

from __future__ import annotations

import asyncio
import json
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any

from ..wire.error_mapping import handshake_error
from ..wire.errors import ConnectError
from ..wire.foreign_json import read_json
from ..wire.hosts import http_url, is_loopback
from .keys import Key

__all__ = ["get_json", "put_json"]

TIMEOUT = 20.0  # seconds
MAX_BODY = 16 * 1024 * 1024  # bytes; a security limit


async def get_json(server: str, path: str, key: Key | None, *, timeout: float = TIMEOUT) -> Any:
    """Return the JSON at a path of a server, None for HTTP 404.

    Parameters
    ----------
    server : str
        A name or URL, as :class:`SpeechRequest` takes it.
    path : str
        Begins with ``/``.
    key : Key or None
        Sent as the ``xi-api-key`` header.
    timeout : float, optional
        Seconds that the server may be silent.

    Raises
    ------
    ConnectError
        If there is no answer, or none that is JSON.
    HandshakeRefused
        If the server answers with another HTTP status.
    """
    return await asyncio.to_thread(_ask, _request(server, path, key), key, timeout)


async def put_json(server: str, path: str, value: object, key: Key | None) -> Any:
    """PUT a value, as JSON, to a path of a server, and return the JSON it answers with.

    The parameters and errors are those of `get_json`.
    """
    request = _request(server, path, key, method="PUT", data=json.dumps(value).encode())
    request.add_header("Content-Type", "application/json")
    return await asyncio.to_thread(_ask, request, key)


def _request(server: str, path: str, key: Key | None, **options: Any) -> urllib.request.Request:
    headers = {"xi-api-key": key} if key else {}
    return urllib.request.Request(http_url(server) + path, headers=headers, **options)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: the key would travel to the other host."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _ask(request: urllib.request.Request, key: Key | None, timeout: float = TIMEOUT) -> Any:
    proxies = urllib.request.ProxyHandler({} if is_loopback(request.full_url) else None)
    opener = urllib.request.build_opener(proxies, _NoRedirect)
    try:
        with opener.open(request, timeout=timeout) as answer:
            return read_json(answer.read(MAX_BODY))
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
