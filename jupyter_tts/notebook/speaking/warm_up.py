"""Opening the first socket ahead, and closing those above the limit.

Loaded with the magics, so it imports nothing that a socket needs before it is used.
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

from ...wire.hosts import LOCAL

if TYPE_CHECKING:
    from ..runtime.session import Session

__all__ = ["apply_limits", "warm_up"]

_CONNECTIONS = "jupyter_tts.notebook.servers.connections"


def warm_up(session: Session) -> None:
    """Open a socket for ``%%tts`` without options, if there is a key for ElevenLabs.

    In the background: another thread imports what sockets need.
    """
    if session.settings.connections.wanted and session.keys.default_server != LOCAL:
        session.event_loop.submit(_warm_up(session))


def apply_limits(session: Session) -> None:
    """Close the sockets that the settings no longer allow."""
    if _CONNECTIONS in sys.modules and session.event_loop.running:  # else no socket is open
        session.event_loop.submit(_apply_limits(session))


async def _warm_up(session: Session) -> None:
    import asyncio

    preconnect = await asyncio.to_thread(importlib.import_module, ".preconnect", __package__)
    await preconnect.open_ahead(session)


async def _apply_limits(session: Session) -> None:
    from ..servers.connections import connections

    connections(session).pool.settle()
