"""What an interrupt does to what a cell waits for, and to an idle kernel."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import pytest

from jupyter_tts.notebook.runtime.interrupts import (
    interruptible,
    listen_for_interrupts,
    stop_listening,
    wait,
)


@pytest.fixture
def stopped() -> list[str]:
    """Grows by one whenever all jobs are stopped."""
    return []


@pytest.fixture
def kernel() -> SimpleNamespace:
    """As much of ipykernel as is used: the handler that it restores after each cell."""
    return SimpleNamespace(saved_sigint_handler=signal.SIG_IGN)


@pytest.fixture
def session(kernel: SimpleNamespace, stopped: list[str]) -> Any:
    """As much of a session as is used, in a kernel."""
    shell = SimpleNamespace(kernel=kernel)
    return SimpleNamespace(shell=shell, stop_jobs=lambda: stopped.append("all"))


def done(result: int) -> Future[int]:
    future: Future[int] = Future()
    future.set_result(result)
    return future


def test_what_is_done_in_time_is_handed_on_and_nothing_is_stopped(
    session: Any, stopped: list[str]
) -> None:
    assert wait(session, done(7)) == 7
    assert stopped == []


def test_an_error_of_the_work_is_its_own(session: Any, stopped: list[str]) -> None:
    failed: Future[int] = Future()
    failed.set_exception(LookupError("gone"))
    with pytest.raises(LookupError, match="gone"):
        wait(session, failed)
    assert stopped == []


def test_an_interrupt_cancels_the_work_and_stops_all_sound_in_one_word(
    session: Any, stopped: list[str]
) -> None:
    work: Future[int] = Future()
    with (
        pytest.raises(KeyboardInterrupt, match="speech stopped") as caught,
        interruptible(session, work),
    ):
        raise KeyboardInterrupt
    assert work.cancelled()
    assert stopped == ["all"]
    assert caught.value.__suppress_context__
    rendered: Callable[[], list[str]] = vars(caught.value)["_render_traceback_"]
    assert rendered() == ["Stopped."]


def test_work_that_was_cancelled_is_an_interrupt_too(session: Any, stopped: list[str]) -> None:
    work: Future[int] = Future()
    work.cancel()
    with pytest.raises(KeyboardInterrupt, match="speech stopped"):
        wait(session, work)
    assert stopped == ["all"]


def test_any_other_error_cancels_the_work_and_leaves_other_sound_alone(
    session: Any, stopped: list[str]
) -> None:
    work: Future[int] = Future()
    with pytest.raises(LookupError), interruptible(session, work):
        raise LookupError
    assert work.cancelled()
    assert stopped == []


def test_an_idle_kernel_stops_all_sound_and_then_does_what_it_did(
    kernel: Any, session: Any, stopped: list[str]
) -> None:
    kernel.saved_sigint_handler = lambda number, frame: stopped.append(f"before {number}")
    listen_for_interrupts(session)
    kernel.saved_sigint_handler(signal.SIGINT, None)
    assert stopped == ["all", f"before {signal.SIGINT}"]


def test_an_idle_kernel_that_ignores_interrupts_still_stops_all_sound(
    kernel: Any, session: Any, stopped: list[str]
) -> None:
    listen_for_interrupts(session)
    kernel.saved_sigint_handler(signal.SIGINT, None)
    assert stopped == ["all"]


def test_the_handler_is_set_once_and_taken_back(
    kernel: Any, session: Any, stopped: list[str]
) -> None:
    listen_for_interrupts(session)
    ours = kernel.saved_sigint_handler
    listen_for_interrupts(session)
    assert kernel.saved_sigint_handler is ours
    stop_listening(session)
    assert kernel.saved_sigint_handler is signal.SIG_IGN
    stop_listening(session)
    assert kernel.saved_sigint_handler is signal.SIG_IGN


def test_in_a_thread_of_the_users_no_handler_is_set(kernel: Any, session: Any) -> None:
    thread = threading.Thread(target=listen_for_interrupts, args=(session,))
    thread.start()
    thread.join()
    assert kernel.saved_sigint_handler is signal.SIG_IGN


def test_without_a_kernel_there_is_nothing_to_listen_to() -> None:
    for shell in (None, SimpleNamespace()):
        session: Any = SimpleNamespace(shell=shell)
        listen_for_interrupts(session)
        stop_listening(session)
