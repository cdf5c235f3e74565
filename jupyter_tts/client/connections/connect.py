"""Opening a WebSocket to a server, with failures as sentences."""

from __future__ import annotations

import functools
import logging
import ssl
from typing import Any
from urllib.parse import urlsplit

from ... import __version__
from ...wire.error_mapping import handshake_error, server_ids
from ...wire.errors import ConnectError, TTSError
from ...wire.messages import LARGEST_FRAME
from ...wire.proxies import CHECK_PROXY, proxy_of, proxy_refusal
from ..keys import Key
from .library import (
    ClientConnection,
    InvalidHandshake,
    InvalidProxy,
    InvalidProxyStatus,
    InvalidStatus,
    InvalidURI,
    ProxyError,
    connect,
)

__all__ = ["OPEN_TIMEOUT", "connect_error", "open_connection", "tls_context"]

OPEN_TIMEOUT = 10.0  # seconds
CLOSE_TIMEOUT = 1.0  # seconds; the server closes by itself, so this bounds a dead one

# The library logs handshake headers at DEBUG, and one of them is the key.
_logger = logging.getLogger("jupyter_tts.websockets")
_logger.setLevel(logging.INFO)


class _Direct(connect):
    """A connection that follows no redirect: the key would travel to the other host."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


async def open_connection(url: str, key: Key | None) -> ClientConnection:
    """Open a WebSocket.

    Parameters
    ----------
    url : str
        ``ws://`` or ``wss://``.
    key : Key or None
        Sent as the ``xi-api-key`` header of the handshake, and nowhere else.

    Raises
    ------
    ConnectError
        If there is no connection: unknown host, refused, TLS failure, no answer in time.
    HandshakeRefused
        If the server answers with an HTTP status other than 101.
    """
    host, proxy = urlsplit(url).netloc, proxy_of(url)
    tls: dict[str, Any] = {"ssl": tls_context()} if url.startswith("wss:") else {}
    try:
        return await _Direct(
            url,
            additional_headers={"xi-api-key": key} if key else None,
            user_agent_header=f"jupyter_tts/{__version__}",
            # deflate only undoes base64, at several times the cost of everything else here.
            compression=None,
            # The library's default of 1 MiB cuts off long segments.
            max_size=LARGEST_FRAME,
            open_timeout=OPEN_TIMEOUT,
            close_timeout=CLOSE_TIMEOUT,
            proxy=proxy,
            logger=_logger,
            **tls,
        )
    except InvalidProxyStatus as refused:
        raise proxy_refusal(proxy or "", url, refused.response.status_code) from None
    except ProxyError:
        raise proxy_refusal(proxy or "", url) from None
    except _FAILURES as failure:
        raise connect_error(failure, host, key) from None


# What comes of TLS or takes too long is an OSError, too; ImportError is python-socks'.
_FAILURES = (InvalidHandshake, InvalidURI, InvalidProxy, ImportError, EOFError, ValueError, OSError)


def connect_error(failure: Exception, host: str, key: Key | None) -> TTSError:
    """Return the failure to open a connection as an error for a reader."""
    match failure:
        case InvalidStatus(response=response):
            body = bytes(response.body or b"")
            return handshake_error(
                response.status_code,
                key.hide(body) if key else body,
                retry_after=next(iter(response.headers.get_all("Retry-After")), None),
                ids=server_ids(response.headers.raw_items()),
            )
        case TimeoutError():
            sentence = f"{host} did not answer within {OPEN_TIMEOUT:g} seconds."
            hint = "Check the network and --server."
        case ssl.SSLError():
            sentence = f"No secure connection to {host}: {failure.reason or failure}."
            hint = "Check the certificate, or SSL_CERT_FILE for one of your own."
        case ImportError():
            sentence = "The proxy set in the environment needs python-socks."
            hint = CHECK_PROXY
        case InvalidProxy():  # in words of our own: the library's may hold the proxy's password
            sentence = "The proxy set in the environment is not a proxy's URL."
            hint = CHECK_PROXY
        case InvalidHandshake() | InvalidURI() | EOFError() | ValueError():
            sentence = f"{host} cannot be reached as a WebSocket server ({_quoted(failure, key)})."
            hint = "Check the server."
        case OSError():
            why = failure.strerror or str(failure) or type(failure).__name__
            sentence = f"No connection to {host}: {why}."
            hint = "Check --server and the network."
    return ConnectError(sentence, hint=hint)


def _quoted(failure: Exception, key: Key | None) -> str:
    """The library's message: it may quote the server, which may have echoed the key."""
    return key.hide_in(str(failure)) if key else str(failure)


@functools.cache
def tls_context() -> ssl.SSLContext:
    """One TLS context for all sockets: building one takes some 35 ms of CPU."""
    return ssl.create_default_context()
