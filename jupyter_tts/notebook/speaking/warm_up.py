"""What is started ahead: the embedded voice, the first socket; and closing those above the limit.

Loaded with the magics, so it imports nothing that a socket needs before it is used.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ...wire.errors import TTSError
from ...wire.hosts import LOCAL
from ..runtime.forks import before_forks
from ..runtime.frontend import has_page, in_voila

if TYPE_CHECKING:
    from ..runtime.session import Session

__all__ = ["apply_limits", "warm_up"]

_CONNECTIONS = "jupyter_tts.notebook.servers.connections"
_EMBEDDED = "jupyter_tts.notebook.servers.embedded"
_PRECONNECT = f"{__package__}.preconnect"
_PLAYER = "jupyter_tts.notebook.player.widget"


def warm_up(session: Session, modules: Sequence[str] = ()) -> None:
    """Prepare for ``%%tts`` without options: open a socket if there is a key for ElevenLabs.

    Without one, start the embedded voice if a page is there; nothing is started where nobody
    watches. In the background: another thread imports what is needed.

    Parameters
    ----------
    session : Session
    modules : sequence of str, optional
        What the first cell imports, to be imported while the embedded voice starts.
    """
    settings = session.settings
    if session.default_server == LOCAL:
        if settings.start_ahead and has_page():
            session.event_loop.submit(session.until_closed(_start_embedded(session, modules)))
    elif settings.connections.wanted and session.keys.default_server != LOCAL:
        session.event_loop.submit(session.until_closed(_warm_up(session)))


def apply_limits(session: Session) -> None:
    """Close the sockets that the settings no longer allow."""
    if _CONNECTIONS in sys.modules and session.event_loop.running:  # else no socket is open
        session.event_loop.submit(_apply_limits(session))


async def _start_embedded(session: Session, modules: Sequence[str]) -> None:
    import asyncio

    embedded = await before_forks(importlib.import_module, _EMBEDDED)
    starting = embedded.embedded_server(session).start()
    try:
        # The process imports its own at the same time.
        await asyncio.gather(starting, before_forks(_import_all, [_PRECONNECT, *modules]))
    except TTSError:
        return  # speaking will report it
    await before_forks(_prepare_page)
    if session.settings.connections.wanted:
        await _warm_up(session)


def _import_all(names: Sequence[str]) -> None:
    for name in names:
        importlib.import_module(name)


def _prepare_page() -> None:
    """Bring the player's code, with which the page opens its audio output before the first cell."""
    if not in_voila():  # it gives its pages only what a cell has opened
        importlib.import_module(_PLAYER).Player.prepare_page()


async def _warm_up(session: Session) -> None:
    preconnect: Any = await before_forks(importlib.import_module, _PRECONNECT)
    await preconnect.open_ahead(session)


async def _apply_limits(session: Session) -> None:
    from ..servers.connections import connections

    connections(session).pool.settle()
