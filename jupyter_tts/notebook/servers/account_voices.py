"""The voice that speaks with a user's key where none is named: one of the account's own."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from ...client.account_voices import find_account_voice
from ...client.keys import Key
from ...client.threads import in_thread
from ...wire.account_voices import AccountVoice
from ...wire.errors import HandshakeRefused, TTSError
from ...wire.hosts import default_voice, http_url
from ...wire.request import SpeechRequest
from ...wire.voices import SUCCESSOR_NAMES
from ..runtime.session import Session

__all__ = ["AccountVoices", "ChosenVoice", "account_voices"]

# Seconds that a speech waits for the account's list; it is used later if it comes later.
PATIENCE: Final = 3.0

_NAMING: Final = '%config TTS.voice = "ID" names one.'
_ELSEWHERE: Final = (
    "Your account lists no voice that fits: make one with Voice Design, or save one of the Voice "
    f"Library, at elevenlabs.io. {_NAMING}"
)
_MISSING: Final = "voices_read"


@dataclass(frozen=True)
class ChosenVoice:
    """A voice for a request that names none.

    Attributes
    ----------
    id : str
    label : str
        Who speaks, for a reader.
    note : str
        Why this voice speaks, and how another would.
    advice : str
        What to do if the server refuses it; "" for a voice of the account's own.
    """

    id: str
    label: str
    note: str
    advice: str = ""

    def apply(self, request: SpeechRequest) -> SpeechRequest:
        """Return a request that names this voice."""
        return dataclasses.replace(request, voice=self.id)


class AccountVoices:
    """The voices that a session's keys speak with where none is named.

    Each account is asked once, and the answer is kept in memory only. An account that does not
    answer is asked again by the next speech.

    Parameters
    ----------
    session : Session

    Attributes
    ----------
    today : callable
        Gives the date, which decides about the default voices.
    """

    def __init__(self, session: Session) -> None:
        self._keys = session.keys
        self._asked: dict[tuple[str, Key], asyncio.Task[ChosenVoice]] = {}
        self._latest: dict[str, ChosenVoice] = {}  # by the server's URL
        self.today: Callable[[], date] = date.today
        session.on_close(self._end)
        session.on_fork(self._asked.clear)

    async def choose(self, request: SpeechRequest) -> ChosenVoice | None:
        """Return the voice of a request that names none; on the event loop.

        None where the request names one, or where its server has no account to ask: only a host of
        ElevenLabs', or one that the user trusts with the key, is asked, and only over TLS.
        """
        if request.voice is not None or not self._keys.trusts(request.server):
            return None
        try:
            key = await in_thread(self._keys.find, request.server)
        except TTSError:
            return None  # speaking will report it
        if key is None:
            return None
        choice = await self._choose(request.server, key)
        self._latest[http_url(request.server)] = choice
        return choice

    def known(self, request: SpeechRequest) -> ChosenVoice | None:
        """Return what was chosen last for a request that names none; from any thread."""
        if request.voice is not None or not self._keys.trusts(request.server):
            return None
        return self._latest.get(http_url(request.server))

    def applied(self, request: SpeechRequest) -> SpeechRequest:
        """Return a request as it would be sent, as far as that is known; from any thread."""
        choice = self.known(request)
        return request if choice is None else choice.apply(request)

    def preview(self, request: SpeechRequest) -> ChosenVoice | None:
        """Return what `choose` would, as far as that is known without asking anybody."""
        choice = self.known(request)
        if choice is None and request.voice is None and self._keys.trusts(request.server):
            return _successor(request.server, "your account has not been asked for its voices yet")
        return choice

    async def _choose(self, server: str, key: Key) -> ChosenVoice:
        account = http_url(server), key
        task = self._asked.get(account)
        if task is None or (task.done() and _has_failed(task)):
            task = self._asked[account] = asyncio.create_task(self._ask(server, key))
            task.add_done_callback(_retrieve)
        try:
            async with asyncio.timeout(PATIENCE):
                return await asyncio.shield(task)
        except TimeoutError:
            return _successor(server, f"your account's list took longer than {PATIENCE:g} s")
        except TTSError as failure:
            reason = failure.message.rstrip(".")
            return _successor(server, f"your account's voices could not be listed: {reason}")

    async def _ask(self, server: str, key: Key) -> ChosenVoice:
        try:
            voice = await find_account_voice(server, key, self.today())
        except HandshakeRefused as refused:
            if not _lacks_permission(refused):
                raise
            return _successor(server, f"your key lacks the permission {_MISSING} to list voices")
        if voice is None:
            return _successor(server, "your account lists no voice that fits", _ELSEWHERE)
        return _of_account(voice)

    async def _end(self) -> None:
        for task in self._asked.values():
            task.cancel()


def account_voices(session: Session) -> AccountVoices:
    """Return what a session knows of its accounts' voices."""
    return session.part(AccountVoices)


def _of_account(voice: AccountVoice) -> ChosenVoice:
    label = f"{voice.name}, from your account"
    return ChosenVoice(voice.id, label, f"{label}, since no voice is named. {_NAMING}")


def _successor(server: str, reason: str, advice: str = "") -> ChosenVoice:
    """Return the voice that is tried where the account's own are not known."""
    voice = default_voice(server)
    name = SUCCESSOR_NAMES.get(voice, voice)
    note = f"{name} speaks, the successor of the old default voice: {reason}. {_NAMING}"
    refused = f"The voice {name} was tried since {reason}."
    return ChosenVoice(voice, name, note, advice or f"{refused} {_NAMING}")


def _lacks_permission(refused: HandshakeRefused) -> bool:
    error = getattr(refused, "error", "")
    quoted = _MISSING in refused.message or "missing_permissions" in refused.message
    return refused.status == 401 and (error == "missing_permissions" or quoted)


def _has_failed(task: asyncio.Task[ChosenVoice]) -> bool:
    return task.cancelled() or task.exception() is not None


def _retrieve(task: asyncio.Task[ChosenVoice]) -> None:
    """Retrieve an exception that nobody waits for any more: asyncio would log it."""
    if not task.cancelled():
        task.exception()
