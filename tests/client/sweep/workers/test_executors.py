"""Tasks on executors that end as they like, and lose their workers."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import ProcessPoolExecutor
from importlib.util import find_spec
from typing import Any

import pytest

from jupyter_tts.client.sweep.workers.executors import check_executor, completed
from jupyter_tts.wire.errors import MissingKey, ParameterError, WorkerError, WorkerLost


class KilledWorker(Exception):
    """As dask.distributed names it."""


class RemoteError(Exception):
    """As ipyparallel hands over an error of its own."""

    ename = "EngineError"


class Scripted(Executor):
    """Runs the last task first, and loses its workers as told."""

    package: Any = "there"

    def __init__(self, losses: dict[int, list[Any]]) -> None:
        self.losses = losses
        self.running: list[tuple[Any, Future[Any]]] = []
        self.calls: list[str] = []
        self.given: list[int] = []
        self.most = 0

    def submit(self, function: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if function is find_spec:
            future.set_result(self.package)
            return future
        _, task, _ = args
        assert task not in [running[1] for running, _ in self.running]
        self.given.append(task)
        self.running.append((args, future))
        self.calls.append(args[2])
        self._function = function
        self.most = max(self.most, len(self.running))
        asyncio.get_running_loop().call_soon(self._end_one)
        return future

    def _end_one(self) -> None:
        args, future = self.running.pop()
        task = args[1]
        if not (losses := self.losses.get(task)):
            future.set_result(self._function(*args))
        elif (loss := losses.pop(0)) == "cancelled":
            future.cancel()
        else:
            future.set_exception(loss)


async def results(stream: AsyncIterator[tuple[int, Any]]) -> list[tuple[int, Any]]:
    return [pair async for pair in stream]


def double(number: int) -> int:
    return 2 * number


def end_process(number: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return number


async def test_a_lost_workers_task_runs_again_and_counts_once() -> None:
    executor = Scripted(
        {1: [KilledWorker()], 3: ["cancelled", RemoteError()], 4: [BrokenExecutor()] * 3}
    )
    found = await results(completed(executor, double, range(6), in_flight=2))
    assert Counter(task for task, _ in found) == Counter(range(6))
    told = dict(found)
    assert isinstance(told.pop(4), WorkerLost)
    assert told == {task: 2 * task for task in (0, 1, 2, 3, 5)}
    assert Counter(executor.given) == {0: 1, 1: 2, 2: 1, 3: 3, 4: 3, 5: 1}
    assert executor.most == 2
    assert len({*executor.calls}) == len(executor.given)  # Dask takes equal calls for one


async def test_closing_cancels_what_is_queued() -> None:
    begun: list[int] = []

    class Waiting(Executor):
        def submit(self, function: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            future: Future[Any] = Future()
            if function is find_spec:
                future.set_result("there")
                return future
            if args[1] == 0:
                future.set_result(0)
            futures.append(future)
            begun.append(args[1])
            return future

    futures: list[Future[Any]] = []
    stream = completed(Waiting(), double, range(100), in_flight=3)
    assert await anext(stream) == (0, 0)
    await stream.aclose()
    await asyncio.sleep(0)
    assert begun == [0, 1, 2]
    assert [future.cancelled() for future in futures] == [False, True, True]


def refuse(number: int) -> int:
    raise MissingKey("There is no key.")


async def test_what_a_task_raises_ends_all_with_a_sentence() -> None:
    with ThreadPoolExecutor(2) as executor:
        divide = completed(executor, lambda number: 1 // number, range(3), in_flight=1)
        with pytest.raises(WorkerError, match="run a task: ZeroDivisionError: integer division"):
            await results(divide)
        with pytest.raises(MissingKey):
            await results(completed(executor, refuse, range(3), in_flight=1))
        assert len(await results(completed(executor, double, range(50), in_flight=4))) == 50
    absent = Scripted({1: [ModuleNotFoundError("No module named 'jupyter_tts'")]})
    with pytest.raises(WorkerError, match=r"No module named .*\. Each needs this: pip install "):
        await results(completed(absent, double, [1], in_flight=1))
    absent.package = None
    with pytest.raises(WorkerError, match=r"has no jupyter_tts\. Each needs this: pip install "):
        await results(completed(absent, double, [1], in_flight=1))


async def test_an_interrupted_worker_does_not_end_the_event_loop() -> None:
    executor = Scripted({1: [KeyboardInterrupt(), SystemExit(2)]})
    assert await results(completed(executor, double, [1], in_flight=1)) == [(1, 2)]


async def test_an_executor_that_takes_no_more_is_told_after_what_runs() -> None:
    processes = ProcessPoolExecutor(1)
    with processes, pytest.raises(WorkerError, match="takes no more tasks: A child process "):
        await results(completed(processes, end_process, [1], in_flight=1))
    threads = ThreadPoolExecutor(1)
    threads.shutdown()
    with pytest.raises(WorkerError, match="takes no more tasks: cannot schedule new futures"):
        await results(completed(threads, double, [1], in_flight=1))


def test_what_is_no_executor_is_refused() -> None:
    class Client:
        __module__ = "distributed.client"

    with pytest.raises(ParameterError, match=r"Executor: client\.get_executor\(\)"):
        check_executor(Client())
    with pytest.raises(ParameterError, match="a ThreadPoolExecutor, say"):
        check_executor(4)
