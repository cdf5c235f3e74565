"""Interrupt Kernel: for the work that a cell waits for, and for sound after the cell."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from types import FrameType
from typing import Any, TypeVar

from .frontend import kernel_of
from .session import Session

__all__ = ["interruptible", "listen_for_interrupts", "stop_listening", "wait"]

T = TypeVar("T")


def wait(session: Session, future: Future[T]) -> T:
    """Wait for the event loop."""
    with interruptible(session, future):
        return future.result()


@contextlib.contextmanager
def interruptible(session: Session, work: Future[Any]) -> Iterator[None]:
    """Let an interrupt of the kernel end the work and all sound, without a traceback."""
    try:
        yield
    except (KeyboardInterrupt, CancelledError):
        work.cancel()
        session.stop_jobs()
        raise _stop_interrupt() from None
    except BaseException:
        work.cancel()
        raise


def _stop_interrupt() -> KeyboardInterrupt:
    interrupt = KeyboardInterrupt("speech stopped")
    # IPython shows this instead of a traceback, which would suggest an error in the code.
    interrupt._render_traceback_ = lambda: ["Stopped."]  # type: ignore[attr-defined]  # IPython's hook
    return interrupt


def listen_for_interrupts(session: Session) -> None:
    """Have an interrupt of the idle kernel stop all sound.

    An idle kernel ignores the signal. ipykernel restores ``saved_sigint_handler`` after each
    cell, so that is where a handler for the idle time goes.
    """
    kernel: Any = kernel_of(session.shell)
    before = getattr(kernel, "saved_sigint_handler", None)
    main = threading.current_thread() is threading.main_thread()
    if before is None or not main or hasattr(before, "jupyter_tts_before"):
        return
    kernel.saved_sigint_handler = _stop_handler(session, before)


def stop_listening(session: Session) -> None:
    """Give the idle kernel its own handler back."""
    kernel: Any = kernel_of(session.shell)
    handler: Any = getattr(kernel, "saved_sigint_handler", None)
    if hasattr(handler, "jupyter_tts_before"):
        kernel.saved_sigint_handler = handler.jupyter_tts_before


def _stop_handler(session: Session, before: Any) -> Callable[[int, FrameType | None], None]:
    def handler(number: int, frame: FrameType | None) -> None:
        session.stop_jobs()
        if callable(before):
            before(number, frame)

    handler.jupyter_tts_before = before  # type: ignore[attr-defined]  # to set it once, and undo it
    return handler
