"""The voices and the languages of a server, as it lists them."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar

from ...client.http import get_json
from ...client.keys import find_key
from ...wire.errors import TTSError
from ...wire.hosts import LOCAL
from ...wire.languages import languages_of
from ..panel.payloads import voices_of
from ..runtime.event_loop import EVENT_LOOP
from .embedded import EMBEDDED_SERVER

__all__ = ["known_languages", "known_voices", "list_voices"]

T = TypeVar("T")
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
        url, key = await EMBEDDED_SERVER.start()
        return voices_of(await get_json(url, "/v1/voices", key))
    found = await asyncio.to_thread(find_key, server)
    return voices_of(await get_json(server, "/v1/voices", found))


async def _list_languages() -> Mapping[str, str]:
    """Return the embedded voice's languages, code to name."""
    url, key = await EMBEDDED_SERVER.start()
    models = await get_json(url, "/v1/models", key)
    return {each["language_id"]: each["name"] for each in models[0]["languages"]}


def known_voices(server: str) -> Voices:
    """Return a server's voices if they are known within a second, else none for this time."""
    return _known(f"voices of {server}", partial(list_voices, server)) or ()


def known_languages(server: str, model: str | None) -> Mapping[str, str]:
    """Return the languages that a server is known to speak, code to name.

    Only the embedded voice is asked, and waited for as for its voices; of any other server these
    are the languages of ElevenLabs' model.
    """
    if server != LOCAL:
        return languages_of(model)
    return _known("languages", _list_languages) or {}


def _known(what: str, ask: Callable[[], Coroutine[Any, Any, T]]) -> T | None:
    """Return an answer, asked for once, if it comes within a second."""
    asked = _ASKED.get(what)
    if asked is None or (asked.done() and _failed(asked)):
        asked = _ASKED[what] = EVENT_LOOP.submit(ask())
    try:
        answer: T = asked.result(PATIENCE)
    except (TTSError, TimeoutError, concurrent.futures.CancelledError):
        return None
    return answer


def _failed(asked: Future[Any]) -> bool:
    return asked.cancelled() or asked.exception() is not None


_ASKED: dict[str, Future[Any]] = {}
