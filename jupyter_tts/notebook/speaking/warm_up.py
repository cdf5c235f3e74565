"""The first socket that is opened ahead, and the closing of those that are too many.

Loaded with the magics, so it imports nothing that a socket needs, nor asyncio, before it is used.
"""

from __future__ import annotations

import importlib
import sys

from ...client.keys import default_server
from ...wire.hosts import LOCAL
from ..runtime.connection_limits import WARMTH

__all__ = ["settle", "warm_up"]


def warm_up() -> None:
    """Open a socket for what ``%%tts`` speaks without options, where a key says with whom.

    In the background: all that sockets need is imported by a thread of its own.
    """
    if WARMTH.wanted and default_server() != LOCAL:
        from ..runtime.event_loop import EVENT_LOOP

        EVENT_LOOP.submit(_warm_up())


def settle() -> None:
    """Close what the bounds do not allow any more."""
    if "jupyter_tts.notebook.servers.connection_pool" in sys.modules:  # else nothing waits
        from ..runtime.event_loop import EVENT_LOOP

        if EVENT_LOOP.running:
            EVENT_LOOP.submit(_settle())


async def _warm_up() -> None:
    import asyncio

    preconnect = await asyncio.to_thread(importlib.import_module, ".preconnect", __package__)
    await preconnect.open_ahead()


async def _settle() -> None:
    from ..servers.connection_pool import pool

    pool().settle()
