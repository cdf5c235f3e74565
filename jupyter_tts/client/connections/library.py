"""websockets, in a version that can be used; the one place where this package imports it."""

from __future__ import annotations

from websockets.version import version as installed

from ...wire.package_versions import check_version

__all__ = [
    "ClientConnection",
    "ConnectionClosed",
    "InvalidHandshake",
    "InvalidProxy",
    "InvalidProxyStatus",
    "InvalidStatus",
    "InvalidURI",
    "ProxyError",
    "State",
    "connect",
]

check_version("websockets", installed, "15")  # the first that goes through proxies

from websockets.asyncio.client import ClientConnection, connect  # noqa: E402
from websockets.exceptions import (  # noqa: E402
    ConnectionClosed,
    InvalidHandshake,
    InvalidProxy,
    InvalidProxyStatus,
    InvalidStatus,
    InvalidURI,
    ProxyError,
)
from websockets.protocol import State  # noqa: E402
