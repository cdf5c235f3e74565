"""Which speeches are kept in the cache, and which are found there again."""

from __future__ import annotations

import os
import secrets
from enum import Enum
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import platformdirs

from ...client.cache import FAULTS, CachedSpeech, SpeechCache, cache_key
from ...client.speech.cost import Cost
from ...client.speech.speech import Speech
from ...client.speech.timeline import Timeline
from ...wire.conditions import Conditions
from ...wire.errors import TTSError
from ...wire.hosts import LOCAL, is_loopback
from ...wire.request import SpeechRequest
from ..runtime.frontend import execution
from ..runtime.settings import SETTINGS
from ..servers.embedded import EMBEDDED_SERVER
from .labels import speaker

__all__ = [
    "CACHE_VARIABLE",
    "NOTEBOOK_VARIABLE",
    "Scope",
    "clear_cache",
    "describe_cache",
    "keep",
    "recall",
    "scope",
    "speech_cache",
]

CACHE_VARIABLE = "JUPYTER_TTS_CACHE"

_CLEARING = "%tts_cache clear begins it anew."

# By jupyter_server: the path of the notebook that a kernel runs.
NOTEBOOK_VARIABLE = "JPY_SESSION_NAME"

# Stands for a kernel that does not know its notebook.
_THIS_KERNEL = secrets.token_hex(8)


class Scope(Enum):
    """Where a speech must have been made before to be played from the cache."""

    NOWHERE = "neither kept nor found"
    NOTEBOOK = "in the same notebook, by an earlier run of a cell"
    EARLIER = "anywhere, but for this very run of a cell"
    ANYWHERE = "anywhere"


def scope(request: SpeechRequest) -> Scope:
    """Return what holds for a request.

    The ``cache`` parameter decides, then ``JUPYTER_TTS_CACHE=on|off``. By itself the embedded
    voice, whose sound costs nothing, is kept for everybody, and a paid one for its notebook: so
    Run All does not pay twice, and a new notebook gets a new speech. Who speaks with a server on
    this machine, simulates a network or measures in a loop within one cell wants a real stream.
    """
    if request.server == LOCAL and EMBEDDED_SERVER.conditions != Conditions():
        return Scope.NOWHERE
    wanted = request.cache
    if wanted is None:
        wanted = {"on": True, "off": False}.get(os.environ.get(CACHE_VARIABLE, ""))
    if wanted is not None:
        return Scope.ANYWHERE if wanted else Scope.NOWHERE
    if request.logging is False:
        return Scope.NOWHERE  # who asks the service to keep nothing means it
    if request.server == LOCAL:
        return Scope.EARLIER
    return Scope.NOWHERE if is_loopback(request.server) else Scope.NOTEBOOK


def speech_cache() -> SpeechCache:
    """Return the cache of this user, in the system's folder for such files."""
    folder = platformdirs.user_cache_path("jupyter_tts", appauthor=False)
    return SpeechCache(folder, SETTINGS.cache_megabytes * 1_000_000)


def describe_cache() -> str:
    """Return what is kept, how large it is, what it has spared, and where it is.

    Raises
    ------
    TTSError
        If the file cannot be read.
    """
    cache = speech_cache()
    try:
        held = cache.contents()
    except FAULTS as fault:
        raise _failure(fault) from None
    counted = "1 speech" if held.speeches == 1 else f"{held.speeches:,} speeches"
    return (
        f"{counted}, {held.size / 1e6:.1f} of {SETTINGS.cache_megabytes:,} MB, in "
        f"{_short(cache.path)}. {held.spared:,} characters were not sent because of them."
    )


def clear_cache() -> str:
    """Forget every speech, and say so.

    Raises
    ------
    TTSError
        If the file cannot be removed.
    """
    try:
        speech_cache().clear()
    except OSError as fault:
        raise _failure(fault) from None
    return "The cache is empty."


def recall(request: SpeechRequest, text: str) -> Speech | None:
    """Return an earlier speech of a text, if it may be played instead of a new one.

    Parameters
    ----------
    request : SpeechRequest
        With its server as the user names it.
    text : str
    """
    where = scope(request)
    if where is Scope.NOWHERE:
        return None
    key = _key(request, text)
    if where is not Scope.ANYWHERE and _MADE.get(key) == execution():
        return None
    try:
        kept = speech_cache().find(key, _place() if where is Scope.NOTEBOOK else None, text)
    except FAULTS:
        return None  # a cache that fails is none; %tts_cache tells of it
    return None if kept is None else _restored(kept, request, text)


def keep(request: SpeechRequest, text: str, speech: Speech) -> None:
    """Keep a speech that is whole, if it may be found again.

    Not one with a seam where a socket was lost, nor one whose level was chosen on the way: they
    are more than their request determines.
    """
    whole = speech.complete and speech.frames and not speech.timeline.reconnects
    if not whole or speech.timeline.levels or scope(request) is Scope.NOWHERE:
        return
    key = _key(request, text)
    _MADE[key] = execution()
    try:
        speech_cache().keep(key, _place(), speech)
    except FAULTS:
        return  # likewise


# In which run of a cell a speech was made that the cache has.
_MADE: dict[str, int] = {}


def _restored(kept: CachedSpeech, request: SpeechRequest, text: str) -> Speech:
    told = f"{speaker(request)} · from the cache"
    request = EMBEDDED_SERVER.addressed(request)
    speech = Speech(text, request, kept.sample_rate, Timeline(), label=told)
    speech.cost = Cost(spared=len(text))
    speech.restore(kept.pcm, kept.words)
    return speech


def _short(path: Path) -> str:
    """Return a path without the name of its user."""
    home = Path.home()
    return f"~{os.sep}{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


def _failure(fault: Exception) -> TTSError:
    return TTSError(
        f"The cache cannot be used: {fault}.", hint=f"Speech goes on without it. {_CLEARING}"
    )


def _key(request: SpeechRequest, text: str) -> str:
    return cache_key(request, text, embedded=_versions() if request.server == LOCAL else "")


def _place() -> str:
    return os.environ.get(NOTEBOOK_VARIABLE) or _THIS_KERNEL


@cache
def _versions() -> str:
    """Return the versions of what makes the embedded voice's sound."""
    found = []
    for name in ("jupyter_tts", "espeakng-loader"):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(name)
    return ", ".join(found)
