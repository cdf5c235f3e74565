"""Interrupt Kernel, also for sound that plays on after its cell has ended."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from IPython.core.getipython import get_ipython

__all__ = ["listen_for_interrupts", "stop_listening"]


def listen_for_interrupts() -> None:
    """Have an interrupt of the idle kernel stop all sound.

    An idle kernel ignores the signal. ipykernel restores ``saved_sigint_handler`` after each
    cell, so that is where a handler for the idle time goes.
    """
    kernel: Any = getattr(get_ipython(), "kernel", None)
    before = getattr(kernel, "saved_sigint_handler", None)
    main = threading.current_thread() is threading.main_thread()
    if before is None or not main or hasattr(before, "jupyter_tts_before"):
        return
    kernel.saved_sigint_handler = _stopping(before)


def stop_listening() -> None:
    """Give the idle kernel its own handler back."""
    kernel: Any = getattr(get_ipython(), "kernel", None)
    handler: Any = getattr(kernel, "saved_sigint_handler", None)
    if hasattr(handler, "jupyter_tts_before"):
        kernel.saved_sigint_handler = handler.jupyter_tts_before


def _stopping(before: Any) -> Callable[[int, FrameType | None], None]:
    from .utterance import stop_all

    def handler(number: int, frame: FrameType | None) -> None:
        stop_all()
        if callable(before):
            before(number, frame)

    handler.jupyter_tts_before = before  # type: ignore[attr-defined]  # to set it once, and undo it
    return handler
