"""The voices of a server, as it lists them."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Sequence
from concurrent.futures import Future

from ..client.http import get_json
from ..client.keys import find_key
from ..wire.errors import TTSError
from ..wire.hosts import LOCAL
from .engine import ENGINE
from .local import LOCAL_VOICE
from .payloads import voices_of

__all__ = ["known_voices", "list_voices"]

Voices = Sequence[dict[str, str]]

# Seconds that who asks in passing waits: with a key at hand not longer than a person does.
PATIENCE = 1.0


async def list_voices(server: str) -> Voices:
    """Return a server's voices; starts the embedded voice where it is asked.

    Raises
    ------
    TTSError
        If there is no answer.
    """
    if server == LOCAL:
        url, key = await LOCAL_VOICE.start()
        return voices_of(await get_json(url, "/v1/voices", key))
    found = await asyncio.to_thread(find_key, server)
    return voices_of(await get_json(server, "/v1/voices", found))


def known_voices(server: str) -> Voices:
    """Return a server's voices if they are known within a second, else none for this time."""
    asked = _ASKED.get(server)
    if asked is None or (asked.done() and _failed(asked)):
        asked = _ASKED[server] = ENGINE.submit(list_voices(server))
    try:
        return asked.result(PATIENCE)
    except (TTSError, TimeoutError, concurrent.futures.CancelledError):
        return ()


def _failed(asked: Future[Voices]) -> bool:
    return asked.cancelled() or asked.exception() is not None


_ASKED: dict[str, Future[Voices]] = {}
