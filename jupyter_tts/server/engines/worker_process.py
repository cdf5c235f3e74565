"""One worker process seen from the server: start it, ask it, replace it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...wire.errors import LocalVoiceMissing, VoiceEngineError
from .espeak.voices import espeak_directory
from .espeak.worker import FRAME

__all__ = ["Reply", "WorkerProcess", "worker_command"]

# A worker is ready some 35 ms after it is started; this is for a machine under heavy load.
START_SECONDS = 20.0
# A worker ends by itself when its input is closed, in a few ms; it is killed when it does not.
GRACE_SECONDS = 0.2
# No answer is larger, unless the worker has lost its mind: 500 characters are some 2 MB.
MAX_FRAME = 1 << 28
# How much of an answer may wait in the server: one sentence.
READ_AHEAD = 1 << 18

ENDED = "the worker ended"
NONSENSE = "the worker sent nonsense"
REINSTALL_HINT = "Check its package: python -m pip install --force-reinstall espeakng-loader."
INSTALL_HINT = 'Install it with: python -m pip install "jupyter_tts[local]".'


@dataclass(frozen=True)
class Reply:
    """A worker's answer: word and phoneme events and the sound (`espeak_worker` has the fields)."""

    words: list[list[int]]
    phonemes: list[tuple[int, str]]
    pcm: bytes


def worker_command() -> list[str]:
    """Return the command that starts a worker.

    Raises
    ------
    LocalVoiceMissing
        When espeakng_loader is not installed.
    """
    directory = espeak_directory()
    if directory is None:
        raise LocalVoiceMissing("The embedded voice is not installed.", hint=INSTALL_HINT)
    script = Path(__file__).with_name("espeak") / "worker.py"
    # -I -S: no user file named json.py, no environment variable, no site hook reaches the worker.
    return [sys.executable, "-I", "-S", str(script), str(directory)]


def _not_started(reason: object) -> LocalVoiceMissing:
    return LocalVoiceMissing(f"The embedded voice did not start: {reason}.", hint=REINSTALL_HINT)


class WorkerProcess:
    """A live worker.  One request at a time: the caller takes turns."""

    def __init__(self, process: Process) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @classmethod
    async def start(cls, command: list[str]) -> WorkerProcess:
        """Start a worker and wait until it is ready.

        Raises
        ------
        LocalVoiceMissing
            When it does not start.
        """
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,  # the library prints there; a pipe nobody reads would fill up
                limit=READ_AHEAD,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise _not_started(error) from error
        worker = cls(process)
        try:
            async with asyncio.timeout(START_SECONDS):
                hello, _ = await worker._read()
            if reason := hello.get("error"):
                raise _not_started(reason)
        except (TimeoutError, ConnectionError) as lost:
            await worker.end()
            raise _not_started(lost or "it was not ready in time") from lost
        except BaseException:
            await worker.end()
            raise
        return worker

    async def ask(self, request: dict[str, Any], timeout: float) -> Reply:
        """Send one request and read its answer.

        Parameters
        ----------
        request : dict
            The header of a request, as `espeak_worker` documents it.
        timeout : float
            Seconds.

        Raises
        ------
        ConnectionError
            When the worker is lost: it ended, did not answer in time, or not in frames.  It is of
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
                answer, pcm = await self._read()
        except TimeoutError as late:
            raise ConnectionError(f"no answer within {timeout:g} s") from late
        except (BrokenPipeError, ConnectionResetError) as ended:
            raise ConnectionError(ENDED) from ended
        if refusal := answer.get("error"):
            raise VoiceEngineError(f"{refusal}.")
        try:
            return Reply(answer["words"], answer["phonemes"], pcm)
        except KeyError as nonsense:
            raise ConnectionError(NONSENSE) from nonsense

    async def _read(self) -> tuple[dict[str, Any], bytes]:
        """Read one frame; anything but a whole and sane one means that the worker is lost."""
        stdout = self._process.stdout
        assert stdout is not None  # started with a pipe
        try:
            lengths = FRAME.unpack(await stdout.readexactly(FRAME.size))
            if max(lengths) > MAX_FRAME:
                raise ConnectionError(NONSENSE)
            header, body = [await stdout.readexactly(length) for length in lengths]
            answer = json.loads(header)
        except asyncio.IncompleteReadError as ended:
            raise ConnectionError(ENDED) from ended
        except ValueError as nonsense:
            raise ConnectionError(NONSENSE) from nonsense
        if not isinstance(answer, dict):
            raise ConnectionError(NONSENSE)
        return answer, body

    async def end(self, patience: float = GRACE_SECONDS) -> None:
        """Close the worker's input, and kill it if it has not ended ``patience`` seconds later.

        Killing at once one that is just dying would race with asyncio for its exit status.
        """
        try:
            async with asyncio.timeout(patience):
                await self._reap()
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._reap()

    async def _reap(self) -> None:
        """Close the worker's input, read what it still says, wait for its end."""
        assert self._process.stdin is not None  # started with a pipe
        self._process.stdin.close()
        await self._process.communicate()
