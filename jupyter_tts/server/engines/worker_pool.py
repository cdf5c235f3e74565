"""Several workers behind one queue: requests in turn, a lost worker replaced."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from ...wire.errors import LocalVoiceMissing, VoiceEngineError
from .turns import next_turn
from .worker_process import WorkerProcess

__all__ = ["WorkerPool"]

Reply = TypeVar("Reply")

# Of a worker: one may be killed before it is ready, again and again where starting takes long.
STARTS = 10

CLOSED = "The embedded voice was closed."


@dataclass(frozen=True, order=True)
class _Request(Generic[Reply]):
    """A request in the queue, and where its reply goes and what comes before the reply."""

    turn: int
    header: dict[str, Any] = field(compare=False)
    reply: asyncio.Future[Reply] = field(compare=False)
    begun: Callable[[Reply], None] | None = field(compare=False)


class WorkerPool(Generic[Reply]):
    """A queue of requests before one or more workers.

    Parameters
    ----------
    workers : int
        How many processes.
    reply_timeout : float
        Seconds a worker may take for one request before it is replaced.
    read_reply : callable
        Makes a reply of the header and body of a worker's answer; raises ConnectionError where
        they are malformed, and the worker is replaced.
    start_hint : str
        What a user can do when a worker does not start.
    """

    def __init__(
        self,
        workers: int,
        *,
        reply_timeout: float,
        read_reply: Callable[[dict[str, Any], bytes], Reply],
        start_hint: str,
    ) -> None:
        if workers < 1:
            raise ValueError("an engine needs at least one worker")
        self._count = workers
        self._reply_timeout = reply_timeout
        self._read_reply = read_reply
        self._start_hint = start_hint
        self._command: Sequence[str] = ()
        self._queue: asyncio.PriorityQueue[_Request[Reply]] = asyncio.PriorityQueue()
        self._workers: list[WorkerProcess] = []
        self._servers: list[asyncio.Task[None]] = []
        self._restarts = 0

    @property
    def is_running(self) -> bool:
        """Whether it has been started and not closed."""
        return bool(self._servers)

    @property
    def restarts(self) -> int:
        """How many workers have been replaced."""
        return self._restarts

    @property
    def pids(self) -> tuple[int, ...]:
        """The process ids of the workers. A death is noticed at the next request."""
        return tuple(worker.pid for worker in self._workers)

    async def start(self, command: Sequence[str]) -> None:
        """Start the workers and wait until they are ready.

        Raises
        ------
        LocalVoiceMissing
            When one does not start.
        """
        self._command = command
        self._queue = asyncio.PriorityQueue()  # bound to the loop that runs now
        try:
            for _ in range(self._count):
                self._workers.append(await self._start_worker(attempts=1))
        except BaseException:
            await self.close()
            raise
        self._servers = [
            asyncio.create_task(self._serve(slot), name=f"voice worker {slot}")
            for slot in range(self._count)
        ]

    async def close(self) -> None:
        """End the workers; requests still waiting fail with VoiceEngineError."""
        servers, self._servers = self._servers, []
        for server in servers:
            server.cancel()
        await asyncio.gather(*servers, return_exceptions=True)
        while not self._queue.empty():
            _fail(self._queue.get_nowait(), VoiceEngineError(CLOSED))
        workers, self._workers = self._workers, []
        await asyncio.gather(*(worker.end() for worker in workers))

    async def ask(
        self, header: dict[str, Any], begun: Callable[[Reply], None] | None = None
    ) -> Reply:
        """Have a request answered by the next free worker.

        Parameters
        ----------
        header : dict
        begun : callable, optional
            Called with each reply that comes before the one that is returned.

        Raises
        ------
        ConnectionError
            When the worker was lost; it has been replaced.
        VoiceEngineError
            When the worker refuses the request, or the pool is not running.
        LocalVoiceMissing
            When a lost worker cannot be replaced.
        """
        if not self._servers:
            raise VoiceEngineError("The embedded voice is not running.")
        # A caller that is cancelled leaves its request behind: the answer is read all the same,
        # and the pipe stays in step.
        reply = asyncio.get_running_loop().create_future()
        request = _Request[Reply](next_turn(), header, reply, begun)
        self._queue.put_nowait(request)
        return await request.reply

    async def _serve(self, slot: int) -> None:
        """Serve the queue with one worker, and its successors."""
        while True:
            request = await self._queue.get()
            if request.reply.done():
                continue  # cancelled while it waited
            try:
                reply = await self._attempt(slot, request)
            except asyncio.CancelledError:
                _fail(request, VoiceEngineError(CLOSED))
                raise
            except Exception as error:  # handed to the caller: it must not end the server
                _fail(request, error)
            else:
                if not request.reply.done():
                    request.reply.set_result(reply)

    async def _attempt(self, slot: int, request: _Request[Reply]) -> Reply:
        """Ask a worker; replace it before its loss is reported."""
        worker = self._workers[slot]

        def begun(header: dict[str, Any], pcm: bytes) -> None:
            if request.begun is None or request.reply.done():
                return
            reply = self._read_reply(header, pcm)
            try:
                request.begun(reply)
            except Exception as error:  # the rest is read all the same, and the pipe stays in step
                _fail(request, error)

        try:
            answer = await worker.ask(request.header, self._reply_timeout, begun)
            return self._read_reply(*answer)
        except ConnectionError:
            await worker.end()
            self._workers[slot] = await self._start_worker(attempts=STARTS)
            self._restarts += 1
            raise

    async def _start_worker(self, *, attempts: int) -> WorkerProcess:
        """Start a worker, again if it dies on the way."""
        for _ in range(attempts - 1):
            try:
                return await WorkerProcess.start(self._command, hint=self._start_hint)
            except LocalVoiceMissing as missing:
                if not isinstance(missing.__cause__, ConnectionError):
                    raise
        return await WorkerProcess.start(self._command, hint=self._start_hint)


def _fail(request: _Request[Any], error: Exception) -> None:
    if not request.reply.done():
        request.reply.set_exception(error)
