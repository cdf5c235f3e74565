"""A worker's side of a sweep: cells measured where this process runs.

Tasks and results are plain values, so that another version can tell that it is one. No key is in
either: a worker finds its own.
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
import socket
import sys
import threading
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from .... import __version__
from ....wire.errors import MissingKey, TTSError
from ....wire.hosts import LOCAL
from ....wire.request import SpeechRequest
from ...connections.pool import ConnectionPool
from ...embedded_process import EmbeddedProcess
from ...keys import Key, find_key
from ...threads import in_thread
from ..axes import HERE, Condition, parameters_of, read_network
from ..measure import Server, measure
from ..plan import Cell
from ..prompts import Prompt
from ..runner import WarmUp, socket_ready
from .secret import Secret

__all__ = [
    "REGION_VARIABLE",
    "WorkerBench",
    "end_worker",
    "measure_cells",
    "run_here",
    "worker_name",
]

T = TypeVar("T")

REGION_VARIABLE: Final = "JUPYTER_TTS_REGION"
"""The worker's environment says in it where the worker is, for a reader."""


def measure_cells(task: Mapping[str, Any]) -> dict[str, Any]:
    """Measure cells one after the other, where this runs.

    Parameters
    ----------
    task : mapping
        As :mod:`~jupyter_tts.client.sweep.workers.remote` makes it.

    Returns
    -------
    dict
        ``rows``, as JSON, and ``sounds``, those that were asked for; and ``failure``, where one
        ended it: its kind, sentence and hint.
    """
    return run_here(task, _measure, "measure")


def run_here(
    task: Mapping[str, Any],
    work: Callable[[WorkerBench, Mapping[str, Any]], Coroutine[Any, Any, dict[str, Any]]],
    what: str,
) -> dict[str, Any]:
    """Do the work of a task on this process's event loop.

    Parameters
    ----------
    task : mapping
        With ``version``, ``secret``, ``trusted`` and ``regions``.
    work : callable
        Makes its result.
    what : str
        What the worker cannot do, in an error.

    Returns
    -------
    dict
        The result; or ``failure``, as in :func:`measure_cells`.
    """
    name = worker_name()
    if task["version"] != __version__:
        return _failure(
            "WorkerError",
            f"The worker {name} has jupyter_tts {__version__}, and this is {task['version']}.",
            f'Install the same there: pip install "jupyter_tts=={task["version"]}".',
        )
    process = _this_process()
    regions = task["regions"]
    bench = WorkerBench(
        process.embedded,
        process.pool,
        secret=None if task["secret"] is None else Secret(**task["secret"]),
        trusted=frozenset(task["trusted"]),
        worker=name,
        region=regions.get(name) or os.environ.get(REGION_VARIABLE, ""),
    )
    try:
        return process.wait(work(bench, task))
    except TTSError as failure:
        return _told(name, what, failure)


def worker_name() -> str:
    """Return what this worker is called: by Dask, else by its machine and process."""
    distributed = sys.modules.get("distributed")
    if distributed is not None:
        try:
            return str(distributed.get_worker().name)
        except (AttributeError, ValueError):
            pass  # loaded, and not what runs this
    return f"{socket.gethostname()}:{os.getpid()}"


@dataclass
class WorkerBench:
    """Where a worker measures: its own embedded server, or another with a key that it finds.

    Parameters
    ----------
    embedded : EmbeddedProcess
    pool : ConnectionPool
    secret : Secret or None
        Where the key is; None for the variable ``ELEVENLABS_API_KEY``, or the keyring.
    trusted : frozenset of str
        Further hosts that may have the key.
    worker, region : str
        Where this is.
    """

    embedded: EmbeddedProcess
    pool: ConnectionPool
    secret: Secret | None = None
    trusted: frozenset[str] = frozenset()
    worker: str = ""
    region: str = ""

    async def prepare(self, condition: Condition) -> Server:
        """Return the server for a condition, and its warm socket.

        Raises
        ------
        TTSError
            If there is none: no key, no embedded voice.
        """
        request = SpeechRequest(**{"format": "pcm_24000", **parameters_of(condition)})
        if request.server == LOCAL:
            url, key = await self._simulating(condition)
            request = request.at(url)
        else:
            found = await in_thread(self._find_key, request.server)
            url, key = request.server, found
        await socket_ready(self.pool, request, key)
        sockets = self.pool if request.warm else None
        return Server(url, key, sockets, self.worker, self.region)

    async def _simulating(self, condition: Condition) -> tuple[str, Key | None]:
        before = self.embedded.playing
        self.embedded.conditions = read_network(condition.get("network", HERE))
        url, key = await self.embedded.start()
        if self.embedded.playing != before:
            self.pool.drop(key)  # a socket keeps the network that it was opened in
        return url, key

    def _find_key(self, server: str) -> Key | None:
        if self.secret is None:
            return find_key(server, trusted=self.trusted)
        key = find_key(server, typed=self.secret.read(), trusted=self.trusted)
        if key is None:
            raise MissingKey(
                f"{server} may not have the key.",
                hint="It goes over TLS, to ElevenLabs and to hosts in %config TTS.trusted_hosts.",
            )
        return key


@dataclass
class _Process:
    """What the tasks of one process share: an event loop, the embedded server, sockets."""

    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    embedded: EmbeddedProcess = field(default_factory=EmbeddedProcess)
    warm_ups: dict[str, WarmUp] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()
        # A thread of its own: an engine of ipyparallel runs tasks inside a running loop.
        self._thread = threading.Thread(
            target=self.loop.run_forever, name="jupyter_tts_worker", daemon=True
        )
        self._thread.start()
        self.pool = self.wait(_made(ConnectionPool))
        self.embedded_lock = self.wait(_made(asyncio.Lock))

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for work on the event loop; what interrupts the wait cancels it."""
        future = asyncio.run_coroutine_threadsafe(self._run(work), self.loop)
        try:
            return future.result()
        finally:
            future.cancel()

    def end(self) -> None:
        """End all of it, and what runs."""
        self.wait(self._stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    async def _run(self, work: Coroutine[Any, Any, T]) -> T:
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            return await work
        finally:
            self._running.discard(task)

    async def _stop(self) -> None:
        running = self._running - {asyncio.current_task()}
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self.pool.close()
        await self.embedded.stop()


_lock = threading.Lock()
_process: _Process | None = None


def _this_process() -> _Process:
    global _process
    with _lock:
        if _process is None:
            _process = _Process()
        return _process


def _forget() -> None:
    """Leave all to the parent, in a forked process."""
    global _process, _lock
    _process, _lock = None, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def end_worker() -> None:
    """End what tasks started in this process: the embedded server, sockets and a thread."""
    global _process
    with _lock:
        ended, _process = _process, None
    if ended is not None:
        ended.end()


async def _made(kind: type[T]) -> T:
    return kind()


async def _measure(bench: WorkerBench, task: Mapping[str, Any]) -> dict[str, Any]:
    process = _this_process()
    warm_up = process.warm_ups.setdefault(task["run"], WarmUp())
    rows, sounds = [], {}
    # Tasks on other threads of this process would change the simulated network under it.
    is_local = any(plain["condition"].get("server") == LOCAL for plain in task["cells"])
    lock = process.embedded_lock if is_local else asyncio.Lock()
    failure: dict[str, Any] = {}
    async with lock:
        for plain in task["cells"]:
            cell = Cell(**{**plain, "prompt": Prompt(**plain["prompt"])})
            try:
                await warm_up.before(cell, bench)
                row, recording = await measure(cell, await bench.prepare(cell.condition))
            except TTSError as refused:
                failure = _told(bench.worker, "measure", refused)
                break  # what was measured before is kept
            rows.append(dataclasses.replace(row, beside=task["beside"]).as_json())
            if cell.name in task["sounds"] and recording is not None:
                sounds[cell.name] = (recording.pcm, recording.sample_rate)
    return {"rows": rows, "sounds": sounds, **failure}


def _told(worker: str, what: str, failure: TTSError) -> dict[str, Any]:
    message = f"The worker {worker} cannot {what}: {failure.message}"
    return _failure(type(failure).__name__, message, failure.hint)


def _failure(kind: str, message: str, hint: str) -> dict[str, Any]:
    return {"failure": {"kind": kind, "message": message, "hint": hint}}
