"""The embedded voice, started on first use as a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import difflib
import importlib.util
import os
import secrets
import sys
from collections import deque
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import traitlets

from ...client.http import get_json, put_json
from ...client.keys import KEY_VARIABLE, Key
from ...voice_files.store import VoiceStore
from ...wire.conditions import CONDITIONS_PATH, Conditions
from ...wire.errors import LocalVoiceMissing, VoiceNotFound
from ...wire.hosts import LOCAL, LOCAL_KEY_VARIABLE
from ...wire.request import SpeechRequest
from ..runtime.session import Session

__all__ = ["EmbeddedServer", "embedded_server"]

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
class _Running:
    process: asyncio.subprocess.Process
    url: str
    key: Key
    log: asyncio.Task[None] = field(repr=False)
    playing: Conditions = field(default_factory=Conditions)
    update_lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class EmbeddedServer(traitlets.HasTraits):
    """The server process. All methods run on the event-loop thread.

    Attributes
    ----------
    conditions : Conditions
        What it simulates from the next stream on, also after a restart. May be set and observed
        from any thread.
    """

    conditions = traitlets.Instance(Conditions, args=())

    def __init__(self) -> None:
        super().__init__()
        self._starting: asyncio.Task[None] | None = None
        self._running: _Running | None = None
        self._known_voices: set[str] = set()
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

    @property
    def simulates(self) -> bool:
        """Whether the next stream meets anything that is simulated."""
        return bool(self.conditions.summary)

    def addressed(self, request: SpeechRequest) -> SpeechRequest:
        """Return a request as it would be sent now: with the voice's address, if it runs."""
        return request.at(self.url) if request.server == LOCAL and self.url else request

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

    async def check_voice(self, voice: str) -> None:
        """Make sure that the embedded voice has this voice.

        Raises
        ------
        VoiceNotFound
            If it has not; the message names near ones.
        """
        if voice in self._known_voices:
            return
        if await self._get(f"/v1/voices/{quote(voice, safe='')}") is None:
            listing = await self._get("/v1/voices") or {"voices": []}
            ids = [str(entry["voice_id"]) for entry in listing["voices"]]
            near = difflib.get_close_matches(voice, ids, n=3)
            hint = f"Try {' or '.join(near or ['en-us', 'de', 'cmn'])}."
            if (known := VoiceStore().known.get(voice.lower())) is not None:
                hint = f"%tts_voices add {known.name} fetches it."
            raise VoiceNotFound(
                f"The embedded voice has no voice {voice!r}.", hint=f"{hint} Nothing was sent."
            )
        self._known_voices.add(voice)

    def forget_voices(self) -> None:
        """Ask again whether it has a voice: files may have come or gone."""
        self._known_voices.clear()

    def forget(self) -> None:
        """Leave the process to the parent, in a forked process."""
        self._running = self._starting = None

    async def stop(self) -> None:
        """End the process."""
        if self._starting is not None:
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
        with contextlib.suppress(ProcessLookupError):
            running.process.terminate()
        try:
            await asyncio.wait_for(running.process.wait(), STOP_TIMEOUT)
        except TimeoutError:
            running.process.kill()
        await _wait_for_end(running.process, running.log)

    async def _spawn(self) -> _Running:
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
        words = line.decode("utf-8", "replace").split()
        if words[:2] != ["listening", "on"]:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await _wait_for_end(process, log)
            reason = self._log_lines[-1] if self._log_lines else "it gave no reason"
            raise LocalVoiceMissing(f"The embedded voice did not start: {reason}.")
        return _Running(process, words[2], key, log)

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        """Read what the process logs, so that its pipe never fills; keep the last lines."""
        assert process.stderr is not None
        while line := await process.stderr.readline():
            self._log_lines.append(line.decode("utf-8", "replace").strip().rstrip("."))

    async def _get(self, path: str) -> Any:
        """Return the JSON at a path of the server, None for HTTP 404."""
        url, key = await self.start()
        return await get_json(url, path, key)


async def _start(key: Key) -> asyncio.subprocess.Process:
    environment = {name: value for name, value in os.environ.items() if name != KEY_VARIABLE}
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


async def _wait_for_end(process: asyncio.subprocess.Process, log: asyncio.Task[None]) -> None:
    """Wait for the end of a process, and free its pipes."""
    assert process.stdin is not None
    process.stdin.close()
    with contextlib.suppress(ConnectionError):
        await process.stdin.wait_closed()
    await process.wait()
    await log


def embedded_server(session: Session) -> EmbeddedServer:
    """Return a session's embedded server, which ends with it."""
    return session.part(_make_server)


def _make_server(session: Session) -> EmbeddedServer:
    server = EmbeddedServer()
    session.on_close(server.stop)
    session.on_fork(server.forget)
    return server
