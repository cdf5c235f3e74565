"""Opening a WebSocket to a server, with failures as sentences."""

from __future__ import annotations

import functools
import logging
import ssl
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, InvalidProxy, InvalidStatus, InvalidURI

from .. import __version__
from ..wire.causes import handshake_error
from ..wire.errors import ConnectError
from ..wire.hosts import is_loopback
from .keys import Key

__all__ = ["MAX_FRAME", "open_connection"]

# Bytes. ElevenLabs' own limit (pipecat#1107, elevenlabs-python#482); the library's default of
# 1 MiB cuts off long segments. This is a security limit as well.
MAX_FRAME = 16 * 1024 * 1024
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
    host = urlsplit(url).netloc
    tls: dict[str, Any] = {"ssl": _tls()} if url.startswith("wss:") else {}
    try:
        return await _Direct(
            url,
            additional_headers={"xi-api-key": key} if key else None,
            user_agent_header=f"jupyter_tts/{__version__}",
            # deflate only undoes base64, at several times the cost of everything else here.
            compression=None,
            max_size=MAX_FRAME,
            open_timeout=OPEN_TIMEOUT,
            close_timeout=CLOSE_TIMEOUT,
            proxy=None if is_loopback(url) else True,
            logger=_logger,
            **tls,
        )
    except InvalidStatus as refused:
        response = refused.response
        body = bytes(response.body or b"")
        raise handshake_error(
            response.status_code,
            key.hide(body) if key else body,
            retry_after=response.headers.get("Retry-After"),
        ) from None
    except TimeoutError:
        raise ConnectError(
            f"{host} did not answer within {OPEN_TIMEOUT:g} seconds.",
            hint="Check the network and --server.",
        ) from None
    except ssl.SSLError as failure:
        raise ConnectError(
            f"No secure connection to {host}: {failure.reason or failure}.",
            hint="Check the certificate, or SSL_CERT_FILE for one of your own.",
        ) from None
    except (InvalidProxy, ImportError) as failure:
        # In words of our own: the library's may hold the proxy's password.
        what = "needs python-socks" if isinstance(failure, ImportError) else "is not a proxy's URL"
        raise ConnectError(
            f"The proxy set in the environment {what}.", hint="Check HTTPS_PROXY and ALL_PROXY."
        ) from None
    except (InvalidHandshake, InvalidURI, EOFError, ValueError) as failure:
        raise ConnectError(
            f"{host} cannot be reached as a WebSocket server ({_said(failure, key)}).",
            hint="Check the server.",
        ) from None
    except OSError as failure:
        raise ConnectError(
            f"No connection to {host}: {failure.strerror or failure or type(failure).__name__}.",
            hint="Check --server and the network.",
        ) from None


def _said(failure: Exception, key: Key | None) -> str:
    """What the library says, which may quote the server, which may have echoed the key."""
    return key.hide_in(str(failure)) if key else str(failure)


@functools.cache
def _tls() -> ssl.SSLContext:
    """One TLS context for all sockets: building one takes some 35 ms of CPU."""
    return ssl.create_default_context()
