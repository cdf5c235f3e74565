"""How many sockets this kernel may open ahead, and for how long."""

from __future__ import annotations

from ...client.connections.limits import ConnectionLimits

__all__ = ["WARMTH"]

WARMTH = ConnectionLimits()
