"""What %load_ext starts in the background: where, and where not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_tts import say
from jupyter_tts.client import embedded_process
from jupyter_tts.client.embedded_process import EmbeddedProcess, Running
from jupyter_tts.client.keys import KEY_VARIABLE, Key
from jupyter_tts.notebook.runtime.frontend import FRONTEND_VARIABLE
from jupyter_tts.notebook.runtime.session import current_session
from jupyter_tts.notebook.servers.embedded import EmbeddedServer, embedded_server
from jupyter_tts.wire.errors import TTSError

from ...client.diary import serving
from ...server.serving import until
from ..conftest import end_shell


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page runs the cells."""
    monkeypatch.setenv(FRONTEND_VARIABLE, "live")


@pytest.fixture
def plain_shell(monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """A shell into which a test loads the extension."""
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    shell = InteractiveShell.instance()
    yield shell
    shell.run_line_magic("unload_ext", "jupyter_tts")
    shell.config.pop("TTS", None)
    end_shell(shell)
    InteractiveShell.clear_instance()


@pytest.fixture
def starts(shared_server: None, monkeypatch: pytest.MonkeyPatch) -> list[EmbeddedProcess]:
    """The servers that are started."""
    started: list[EmbeddedProcess] = []
    spawn = EmbeddedServer._spawn

    async def note(server: EmbeddedServer) -> Running:
        started.append(server)
        return await spawn(server)

    monkeypatch.setattr(EmbeddedServer, "_spawn", note)
    return started


def load(shell: InteractiveShell) -> None:
    shell.run_line_magic("load_ext", "jupyter_tts")


def set_key(monkeypatch: pytest.MonkeyPatch, shell: InteractiveShell) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "secret")
    shell.config.TTS.warm = False


def switch_off(monkeypatch: pytest.MonkeyPatch, shell: InteractiveShell) -> None:
    shell.config.TTS.start_ahead = False


def name_another_server(monkeypatch: pytest.MonkeyPatch, shell: InteractiveShell) -> None:
    shell.config.TTS.server = "http://127.0.0.1:1"


def be_a_program(monkeypatch: pytest.MonkeyPatch, shell: InteractiveShell) -> None:
    monkeypatch.setenv(FRONTEND_VARIABLE, "headless")


def be_a_terminal(monkeypatch: pytest.MonkeyPatch, shell: InteractiveShell) -> None:
    monkeypatch.delenv(FRONTEND_VARIABLE)


async def test_where_a_page_is_the_voice_is_started_and_a_socket_opened(
    page: None, plain_shell: InteractiveShell, starts: list[EmbeddedProcess]
) -> None:
    load(plain_shell)
    await until(lambda: len(starts) == 1)
    speech = await asyncio.to_thread(say, "Hello.", play=False)
    assert speech.complete
    assert starts == [embedded_server(current_session())]
    assert speech.timeline.connected is not None


@pytest.mark.parametrize(
    "arrange", [set_key, switch_off, name_another_server, be_a_program, be_a_terminal]
)
def test_elsewhere_nothing_is_started(
    page: None, plain_shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch, arrange: Any
) -> None:
    arrange(monkeypatch, plain_shell)
    load(plain_shell)
    assert not current_session().event_loop.running


async def test_a_first_cell_that_comes_sooner_waits_for_the_same_start(
    page: None, plain_shell: InteractiveShell, starts: list[EmbeddedProcess]
) -> None:
    load(plain_shell)
    speech = await asyncio.to_thread(say, "Hello.", play=False)
    assert speech.complete
    assert len(starts) == 1


async def test_what_is_configured_after_it_holds(
    page: None, plain_shell: InteractiveShell, starts: list[EmbeddedProcess]
) -> None:
    load(plain_shell)
    plain_shell.run_line_magic("config", "TTS.voice = 'de'")
    speech = await asyncio.to_thread(say, "Hallo.", play=False)
    assert speech.request.voice == "de"
    async with serving() as other:
        plain_shell.run_line_magic("config", f"TTS.server = '{other.address}'")
        await asyncio.to_thread(say, "One.", play=False, warm=False, format="pcm_8000")
        assert (0, "One.") in other.diary
        assert embedded_server(current_session()).url is not None
    assert len(starts) == 1


async def test_what_was_started_for_nothing_ends_once_another_server_speaks(
    page: None, plain_shell: InteractiveShell, starts: list[EmbeddedProcess]
) -> None:
    load(plain_shell)
    server = embedded_server(current_session())
    await until(lambda: server.url is not None)
    async with serving() as other:
        one = {"play": False, "warm": False, "format": "pcm_8000"}
        await asyncio.to_thread(say, "One.", server=other.address, **one)
        assert server.url is not None
        plain_shell.run_line_magic("config", f"TTS.server = '{other.address}'")
        await asyncio.to_thread(say, "One.", **one)
        await until(lambda: server.url is None)


async def test_a_voice_that_does_not_start_is_reported_by_who_speaks(
    page: None,
    plain_shell: InteractiveShell,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def spawn(server: EmbeddedServer) -> Running:
        raise TTSError("The embedded voice did not start: no room.")

    monkeypatch.setattr(EmbeddedServer, "_spawn", spawn)
    load(plain_shell)
    with pytest.raises(TTSError, match="no room"):
        await asyncio.to_thread(say, "Hello.", play=False)
    assert capsys.readouterr() == ("", "")


async def test_unloading_ends_a_process_that_is_only_just_being_started(
    page: None, plain_shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[asyncio.subprocess.Process] = []
    start = embedded_process._start

    async def note(key: Key) -> asyncio.subprocess.Process:
        started.append(await start(key))
        return started[-1]

    monkeypatch.setattr(embedded_process, "_start", note)
    load(plain_shell)
    await until(lambda: bool(started))
    await asyncio.to_thread(plain_shell.run_line_magic, "unload_ext", "jupyter_tts")
    assert started[0].returncode is not None
    load(plain_shell)  # for the fixture's end, which ends this one, too
