"""TLS on a connection that is counted since it was accepted: asyncio's own servers tell of none
before its handshake.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl

__all__ = ["hand_over", "secured"]


class _Arrived(asyncio.Protocol):
    """Keeps what arrives together with the end of the handshake."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.has_ended = False

    def data_received(self, data: bytes) -> None:
        self.data += data

    def eof_received(self) -> None:
        self.has_ended = True

    def connection_lost(self, error: Exception | None) -> None:
        self.has_ended = True


async def secured(
    transport: asyncio.Transport, context: ssl.SSLContext, *, seconds: float
) -> asyncio.Transport | None:
    """Shake hands with a client.

    Parameters
    ----------
    transport
        One that has read nothing.
    context
    seconds
        For the handshake.

    Returns
    -------
    Transport or None
        For `hand_over`; None, and the connection is closed, if there was no handshake.
    """
    arrived = _Arrived()
    secure: asyncio.BaseTransport | None = None
    with contextlib.suppress(OSError):  # of TLS, time and the network
        secure = await asyncio.get_running_loop().start_tls(
            transport, arrived, context, server_side=True, ssl_handshake_timeout=seconds
        )
    if isinstance(secure, asyncio.Transport) and not arrived.has_ended:
        return secure
    transport.abort()
    return None


def hand_over(transport: asyncio.Transport, handler: asyncio.Protocol) -> None:
    """Let a protocol take over from the handshake."""
    arrived = transport.get_protocol()
    assert isinstance(arrived, _Arrived)
    transport.set_protocol(handler)
    handler.connection_made(transport)
    if arrived.data:
        handler.data_received(bytes(arrived.data))
