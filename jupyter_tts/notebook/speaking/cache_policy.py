"""Which speeches go into the cache, and which are taken from it."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import tempfile
from collections.abc import Sequence
from enum import Enum
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ...client.cache import FAULTS, CachedSpeech, SpeechCache, cache_key
from ...client.reading.reading import Reading
from ...client.speech.cost import Cost
from ...client.speech.speech import Speech
from ...client.speech.timeline import Timeline
from ...client.speech.turns import Turn, voices_of
from ...voice_files.store import VoiceStore
from ...voice_files.user_folders import cache_folder, is_writable, shortened
from ...wire.errors import TTSError
from ...wire.hosts import LOCAL, is_loopback
from ...wire.request import SpeechRequest
from ..runtime.session import Session
from ..servers.account_voices import ChosenVoice
from ..servers.embedded import embedded_server
from .preparation import speaker_label

__all__ = ["CACHE_VARIABLE", "NOTEBOOK_VARIABLE", "CachePolicy", "Scope", "cache_policy"]

CACHE_VARIABLE = "JUPYTER_TTS_CACHE"

# Bytes of a speech of some twenty seconds.
_ROOM = 1_000_000

_CLEARING = "%tts_cache clear starts a new one."

# By jupyter_server: the path of the notebook that a kernel runs.
NOTEBOOK_VARIABLE = "JPY_SESSION_NAME"

# Stands for a kernel that does not know its notebook.
_THIS_KERNEL = secrets.token_hex(8)


class Scope(Enum):
    """Where a speech must have been made before to be played from the cache."""

    NOWHERE = "neither stored nor found"
    NOTEBOOK = "in the same notebook, by an earlier run of a cell"
    EARLIER = "anywhere, but for this very run of a cell"
    ANYWHERE = "anywhere"


class CachePolicy:
    """Decides for a session when the user's cache is used.

    Parameters
    ----------
    session : Session
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        # Key of a cached speech to the run of the cell that made it.
        self._made: dict[str, int] = {}

    def scope(self, request: SpeechRequest) -> Scope:
        """Return the scope of a request.

        The ``cache`` parameter decides, then ``JUPYTER_TTS_CACHE=on|off``. By default the embedded
        voice, which costs nothing, is cached for all notebooks, and a paid one for its notebook:
        so Run All does not pay twice, and a new notebook gets a new speech. A server on this
        machine, a simulated network and a loop within one cell mean that a real stream is wanted.
        """
        if request.server == LOCAL and embedded_server(self._session).simulates:
            return Scope.NOWHERE
        wanted = request.cache
        if wanted is None:
            wanted = {"on": True, "off": False}.get(os.environ.get(CACHE_VARIABLE, ""))
        if wanted is not None:
            return Scope.ANYWHERE if wanted else Scope.NOWHERE
        if request.logging is False:
            return Scope.NOWHERE  # a service that may not store the text: neither may we
        if request.server == LOCAL:
            return Scope.EARLIER
        return Scope.NOWHERE if is_loopback(request.server) else Scope.NOTEBOOK

    @property
    def cache(self) -> SpeechCache:
        """The cache of this user, in the system's folder for such files.

        Raises
        ------
        OSError
            If the user has no home folder.
        """
        return SpeechCache(cache_folder(), self._session.settings.cache_megabytes * 1_000_000)

    def describe(self) -> str:
        """Return what is cached, how large it is, what it has saved, where, and what is wrong.

        Raises
        ------
        TTSError
            If the file cannot be read.
        """
        try:
            cache = self.cache
            contents = cache.contents()
            if not is_writable(cache.path.parent):
                folder = shortened(cache.path.parent)
                raise OSError(errno.EACCES, f"{folder} cannot be written")
        except FAULTS as fault:
            raise _failure(fault) from None
        counted = "1 speech" if contents.speeches == 1 else f"{contents.speeches:,} speeches"
        most = self._session.settings.cache_megabytes
        return (
            f"{counted}, {contents.size / 1e6:.1f} of {most:,} MB, in {shortened(cache.path)}. "
            f"{contents.spared:,} characters were not sent because of them."
            + _lack_of_room(cache.path.parent)
        )

    def clear(self) -> str:
        """Delete every speech, and return a sentence that says so.

        Raises
        ------
        TTSError
            If the file cannot be removed.
        """
        try:
            self.cache.clear()
        except OSError as fault:
            raise _failure(fault) from None
        return "The cache is empty."

    def find(
        self,
        request: SpeechRequest,
        reading: Reading,
        voice: ChosenVoice | None = None,
        turns: Sequence[Turn] = (),
    ) -> Speech | None:
        """Return an earlier speech of a text, if it may be played instead of a new one.

        Parameters
        ----------
        request : SpeechRequest
            With its server as the user names it.
        reading : Reading
            Of the text: two with the same spoken form sound alike.
        voice : ChosenVoice, optional
            Which is in the request, where its user named none.
        turns : sequence of Turn, optional
            Who speaks what of the spoken form, where several do.
        """
        scope = self.scope(request)
        if scope is Scope.NOWHERE:
            return None
        key = _key(request, reading.spoken, turns)
        if scope is not Scope.ANYWHERE and self._made.get(key) == self._session.execution:
            return None
        place = _place() if scope is Scope.NOTEBOOK else None
        try:
            cached = self.cache.find(key, place, reading.spoken, ssml=request.sends_ssml)
        except FAULTS:
            return None  # speech goes on without a cache; %tts_cache says what is wrong with it
        return None if cached is None else self._restored(cached, request, reading, voice, turns)

    def held(self, texts: Sequence[tuple[SpeechRequest, str]]) -> list[bool]:
        """Return of each spoken form and its request whether a speech may be taken from anywhere.

        For requests with `cache`; nothing counts as used.
        """
        keys = [
            _key(request, text, ()) if self.scope(request) is Scope.ANYWHERE else ""
            for request, text in texts
        ]
        try:
            held = self.cache.held(filter(None, keys))
        except FAULTS:
            held = set()  # as in find
        return [key in held for key in keys]

    def store(
        self, request: SpeechRequest, text: str, speech: Speech, turns: Sequence[Turn] = ()
    ) -> None:
        """Store a speech that is whole, if it may be found again.

        Not one with a seam where a socket was lost, nor one with a level chosen on the way, nor
        one in another voice: the same request might give another speech.
        """
        whole = speech.complete and speech.frames and not speech.timeline.reconnects
        varies = bool(speech.timeline.levels or speech.notes)
        if not whole or varies or self.scope(request) is Scope.NOWHERE:
            return
        key = _key(request, text, turns)
        self._made[key] = self._session.execution
        try:
            self.cache.keep(key, _place(), speech)
        except FAULTS:
            return  # as in find

    def demote(self, request: SpeechRequest, text: str) -> None:
        """Have a speech give way before any other: it is in a file by now."""
        with contextlib.suppress(*FAULTS):
            self.cache.demote(_key(request, text, ()))

    def _restored(
        self,
        cached: CachedSpeech,
        request: SpeechRequest,
        reading: Reading,
        voice: ChosenVoice | None,
        turns: Sequence[Turn],
    ) -> Speech:
        label = f"{speaker_label(request, voice, turns)} · from the cache"
        addressed = embedded_server(self._session).addressed(request)
        speech = Speech(reading.original, addressed, cached.sample_rate, Timeline(), label=label)
        speech.voice_note = voice.note if voice else ""
        speech.reading = reading
        speech.cost = Cost(spared=len(reading.spoken))
        speech.restore(cached.pcm, reading.original_words(cached.words))
        return speech


def cache_policy(session: Session) -> CachePolicy:
    """Return a session's cache policy."""
    return session.part(CachePolicy)


def _failure(fault: Exception) -> TTSError:
    hint = "Speech goes on without it."
    if not isinstance(fault, OSError):
        return TTSError(f"The cache cannot be used: {fault}.", hint=f"{hint} {_CLEARING}")
    # The folder is at fault, so clearing would not help.
    where = f"{shortened(Path(fault.filename))}: " if fault.filename else ""
    return TTSError(f"The cache cannot be used: {where}{fault.strerror}.", hint=hint)


def _lack_of_room(folder: Path) -> str:
    """Return a sentence if there is no room for a speech, as on a disk or in a quota that is full.

    What is there can still be played then.
    """
    there = next(parent for parent in (folder, *folder.parents) if parent.is_dir())
    try:
        with tempfile.TemporaryFile(dir=there) as probe:
            probe.write(bytes(_ROOM))
            probe.flush()
    except OSError as fault:
        return f" No more can be kept: {fault.strerror}."
    return ""


def _key(request: SpeechRequest, text: str, turns: Sequence[Turn]) -> str:
    embedded = ""
    if request.server == LOCAL:
        files = map(_voice_file, voices_of(turns) or [request.voice])
        embedded = f"{_versions()}{''.join(files)}"
    return cache_key(request, text, embedded=embedded, turns=turns)


def _place() -> str:
    return os.environ.get(NOTEBOOK_VARIABLE) or _THIS_KERNEL


def _voice_file(voice: str | None) -> str:
    """Return what distinguishes the file of an added voice from another of the same name."""
    stored = VoiceStore().find(voice) if voice else None
    try:
        return f", {stored.model.stat().st_mtime_ns} {stored.size}" if stored else ""
    except OSError:
        return ""


@cache
def _versions() -> str:
    """Return the versions of what makes the embedded voice's sound."""
    versions = []
    for name in ("jupyter_tts", "espeakng-loader", "hibari-tts"):
        try:
            versions.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            versions.append(name)
    return ", ".join(versions)
