"""One child process that speaks, seen from the server: start it, ask it, end it.

A worker is any program that answers requests on its standard input, one by one and in order, on
its standard output. Requests and answers are frames: two big-endian 32-bit lengths, a JSON object
of the first length, a body of the second. A worker sends one frame, the hello, when it is ready.
A frame with the field ``error`` says why a worker did not start, or refuses a request; one with
``more`` is the beginning of an answer.
"""

from __future__ import annotations

import asyncio
import json
import os
import struct
import subprocess
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from ...wire.errors import LocalVoiceMissing, VoiceEngineError

__all__ = ["FRAME", "MALFORMED", "WorkerProcess"]

FRAME: Final = struct.Struct("!II")
"""The lengths of header and body."""

# A worker is ready some 35 ms after it is started; this is for a machine under heavy load.
START_SECONDS = 20.0
# A worker ends by itself when its input is closed, in a few ms; it is killed when it does not.
GRACE_SECONDS = 0.2
# No correct frame, or answer, is larger: 500 characters are some 2 MB.
MAX_FRAME = 1 << 28
# How much of an answer may wait in the server: one sentence.
READ_AHEAD = 1 << 18

# How much of a worker's standard error is kept.
ERRORS_KEPT = 4096

# By default onnxruntime (1.32, on Linux too) keeps a device id and a file of events, and sends them
# to its maker.
NO_TELEMETRY = {"ORT_DISABLE_TELEMETRY": "1"}

ENDED = "the worker ended"
MALFORMED = "the worker sent a malformed answer"


class WorkerProcess:
    """A live worker. One request at a time: the caller takes turns."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._errors = b""
        self._reading_errors = asyncio.create_task(self._read_errors())

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @classmethod
    async def start(cls, command: Sequence[str], *, hint: str) -> WorkerProcess:
        """Start a worker and wait until it is ready.

        Parameters
        ----------
        command : sequence of str
        hint : str
            What a user can do when it does not start.

        Raises
        ------
        LocalVoiceMissing
            When it does not start.
        """

        def not_started(reason: object) -> LocalVoiceMissing:
            return LocalVoiceMissing(f"The embedded voice did not start: {reason}.", hint=hint)

        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=PIPE,
                stdout=PIPE,
                stderr=PIPE,
                limit=READ_AHEAD,
                env={**os.environ, **NO_TELEMETRY},
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise not_started(error) from error
        worker = cls(process)
        try:
            async with asyncio.timeout(START_SECONDS):
                hello, _, _ = await worker._read(MAX_FRAME)
            if reason := hello.get("error"):
                raise not_started(reason)
        except (TimeoutError, ConnectionError) as lost:
            await worker.end()
            reason = str(lost) or "it was not ready in time"
            if last_line := worker._last_error_line():
                reason += f" ({last_line})"
            raise not_started(reason) from lost
        except BaseException:
            await worker.end()
            raise
        return worker

    async def ask(
        self,
        request: dict[str, Any],
        timeout: float,
        begun: Callable[[dict[str, Any], bytes], None] | None = None,
    ) -> tuple[dict[str, Any], bytes]:
        """Send one request and return the header and the body of the last frame of its answer.

        Parameters
        ----------
        request : dict
            The header of a request, which has no body.
        timeout : float
            Seconds.
        begun : callable, optional
            Called with the header and the body of each frame before the last.

        Raises
        ------
        ConnectionError
            When the worker is lost: it ended, did not answer in time, or not in frames. It is of
            no more use: end it.
        VoiceEngineError
            When the worker refuses the request.
        """
        header = json.dumps(request).encode()
        stdin = self._process.stdin
        assert stdin is not None  # started with a pipe
        try:
            async with asyncio.timeout(timeout):
                stdin.write(FRAME.pack(len(header), 0) + header)
                await stdin.drain()
                most = MAX_FRAME
                while True:
                    answer, body, size = await self._read(most)
                    if not answer.get("more"):
                        break
                    most -= size
                    if begun is not None:
                        begun(answer, body)
                    await asyncio.sleep(0)  # to read what is there already ends for no timeout
        except TimeoutError as late:
            raise ConnectionError(f"no answer within {timeout:g} s") from late
        except (BrokenPipeError, ConnectionResetError) as ended:
            raise ConnectionError(ENDED) from ended
        if refusal := answer.get("error"):
            raise VoiceEngineError(f"{refusal}.")
        return answer, body

    async def _read(self, most: int) -> tuple[dict[str, Any], bytes, int]:
        """Read one frame of so many bytes at most; return its header, its body, and its size.

        After anything but a whole and valid one the worker counts as lost.
        """
        stdout = self._process.stdout
        assert stdout is not None  # started with a pipe
        try:
            lengths = FRAME.unpack(await stdout.readexactly(FRAME.size))
            size = FRAME.size + sum(lengths)
            if size > most:
                raise ConnectionError(MALFORMED)
            header, body = [await stdout.readexactly(length) for length in lengths]
            answer = json.loads(header)
        except asyncio.IncompleteReadError as ended:
            raise ConnectionError(ENDED) from ended
        except ValueError as malformed:
            raise ConnectionError(MALFORMED) from malformed
        if not isinstance(answer, dict):
            raise ConnectionError(MALFORMED)
        return answer, body, size

    async def _read_errors(self) -> None:
        """Keep the end of what the worker's libraries print: the reason when it does not start."""
        stderr = self._process.stderr
        assert stderr is not None  # started with a pipe
        while chunk := await stderr.read(ERRORS_KEPT):
            self._errors = (self._errors + chunk)[-ERRORS_KEPT:]

    def _last_error_line(self) -> str:
        lines = self._errors.decode("utf-8", "replace").split("\n")
        return next((line.strip().rstrip(".") for line in reversed(lines) if line.strip()), "")

    async def end(self, grace: float = GRACE_SECONDS) -> None:
        """Close the worker's input, and kill it if it has not ended ``grace`` seconds later.

        Killing at once one that is just dying would race with asyncio for its exit status.
        """
        try:
            async with asyncio.timeout(grace):
                await self._reap()
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._reap()

    async def _reap(self) -> None:
        """Close the worker's input, read the rest of its output, wait for its end."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None  # started with pipes
        assert stdout is not None
        stdin.close()
        await stdout.read()
        await self._process.wait()
        await asyncio.wait({self._reading_errors})
