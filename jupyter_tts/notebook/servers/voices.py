"""The voices and the languages of a server, as it lists them."""

from __future__ import annotations

import concurrent.futures
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote

from ...client.http import get_json
from ...client.keys import Key
from ...client.threads import in_thread
from ...voice_files.fetching import check_url, fetch_bytes
from ...wire.errors import TTSError, VoiceNotFound
from ...wire.hosts import LOCAL, is_loopback
from ...wire.models import languages_of
from ...wire.surrogates import replace_halves
from ..runtime.session import Session
from .connections import connections
from .embedded import embedded_server

__all__ = [
    "fetch_preview",
    "forget_voices",
    "known_languages",
    "known_voices",
    "list_languages",
    "list_voices",
    "read_voices",
]

T = TypeVar("T")
Voices = Sequence[dict[str, str]]

# Seconds that completion waits for an answer.
PATIENCE = 1.0

MOST_PREVIEW = 5_000_000  # bytes; ElevenLabs' previews have some 100,000


async def list_voices(session: Session, server: str) -> Voices:
    """Return a server's voices; starts the embedded voice if it is the server.

    Raises
    ------
    TTSError
        If there is no answer.
    """
    address, key = await _address(session, server)
    return read_voices(await get_json(address, "/v1/voices", key))


async def _address(session: Session, server: str) -> tuple[str, Key | None]:
    """Return where to ask a server, and with which key."""
    if server == LOCAL:
        return await embedded_server(session).start_for_use()
    return server, await in_thread(session.keys.find, server)


def read_voices(listing: Any) -> list[dict[str, str]]:
    """Return the voices of a server's list, without malformed ones."""
    voices = listing.get("voices") if isinstance(listing, dict) else None
    return [
        {
            "id": replace_halves(str(voice["voice_id"])),
            "name": replace_halves(str(voice.get("name") or "")),
            "language": _label(voice, "language"),
            "gender": _label(voice, "gender"),
            "kind": _label(voice, "kind"),
            "without_effect": _label(voice, "without_effect"),
        }
        for voice in (voices if isinstance(voices, list) else ())
        if isinstance(voice, dict) and "voice_id" in voice
    ]


def _label(voice: dict[str, Any], name: str) -> str:
    labels = voice.get("labels")
    return replace_halves(str(labels.get(name) or "")) if isinstance(labels, dict) else ""


async def list_languages(session: Session, server: str) -> Mapping[str, str]:
    """Return the languages that a server speaks, code to name.

    Only the embedded voice is asked; any other server is taken to speak ElevenLabs'.

    Raises
    ------
    TTSError
        If there is no answer.
    """
    if server != LOCAL:
        return languages_of(None)
    url, key = await embedded_server(session).start_for_use()
    models = await get_json(url, "/v1/models", key)
    return {language["language_id"]: language["name"] for language in models[0]["languages"]}


async def fetch_preview(session: Session, server: str, voice: str) -> bytes:
    """Return the sound with which a server shows a voice; no key goes to where that lies.

    Raises
    ------
    TTSError
        If there is none, or it cannot be fetched.
    """
    address, key = await _address(session, server)
    described = await get_json(address, f"/v1/voices/{quote(voice, safe='')}", key)
    url = described.get("preview_url") if isinstance(described, dict) else None
    if not isinstance(url, str) or not url:
        raise VoiceNotFound(f"The voice {voice} has no preview.")
    check_url(url)
    if is_loopback(url) and not is_loopback(address):
        raise VoiceNotFound(
            f"The preview of {voice} would be on this machine, so it is not fetched."
        )
    return await in_thread(fetch_bytes, url, MOST_PREVIEW)


def known_voices(session: Session, server: str) -> Voices:
    """Return a server's voices if they come within a second, else none for now."""
    answer = _answers(session).get(f"voices of {server}", partial(list_voices, session, server))
    return answer or ()


def known_languages(session: Session, server: str, model: str | None) -> Mapping[str, str]:
    """Return the languages that a server is known to speak, code to name.

    Only the embedded voice is asked, for a second at most; for any other server these are the
    languages of ElevenLabs' model.
    """
    if server != LOCAL:
        return languages_of(model)
    return _answers(session).get("languages", partial(list_languages, session, LOCAL)) or {}


def forget_voices(session: Session) -> None:
    """Ask servers again for their voices, since there may be others now."""
    _answers(session).forget()
    session.event_loop.submit(_drop_sockets(session)).result()


async def _drop_sockets(session: Session) -> None:
    """Close the sockets that wait: the server may have opened one for a voice that was removed."""
    embedded = embedded_server(session)
    embedded.forget_voices()
    if embedded.url is not None:
        _, key = await embedded.start()
        connections(session).pool.drop(key)


class _Answers:
    """Answers of servers, each requested once in a session."""

    def __init__(self, session: Session) -> None:
        self._event_loop = session.event_loop
        self._futures: dict[str, Future[Any]] = {}

    def forget(self) -> None:
        """Request every answer again."""
        self._futures.clear()

    def get(self, question: str, ask: Callable[[], Coroutine[Any, Any, T]]) -> T | None:
        """Return an answer if it comes within a second."""
        future = self._futures.get(question)
        if future is None or (future.done() and _has_failed(future)):
            future = self._futures[question] = self._event_loop.submit(ask())
        try:
            answer: T = future.result(PATIENCE)
        except (TTSError, TimeoutError, concurrent.futures.CancelledError):
            return None
        return answer


def _answers(session: Session) -> _Answers:
    return session.part(_Answers)


def _has_failed(future: Future[Any]) -> bool:
    return future.cancelled() or future.exception() is not None
