"""The embedded server as a process of its own, which ends with this one."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import secrets
import signal
import sys
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from ..wire.conditions import CONDITIONS_PATH, Conditions
from ..wire.errors import LocalVoiceMissing
from ..wire.hosts import LOCAL_KEY_VARIABLE
from .http import put_json
from .keys import KEY_VARIABLE, Key

__all__ = ["EmbeddedProcess", "Running"]

START_TIMEOUT = 20.0  # seconds
STOP_TIMEOUT = 2.0
_NEEDED = ("aiohttp", "espeakng_loader")
_OWN_GROUP: dict[str, Any] = (
    {"creationflags": 0x00000200}  # CREATE_NEW_PROCESS_GROUP
    if sys.platform == "win32"
    else {"start_new_session": True}
)
_INSTALL = 'Install it with: python -m pip install "jupyter_tts[local]"'


@dataclass
class Running:
    """A process that answers."""

    process: asyncio.subprocess.Process
    url: str
    key: Key
    log: asyncio.Task[None] = field(repr=False)
    playing: Conditions = field(default_factory=Conditions)
    update_lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class EmbeddedProcess:
    """The server process. All methods run on one event loop.

    Attributes
    ----------
    conditions : Conditions
        What it simulates from the next start on.
    """

    def __init__(self) -> None:
        self.conditions = Conditions()
        self._starting: asyncio.Task[None] | None = None
        self._running: Running | None = None
        self._log_lines: deque[str] = deque(maxlen=20)

    @property
    def url(self) -> str | None:
        """Its address while it runs."""
        alive = self._running is not None and self._running.process.returncode is None
        return self._running.url if alive and self._running else None

    @property
    def pid(self) -> int | None:
        """The process's id while it runs."""
        return self._running.process.pid if self.url and self._running else None

    @property
    def playing(self) -> Conditions:
        """What it simulates."""
        return self._running.playing if self._running else Conditions()

    async def start(self) -> tuple[str, Key]:
        """Return its address and its key; starts it if it does not run.

        It simulates `conditions` from then on.

        Raises
        ------
        LocalVoiceMissing
            If the ``[local]`` extra is not installed, or the process does not come up.
        """
        if self.url is None:
            if self._starting is None or self._starting.done():
                self._starting = asyncio.create_task(self._bring_up())
                self._starting.add_done_callback(_note_failure)
            # Shielded: a cancelled wait must not leave behind a process without an owner.
            await asyncio.shield(self._starting)
        running = self._running
        assert running is not None
        async with running.update_lock:
            wanted = self.conditions
            if running.playing != wanted:
                await put_json(running.url, CONDITIONS_PATH, wanted.plain, running.key)
                running.playing = wanted
        return running.url, running.key

    def forget(self) -> None:
        """Leave the process to the parent, in a forked process."""
        self._running = self._starting = None

    async def stop(self) -> None:
        """End the process, also one that is being started."""
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.wait([self._starting])
            self._starting = None
        await self._end()

    async def _bring_up(self) -> None:
        missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
        if missing:
            raise LocalVoiceMissing("The embedded voice is not installed.", hint=_INSTALL)
        await self._end()  # frees the pipes of a process that died
        self._running = await self._spawn()

    async def _end(self) -> None:
        running, self._running = self._running, None
        if running is None:
            return
        _signal(running.process, kill=False)
        try:
            await asyncio.wait_for(running.process.wait(), STOP_TIMEOUT)
        except TimeoutError:
            _signal(running.process, kill=True)
        await _wait_for_end(running.process, running.log)

    async def _spawn(self) -> Running:
        key = Key(secrets.token_urlsafe(24))
        try:
            process = await _start(key)
        except OSError as failure:
            # Without the traceback: its frames hold the whole environment.
            raise LocalVoiceMissing(
                f"The embedded voice did not start: {failure.strerror or failure}."
            ) from None
        log = asyncio.create_task(self._listen(process))
        assert process.stdout is not None
        try:
            line = await asyncio.wait_for(process.stdout.readline(), START_TIMEOUT)
        except TimeoutError:
            line = b""
        except asyncio.CancelledError:
            await _kill(process, log)
            raise
        words = line.decode("utf-8", "replace").split()
        if words[:2] != ["listening", "on"]:
            await _kill(process, log)
            reason = self._log_lines[-1] if self._log_lines else "it gave no reason"
            raise LocalVoiceMissing(f"The embedded voice did not start: {reason}.")
        return Running(process, words[2], key, log)

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        """Read what the process logs, so that its pipe never fills; keep the last lines."""
        assert process.stderr is not None
        while line := await process.stderr.readline():
            self._log_lines.append(line.decode("utf-8", "replace").strip().rstrip("."))


async def _start(key: Key) -> asyncio.subprocess.Process:
    environment = {name: value for name, value in os.environ.items() if name != KEY_VARIABLE}
    # It opens no connection, and aiohttp would read all authorities as it is imported: 40 ms.
    environment |= {"SSL_CERT_FILE": os.devnull, "SSL_CERT_DIR": os.devnull}
    return await asyncio.create_subprocess_exec(
        # -P: a file in the notebook's folder must not replace a module of the server.
        *(sys.executable, "-P", "-m", "jupyter_tts.server", "--exit-with-stdin"),
        stdin=asyncio.subprocess.PIPE,  # a lifeline: it closes when this process dies
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**environment, LOCAL_KEY_VARIABLE: str(key)},
        # Interrupt Kernel and Ctrl-C go to the whole group, and must not end the voice.
        **_OWN_GROUP,
    )


def _note_failure(starting: asyncio.Task[None]) -> None:
    """Keep asyncio from logging a failure for which nobody waits any more."""
    if not starting.cancelled():
        starting.exception()


async def _kill(process: asyncio.subprocess.Process, log: asyncio.Task[None]) -> None:
    _signal(process, kill=True)
    await _wait_for_end(process, log)


def _signal(process: asyncio.subprocess.Process, *, kill: bool) -> None:
    """Ask a process to end, or kill it with those that it has started: they hold its pipes open.

    Not by its own methods: before Python 3.13.2 these may take the status of one that has just
    ended from asyncio, which then prints that it misses it.
    """
    if sys.platform == "win32":
        process.terminate()  # which kills
    elif process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            if kill:
                os.killpg(process.pid, signal.SIGKILL)
            else:
                os.kill(process.pid, signal.SIGTERM)


async def _wait_for_end(process: asyncio.subprocess.Process, log: asyncio.Task[None]) -> None:
    """Wait for the end of a process, and free its pipes."""
    assert process.stdin is not None
    process.stdin.close()
    with contextlib.suppress(ConnectionError):
        await process.stdin.wait_closed()
    await process.wait()
    await log
