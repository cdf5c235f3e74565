"""Text-to-speech streaming that you can hear, see and measure in a notebook.

``%load_ext jupyter_tts`` and ``%%tts`` speak a cell; :func:`say` and :func:`stream` do it from
Python; :class:`Sweep` measures what a setting does, :func:`compare` lets it be heard blind, and
:func:`narrate` speaks a table into files. Importing the package loads none of its parts: each
public name is fetched on first use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from .client.speech.events import Audio
    from .client.speech.speech import Speech
    from .client.sweep.workers.secret import Secret
    from .notebook.api import say, stream
    from .notebook.lasting_player import Player
    from .notebook.panel.panel import Panel
    from .notebook.sweep.listening.compare import compare
    from .notebook.sweep.narration.narrate import narrate
    from .notebook.sweep.sweep import Sweep
    from .url_check.check import check_url
    from .wire.alignment import Word
    from .wire.errors import TTSError
    from .wire.request import SpeechRequest

__all__ = [
    "Audio",
    "Panel",
    "Player",
    "Secret",
    "Speech",
    "SpeechRequest",
    "Sweep",
    "TTSError",
    "Word",
    "check_url",
    "compare",
    "narrate",
    "say",
    "stream",
]

__version__ = "0.1.0"

_HOMES = {
    "Audio": ".client.speech.events",
    "Panel": ".notebook.panel.panel",
    "Player": ".notebook.lasting_player",
    "Secret": ".client.sweep.workers.secret",
    "Speech": ".client.speech.speech",
    "SpeechRequest": ".wire.request",
    "Sweep": ".notebook.sweep.sweep",
    "TTSError": ".wire.errors",
    "Word": ".wire.alignment",
    "check_url": ".url_check.check",
    "compare": ".notebook.sweep.listening.compare",
    "narrate": ".notebook.sweep.narration.narrate",
    "say": ".notebook.api",
    "stream": ".notebook.api",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name], __name__), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Register ``%tts`` and ``%%tts``; called by ``%load_ext jupyter_tts``."""
    from .notebook.extension import register

    register(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Take the magics away and end what they started; called by ``%unload_ext``."""
    from .notebook.extension import unregister

    unregister(shell)
