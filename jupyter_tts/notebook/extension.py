"""Loading and unloading the extension: ``%load_ext`` and ``%unload_ext``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from traitlets import TraitError

from ..wire.errors import ParameterError
from .commands.completion import start_completing, stop_completing
from .commands.magics import TTS
from .commands.pasted_lines import with_plain_blank
from .runtime.interrupts import stop_listening
from .runtime.session import drop_session, session_of
from .speaking.warm_up import warm_up

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from ..client.speech.speech import Speech

__all__ = ["register", "unregister"]

_SPEECH: Final = "jupyter_tts.client.speech.speech.Speech"

_FIRST_CELL: Final = (
    "jupyter_tts.notebook.commands.options",
    "jupyter_tts.notebook.commands.variables",
    "jupyter_tts.notebook.commands.run",
    "jupyter_tts.notebook.player.cell_output",
    "jupyter_tts.client.reading.markdown.reader",
)


def register(shell: InteractiveShell) -> None:
    """Register the magics.

    Raises
    ------
    ParameterError
        For a setting in ipython_config.py that is refused.
    """
    try:
        shell.register_magics(TTS)
        start_completing(shell)
        if with_plain_blank not in shell.input_transformers_cleanup:
            shell.input_transformers_cleanup.append(with_plain_blank)
    except TraitError as refused:
        raise ParameterError([str(refused)], hint="Set c.TTS right in ipython_config.py.") from None
    _show_speeches(shell)
    warm_up(session_of(shell), _FIRST_CELL)


def unregister(shell: InteractiveShell) -> None:
    """Remove the magics, and close the session with all that it started and all its settings."""
    manager = shell.magics_manager
    for kind, names in TTS.magics.items():
        for name in names:
            manager.magics[kind].pop(name, None)
    instance = manager.registry.pop("TTS", None)
    if instance is not None:
        instance.take_back_settings()
        shell.configurables.remove(instance)
    stop_completing(shell)
    if with_plain_blank in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.remove(with_plain_blank)
    assert shell.display_formatter is not None
    shell.display_formatter.ipython_display_formatter.pop(_SPEECH, None)
    stop_listening(session_of(shell))
    drop_session(shell)


def _show_speeches(shell: InteractiveShell) -> None:
    """Have IPython play a Speech that is displayed, also one that no cell here has made."""

    def show(speech: Speech) -> None:
        from .speaking.speak import show

        show(session_of(shell), speech)

    assert shell.display_formatter is not None
    formatter = shell.display_formatter.ipython_display_formatter
    formatter.for_type_by_name(*_SPEECH.rsplit(".", 1), show)
