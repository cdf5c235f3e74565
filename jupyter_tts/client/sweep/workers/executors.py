"""Tasks on any executor, as their results come: run again where a worker was lost, none twice."""

from __future__ import annotations

import asyncio
import importlib.util
import secrets
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from .... import __version__
from ....wire.errors import ParameterError, TTSError, WorkerError, WorkerLost

__all__ = ["MOST_TRIES", "check_executor", "completed", "run_task"]

Task = TypeVar("Task")
Result = TypeVar("Result")

MOST_TRIES: Final = 3
"""How often a task is given to a worker before it counts as one that ends its workers."""

# What dask.distributed and ipyparallel call a worker that was lost: neither is imported.
_LOST: Final = frozenset({"KilledWorker", "EngineError", "FutureCancelledError"})

# Of what an executor or a worker says of itself.
_LONGEST: Final = 300  # characters

# What a worker raises that lacks the package, or has another one.
_NOT_THERE: Final = frozenset({"ModuleNotFoundError", "ImportError", "AttributeError"})


@dataclass(slots=True)
class _Try(Generic[Task]):
    task: Task
    tries: int = 1


async def completed(
    executor: Executor,
    function: Callable[[Task], Result],
    tasks: Iterable[Task],
    *,
    in_flight: int,
) -> AsyncGenerator[tuple[Task, Result | WorkerLost], None]:
    """Run a function of each task on an executor, and yield the results as they come.

    A task whose worker was lost is run again, three times at most. None runs twice at the same
    time, and each has one result. Closing the iterator cancels what is not running yet.

    Parameters
    ----------
    executor : concurrent.futures.Executor
        Its own affair, and not shut down.
    function : callable
        Of one task. Both must be picklable where the executor's workers are processes.
    tasks : iterable
        Read as they are needed.
    in_flight : int
        How many are with the executor at the same time, 1 or more.

    Yields
    ------
    tuple
        A task, and its result; :class:`WorkerLost` in its place if three workers were lost with it.

    Raises
    ------
    WorkerError
        If a worker cannot run the function, or the executor takes no more tasks: a process pool
        does not after one of its processes ended. What runs by then is waited for.
    TTSError
        Whatever of this kind the function raised.
    """
    await _check_workers(executor)
    fresh = iter(tasks)
    lost: deque[_Try[Task]] = deque()
    running: dict[asyncio.Future[Result], _Try[Task]] = {}
    closed: WorkerError | None = None
    try:
        while True:
            while closed is None and len(running) < in_flight:
                if (given := _next(lost, fresh)) is None:
                    break
                try:
                    running[_submit(executor, function, given.task)] = given
                except WorkerError as refused:
                    closed = refused  # what runs is waited for
            if not running:
                break
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for future in done:
                ended = running.pop(future)
                if not _has_lost_worker(future):
                    yield ended.task, _result(future)
                elif ended.tries < MOST_TRIES:
                    lost.append(ended)
                else:
                    yield ended.task, _lost(ended.tries)
    finally:
        for future in running:
            future.cancel()
    if closed is not None:
        raise closed


async def _check_workers(executor: Executor) -> None:
    """Refuse workers without this package: one of Dask's ends its connection over such a task."""
    package = __name__.partition(".")[0]
    try:
        found = await asyncio.wrap_future(executor.submit(importlib.util.find_spec, package))
    except Exception:
        return  # whatever it is, a lost worker say, each task meets it, too, and deals with it
    if found is None:
        raise WorkerError(f"A worker has no {package}.", hint=_install())


def _next(lost: deque[_Try[Task]], fresh: Iterator[Task]) -> _Try[Task] | None:
    """Return what is to be run next, None if there is nothing more."""
    if lost:
        again = lost.popleft()
        again.tries += 1
        return again
    for task in fresh:
        return _Try(task)
    return None


def _submit(
    executor: Executor, function: Callable[[Task], Result], task: Task
) -> asyncio.Future[Result]:
    try:
        # Dask takes equal calls for one, and would answer with what came of the lost one.
        call = executor.submit(run_task, function, task, secrets.token_hex(8))
        return asyncio.wrap_future(call)
    except Exception as fault:  # each executor has its own, and none of them takes more
        raise WorkerError(
            f"The executor takes no more tasks: {_told(fault)}.",
            hint="What was done is kept. Run again with a new executor for the rest.",
        ) from None


def run_task(function: Callable[[Task], Result], task: Task, call: str) -> Result:
    """Return what a function makes of a task, on a worker; `call` tells the call from any other."""
    return function(task)


def check_executor(executor: object) -> None:
    """Refuse what is no executor.

    Raises
    ------
    ParameterError
        The message says how some others give one.
    """
    if isinstance(executor, Executor):
        return
    what = type(executor).__module__.partition(".")[0]
    ways = {"distributed": "client.get_executor()", "ipyparallel": "client.executor()"}
    way = ways.get(what, "a ThreadPoolExecutor, say, or Dask's client.get_executor()")
    raise ParameterError([f"executor must be a concurrent.futures.Executor: {way}"])


def _result(future: asyncio.Future[Result]) -> Result:
    fault = future.exception()
    if fault is None or isinstance(fault, TTSError):
        return future.result()
    name = str(getattr(fault, "ename", type(fault).__name__))
    raise WorkerError(
        f"A worker could not run a task: {name}: {_told(fault)}.",
        hint=_install() if name in _NOT_THERE else "",
    ) from None


def _install() -> str:
    return f'Each needs this: pip install "jupyter_tts=={__version__}".'


def _told(fault: BaseException) -> str:
    text = " ".join(str(getattr(fault, "evalue", fault)).split()) or type(fault).__name__
    return text[:_LONGEST].rstrip(".")


def _has_lost_worker(future: asyncio.Future[Result]) -> bool:
    if future.cancelled():
        return True
    fault = future.exception()
    if fault is not None and not isinstance(fault, Exception):
        return True  # an interrupt or exit of its own, which must not end the event loop here
    names = {type(fault).__name__, str(getattr(fault, "ename", ""))}  # ipyparallel's RemoteError
    return isinstance(fault, BrokenExecutor | CancelledError) or bool(names & _LOST)


def _lost(tries: int) -> WorkerLost:
    return WorkerLost(
        f"{tries} workers were lost while they ran this.",
        hint="Their own logs say why; too little memory is a common cause.",
    )
