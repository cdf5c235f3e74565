"""The few HTTP requests a client makes beside its sockets."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import threading
import urllib.error
import urllib.request
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, TypeVar

from ..wire.error_mapping import handshake_error, server_ids
from ..wire.errors import ConnectError
from ..wire.foreign_json import read_json
from ..wire.hosts import http_url
from ..wire.proxies import proxy_handler, proxy_of, proxy_refusal, tunnel_status
from .keys import Key
from .threads import in_thread

__all__ = ["CutSockets", "get_json", "put_json"]

TIMEOUT = 20.0  # seconds for the whole answer
MAX_BODY = 16 * 1024 * 1024  # bytes; a security limit

Connection = TypeVar("Connection", bound=HTTPConnection)


async def get_json(server: str, path: str, key: Key | None, *, timeout: float | None = None) -> Any:
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
        Seconds that the whole answer may take; by default ``TIMEOUT``.

    Raises
    ------
    ConnectError
        If there is no answer, or none that is JSON.
    HandshakeRefused
        If the server answers with another HTTP status.
    """
    return await _ask(_request(server, path, key), key, timeout)


async def put_json(server: str, path: str, value: object, key: Key | None) -> Any:
    """PUT a value, as JSON, to a path of a server, and return the JSON it answers with.

    The parameters and errors are those of `get_json`.
    """
    request = _request(server, path, key, method="PUT", data=json.dumps(value).encode())
    request.add_header("Content-Type", "application/json")
    return await _ask(request, key)


def _request(server: str, path: str, key: Key | None, **options: Any) -> urllib.request.Request:
    headers = {"xi-api-key": key} if key else {}
    return urllib.request.Request(http_url(server) + path, headers=headers, **options)


async def _ask(
    request: urllib.request.Request, key: Key | None, timeout: float | None = None
) -> Any:
    timeout = TIMEOUT if timeout is None else timeout
    exchange = _Exchange(request, key, timeout)
    host = request.host  # a proxy takes its place
    try:
        async with asyncio.timeout(timeout):
            return await in_thread(exchange.run)
    except TimeoutError:
        raise ConnectError(f"No whole answer from {host} within {timeout:g} s.") from None
    finally:
        exchange.sockets.cut()


class CutSockets:
    """Opens sockets, which another thread can cut off whatever they wait for.

    urllib and http.client limit the time between two bytes only, and their calls cannot be
    cancelled.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._over = False
        # Of the sockets: TLS replaces the first object of a socket by another.
        self._copies: list[socket.socket] = []

    def connect(self, *address: Any) -> socket.socket:
        """Open a socket, as `socket.create_connection` does."""
        opened = socket.create_connection(*address)
        with self._lock:
            if self._over:
                opened.close()
                raise TimeoutError("cut off")
            self._copies.append(opened.dup())
        return opened

    def cut(self) -> None:
        """End them all, and let no other open; from any thread."""
        with self._lock:
            self._over = True
            copies, self._copies = self._copies, []
        for copy in copies:
            with contextlib.suppress(OSError):
                copy.shutdown(socket.SHUT_RDWR)  # of the connection, so it wakes who reads it
            copy.close()

    def make(self, kind: type[Connection], *arguments: Any, **options: Any) -> Connection:
        """Return a connection whose sockets these are."""
        connection = kind(*arguments, **options)
        # The only place before the TLS handshake, and a proxy's, which may take for ever too.
        connection._create_connection = self.connect  # type: ignore[attr-defined]
        return connection


class _Exchange:
    """One request and its answer, which another thread can cut off."""

    def __init__(self, request: urllib.request.Request, key: Key | None, timeout: float) -> None:
        self._request = request
        self._key = key
        self._timeout = timeout
        self.sockets = CutSockets()

    def run(self) -> Any:
        """Return the JSON of the answer; blocks."""
        request, key = self._request, self._key
        url = request.full_url
        proxy = proxy_of(url)
        opener = urllib.request.build_opener(
            proxy_handler(request.full_url),
            _NoRedirect,
            _HTTPHandler(self.sockets),
            _HTTPSHandler(self.sockets),
        )
        try:
            with opener.open(request, timeout=self._timeout) as answer:
                return read_json(answer.read(MAX_BODY))
        except urllib.error.HTTPError as refused:
            with refused:
                if refused.code == 404:
                    return None
                if proxy is not None and refused.code == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
                    raise proxy_refusal(proxy, url, refused.code) from None
                body = b""
                with contextlib.suppress(OSError, HTTPException):
                    body = refused.read(MAX_BODY)
                raise handshake_error(
                    refused.code,
                    key.hide(body) if key else body,
                    retry_after=refused.headers.get("Retry-After"),
                    ids=server_ids(refused.headers.items()),
                ) from None
        except urllib.error.URLError as failure:
            if proxy is not None and (status := tunnel_status(failure.reason)) is not None:
                raise proxy_refusal(proxy, url, status) from None
            raise ConnectError(f"No answer from {request.host}: {failure.reason}.") from None
        except OSError as failure:
            raise ConnectError(f"No answer from {request.host}: {failure}.") from None
        except (ValueError, HTTPException):
            raise ConnectError(f"What {request.host} answered is not a speech server's.") from None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: the key would travel to the other host."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class _HTTPHandler(urllib.request.HTTPHandler):
    def __init__(self, sockets: CutSockets) -> None:
        super().__init__()
        self._sockets = sockets

    def http_open(self, request: urllib.request.Request) -> Any:
        return self.do_open(partial(self._sockets.make, HTTPConnection), request)


class _HTTPSHandler(urllib.request.HTTPSHandler):
    def __init__(self, sockets: CutSockets) -> None:
        super().__init__()
        self._sockets = sockets

    def https_open(self, request: urllib.request.Request) -> Any:
        return self.do_open(partial(self._sockets.make, HTTPSConnection), request)
