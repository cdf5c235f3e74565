"""``%tts`` and ``%%tts``: they read their options and call one function."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any

from IPython.core.getipython import get_ipython
from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand

from ..wire.errors import ParameterError
from .expand import expand
from .options import Options, help_text, parse_options, split_options

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from ..client.speech import Speech

__all__ = ["TTS", "register", "show_speeches", "unregister"]


@magics_class
class TTS(Magics):
    """Magics that speak."""

    @no_var_expand
    @line_cell_magic
    def tts(self, line: str, cell: str | None = None) -> None:
        assert self.shell is not None
        names = self.shell.user_ns
        head, text = split_options(line) if cell is None else (line, cell)
        options = parse_options(expand(head, names))
        if not options.raw:
            text = expand(text, names)
        _run(self.shell, options, text.strip())

    tts.__doc__ = help_text()


def _run(shell: InteractiveShell, options: Options, text: str) -> None:
    if not text:
        raise ParameterError(
            ["the text is empty"], hint="Write it under %%tts, or after %tts. Nothing was sent."
        )
    if options.dry_run:
        _show_request(options)
        return
    from ..client.speech import check_path
    from .speaking import speak

    if options.save is not None:
        check_path(options.save)  # before anything is made for it

    def keep(speech: Speech) -> None:
        if options.name is not None:
            shell.user_ns[options.name] = speech
        if options.save is not None:
            speech.save(options.save)

    show_speeches()
    _listen_for_interrupts(shell)
    speak(text, options.parameters, play=options.play, background=options.background, then=keep)


def _show_request(options: Options) -> None:
    from IPython.display import publish_display_data

    from .local import LOCAL_VOICE
    from .speaking import make_request
    from .view import request_bundle

    request = make_request(options.parameters)
    if request.server == "local" and LOCAL_VOICE.url:
        request = request.at(LOCAL_VOICE.url)
    publish_display_data(request_bundle(request))


def register(shell: InteractiveShell) -> None:
    """Register the magics."""
    shell.register_magics(TTS)


def unregister(shell: InteractiveShell) -> None:
    """Take the magics away, stop all sound, and end the embedded voice and the engine."""
    manager = shell.magics_manager
    for kind in ("line", "cell"):
        manager.magics[kind].pop("tts", None)
    instance = manager.registry.pop("TTS", None)
    if instance in shell.configurables:
        shell.configurables.remove(instance)
    _shut_down()


def _shut_down() -> None:
    from .engine import ENGINE

    if ENGINE.running:
        from .local import LOCAL_VOICE
        from .utterance import stop_all

        stop_all()
        ENGINE.submit(LOCAL_VOICE.stop()).result()
        ENGINE.stop()


def show_speeches() -> None:
    """Have IPython play a Speech that is displayed."""
    shell = get_ipython()
    if shell is not None:
        from ..client.speech import Speech
        from .speaking import show

        assert shell.display_formatter is not None
        shell.display_formatter.ipython_display_formatter.for_type(Speech, show)


def _listen_for_interrupts(shell: InteractiveShell) -> None:
    """Let Interrupt Kernel silence sound that plays on after its cell has ended.

    An idle kernel ignores the signal. ipykernel restores ``saved_sigint_handler`` after each
    cell, so that is where a handler for the idle time goes.
    """
    kernel: Any = getattr(shell, "kernel", None)
    before = getattr(kernel, "saved_sigint_handler", None)
    main = threading.current_thread() is threading.main_thread()
    if kernel is None or before is None or not main or getattr(before, "is_jupyter_tts", False):
        return
    kernel.saved_sigint_handler = _stopping(before)


def _stopping(before: Any) -> Callable[[int, FrameType | None], None]:
    from .utterance import stop_all

    def handler(number: int, frame: FrameType | None) -> None:
        stop_all()
        if callable(before):
            before(number, frame)

    handler.is_jupyter_tts = True  # type: ignore[attr-defined]  # so that it is set only once
    return handler
