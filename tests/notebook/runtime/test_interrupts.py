"""What an interrupt does to what a cell waits for, and to an idle kernel."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import pytest

from jupyter_tts.notebook.runtime import interrupts
from jupyter_tts.notebook.runtime.interrupts import (
    interruptible,
    listen_for_interrupts,
    stop_listening,
    wait,
)


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows by one whenever all that is under way is stopped."""
    stops: list[str] = []
    monkeypatch.setattr(interrupts, "stop_all", lambda: stops.append("all"))
    return stops


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """As much of ipykernel as is used: the handler that it restores after each cell."""
    kernel = SimpleNamespace(saved_sigint_handler=signal.SIG_IGN)
    monkeypatch.setattr(interrupts, "get_ipython", lambda: SimpleNamespace(kernel=kernel))
    return kernel


def done(result: int) -> Future[int]:
    future: Future[int] = Future()
    future.set_result(result)
    return future


def test_what_is_done_in_time_is_handed_on_and_nothing_is_stopped(stopped: list[str]) -> None:
    assert wait(done(7)) == 7
    assert stopped == []


def test_an_error_of_the_work_is_its_own(stopped: list[str]) -> None:
    failed: Future[int] = Future()
    failed.set_exception(LookupError("gone"))
    with pytest.raises(LookupError, match="gone"):
        wait(failed)
    assert stopped == []


def test_an_interrupt_cancels_the_work_and_stops_all_sound_in_one_word(stopped: list[str]) -> None:
    work: Future[int] = Future()
    with pytest.raises(KeyboardInterrupt, match="speech stopped") as caught, interruptible(work):
        raise KeyboardInterrupt
    assert work.cancelled()
    assert stopped == ["all"]
    assert caught.value.__suppress_context__
    rendered: Callable[[], list[str]] = vars(caught.value)["_render_traceback_"]
    assert rendered() == ["Stopped."]


def test_work_that_was_cancelled_is_an_interrupt_too(stopped: list[str]) -> None:
    work: Future[int] = Future()
    work.cancel()
    with pytest.raises(KeyboardInterrupt, match="speech stopped"):
        wait(work)
    assert stopped == ["all"]


def test_any_other_error_cancels_the_work_and_leaves_other_sound_alone(stopped: list[str]) -> None:
    work: Future[int] = Future()
    with pytest.raises(LookupError), interruptible(work):
        raise LookupError
    assert work.cancelled()
    assert stopped == []


def test_an_idle_kernel_stops_all_sound_and_then_does_what_it_did(
    kernel: Any, stopped: list[str]
) -> None:
    kernel.saved_sigint_handler = lambda number, frame: stopped.append(f"before {number}")
    listen_for_interrupts()
    kernel.saved_sigint_handler(signal.SIGINT, None)
    assert stopped == ["all", f"before {signal.SIGINT}"]


def test_an_idle_kernel_that_ignores_interrupts_still_stops_all_sound(
    kernel: Any, stopped: list[str]
) -> None:
    listen_for_interrupts()
    kernel.saved_sigint_handler(signal.SIGINT, None)
    assert stopped == ["all"]


def test_the_handler_is_set_once_and_taken_back(kernel: Any, stopped: list[str]) -> None:
    listen_for_interrupts()
    ours = kernel.saved_sigint_handler
    listen_for_interrupts()
    assert kernel.saved_sigint_handler is ours
    stop_listening()
    assert kernel.saved_sigint_handler is signal.SIG_IGN
    stop_listening()
    assert kernel.saved_sigint_handler is signal.SIG_IGN


def test_in_a_thread_of_the_users_no_handler_is_set(kernel: Any) -> None:
    thread = threading.Thread(target=listen_for_interrupts)
    thread.start()
    thread.join()
    assert kernel.saved_sigint_handler is signal.SIG_IGN


def test_without_a_kernel_there_is_nothing_to_listen_to(monkeypatch: pytest.MonkeyPatch) -> None:
    for shell in (None, SimpleNamespace()):
        monkeypatch.setattr(interrupts, "get_ipython", lambda shell=shell: shell)
        listen_for_interrupts()
        stop_listening()
