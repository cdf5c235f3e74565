"""The extension's coming and going: ``%load_ext`` and ``%unload_ext``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from traitlets import TraitError

from ..wire.conditions import Conditions
from ..wire.errors import ParameterError
from .commands.completion import start_completing, stop_completing
from .commands.magics import TTS
from .runtime.settings import SETTINGS
from .speaking.warm_up import warm_up

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["register", "unregister"]


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
    except TraitError as refused:
        raise ParameterError([str(refused)], hint="Set c.TTS right in ipython_config.py.") from None
    warm_up()


def unregister(shell: InteractiveShell) -> None:
    """Take the magics away, stop all sound, and end the embedded voice and the engine."""
    manager = shell.magics_manager
    for kind, names in TTS.magics.items():
        for name in names:
            manager.magics[kind].pop(name, None)
    instance = manager.registry.pop("TTS", None)
    if instance in shell.configurables:
        shell.configurables.remove(instance)
    stop_completing(shell)
    _shut_down()


def _shut_down() -> None:
    from .runtime.event_loop import EVENT_LOOP
    from .servers.embedded import EMBEDDED_SERVER

    EMBEDDED_SERVER.conditions = Conditions()
    SETTINGS.reset()
    if EVENT_LOOP.running:
        from .runtime.interrupts import stop_listening
        from .runtime.running_jobs import stop_all
        from .servers.connection_pool import close_pool

        stop_listening()
        stop_all()
        EVENT_LOOP.submit(close_pool()).result()
        EVENT_LOOP.submit(EMBEDDED_SERVER.stop()).result()
        EVENT_LOOP.stop()
