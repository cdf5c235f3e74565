"""The voices whose files are on this machine, as an engine lists them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from ...voice_files.store import StoredVoice, VoiceStore
from .voices import Voice

__all__ = ["StoredVoices"]

# A change within the clock tick of a look at the folder would go unnoticed.
_SETTLED = 2.0  # seconds


class StoredVoices:
    """One engine's part of a store of voice files; a change of the folder is seen at once.

    Parameters
    ----------
    engine : str
        Its name in the store.
    make : callable
        Makes a voice to list.
    store : VoiceStore, optional
        By default the user's.
    """

    def __init__(
        self, engine: str, make: Callable[[StoredVoice], Voice], store: VoiceStore | None = None
    ) -> None:
        self._engine = engine
        self._make = make
        self._store = store or VoiceStore()
        self._read_at: float | None = None
        self._voices: tuple[Voice, ...] = ()

    @property
    def voices(self) -> tuple[Voice, ...]:
        """The voices to list."""
        try:
            changed = self._store.folder.stat().st_mtime
        except OSError:
            return ()
        if self._read_at is None or changed > self._read_at - _SETTLED:
            self._read_at = time.time()
            installed = self._store.installed()
            self._voices = tuple(
                self._make(voice) for voice in installed if voice.engine == self._engine
            )
        return self._voices

    def find(self, name: str) -> Voice | None:
        """Find a voice by its id, in upper or lower case."""
        wanted = name.lower()
        return next((voice for voice in self.voices if voice.id.lower() == wanted), None)

    def path_of(self, voice: Voice) -> Path:
        """Return where the model of a voice lies."""
        return self._store.path_of(voice.engine_voice)
