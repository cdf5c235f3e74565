"""Sockets opened ahead: by cells, from Python, by panels; and when none is."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_tts import Audio, Panel, say, stream
from jupyter_tts.client.connections.pool import Readiness
from jupyter_tts.client.keys import KEY_VARIABLE, Keys
from jupyter_tts.notebook.commands.options import parse_options
from jupyter_tts.notebook.runtime.session import current_session
from jupyter_tts.notebook.servers.connections import connections
from jupyter_tts.notebook.servers.embedded import embedded_server
from jupyter_tts.notebook.speaking import preconnect, request
from jupyter_tts.notebook.speaking.preconnect import Preconnector
from jupyter_tts.wire.conditions import Conditions
from jupyter_tts.wire.request import SpeechRequest

from ...client.diary import SOUND, DiaryServer, serving
from ...server.serving import until


@pytest.fixture
async def server(shell: InteractiveShell) -> AsyncIterator[DiaryServer]:
    async with serving() as running:
        yield running


@pytest.fixture
def line(server: DiaryServer) -> str:
    """What a cell says to speak with the server."""
    return f"--server {server.address} --format pcm_8000"


async def run(shell: InteractiveShell, magic: str, sentence: str) -> None:
    await asyncio.to_thread(shell.run_line_magic, magic, sentence)


async def test_the_next_cell_finds_a_socket_waiting(
    shell: InteractiveShell, server: DiaryServer, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await run(shell, "tts", f"{line} One.")
    assert "cold socket: connected after" in capsys.readouterr().out
    await until(lambda: server.opened == 2)
    await run(shell, "tts", f"{line} --stability 0.3 Two.")
    assert "warm socket" in capsys.readouterr().out
    assert (1, "Two.") in server.diary


@pytest.mark.parametrize("how", ["option", "keyword", "config"])
async def test_without_warm_sockets_none_is_left_behind(
    shell: InteractiveShell, server: DiaryServer, line: str, how: str
) -> None:
    if how == "config":
        shell.run_line_magic("config", "TTS.warm = False")
    for text in ("One.", "Two."):
        if how == "keyword":
            keywords: dict[str, Any] = {"server": server.address, "format": "pcm_8000"}
            speech = await asyncio.to_thread(say, text, warm=False, play=False, **keywords)
            assert not speech.timeline.warm
        else:
            await run(shell, "tts", f"{line} {'--no-warm' * (how == 'option')} {text}")
    assert server.texts[3:6] == [(0, ""), (1, "open"), (1, " ")]
    await until(lambda: server.now == 0)
    assert server.opened == 2
    assert parse_options("--no-warm").parameters == {"warm": False}


async def test_the_plan_is_configured(shell: InteractiveShell) -> None:
    for name, value in (("concurrency", 5), ("idle", 30.0), ("warm", False)):
        shell.run_line_magic("config", f"TTS.{name} = {value}")
    limits = current_session().settings.connections
    assert (limits.concurrency, limits.idle, limits.wanted) == (5, 30.0, False)


async def test_a_stream_on_another_loop_shares_the_sockets(server: DiaryServer) -> None:
    for text in ("One.", "Two."):
        events = [event async for event in stream(text, server=server.address, format="pcm_8000")]
        assert b"".join(event.pcm for event in events if isinstance(event, Audio)) == SOUND
        await until(lambda: ready() == [True])
    assert server.texts[:8] == [
        *((0, "open"), (0, " "), (0, "One."), (0, "")),
        *((1, "open"), (1, " "), (1, "Two."), (1, "")),
    ]


async def _ready() -> list[bool]:
    return [
        connection.ready
        for connection in connections(current_session()).pool._warm_connections.values()
    ]


def ready() -> list[bool]:
    """Return which waiting connections are ready."""
    return current_session().event_loop.submit(_ready()).result()


async def test_a_stream_on_another_loop_that_is_left_or_cancelled_closes_its_socket(
    server: DiaryServer,
) -> None:
    def parameters(level: int) -> dict[str, Any]:
        return {"server": server.address, "format": "pcm_8000", "warm": True, "latency": level}

    async def endless() -> AsyncIterator[str]:
        yield "One. "
        await asyncio.get_running_loop().create_future()

    async def listen(level: int) -> None:
        async for _ in stream(endless(), **parameters(level)):
            pass

    listening = asyncio.create_task(listen(1))
    await until(lambda: (0, " ") in server.diary)
    listening.cancel()
    await asyncio.wait([listening])
    await until(lambda: (0, "closed 1000") in server.diary)
    await until(lambda: server.opened == 2)
    server.gate.clear()
    opening = asyncio.create_task(listen(2))  # left while its socket is being opened
    await until(lambda: server.knocks == 3)
    opening.cancel()
    await asyncio.wait([opening])
    server.gate.set()
    await asyncio.to_thread(InteractiveShell.instance().run_line_magic, "unload_ext", "jupyter_tts")
    await until(lambda: server.now == 0)


async def test_loading_with_a_key_opens_a_socket_ahead(
    shell: InteractiveShell, server: DiaryServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "canary")
    monkeypatch.setattr(Keys, "default_server", property(lambda _: server.address))
    shell.run_line_magic("reload_ext", "jupyter_tts")
    await until(lambda: server.diary == [(0, "open")])
    assert server.sockets[0].request is not None
    assert server.sockets[0].request.headers["xi-api-key"] == "canary"
    assert embedded_server(current_session()).url is None
    await run(shell, "unload_ext", "jupyter_tts")
    await until(lambda: server.now == 0)
    assert server.opened == 1


async def test_loading_without_a_key_starts_nothing(shell: InteractiveShell) -> None:
    shell.run_line_magic("reload_ext", "jupyter_tts")
    assert not current_session().event_loop.running


class SocketReports:
    """The lines in which a panel reports the state of its socket."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._news = threading.Condition()

    def __call__(self, line: str) -> None:
        with self._news:
            self.lines.append(line)
            self._news.notify()

    async def wait(self, begin: str) -> str:
        await until(lambda: any(line.startswith(begin) for line in self.lines))
        line = self.lines[-1]
        self.lines.clear()
        return line


async def test_a_panel_opens_a_socket_ahead_and_says_so(server: DiaryServer) -> None:
    panel = Panel("Hello.", server=server.address, format="pcm_8000")
    controls = panel.children[0]
    reports = SocketReports()
    controls.observe(lambda change: reports(change["new"]), "socket")
    controls._handle_custom_msg({"kind": "near"}, [])
    assert await reports.wait("Warm socket ready") == (
        "Warm socket ready: held 16 s at a time (inactivity_timeout 20 s), until idle for 2 min; "
        "no text is sent on it"
    )
    assert server.diary == [(0, "open")]
    controls.values = {**controls.values, "warm": False}
    assert await reports.wait("No warm socket") == "No warm socket (--no-warm)"
    await until(lambda: server.now == 0)
    panel.close()


async def test_only_controls_that_rest_are_followed(server: DiaryServer) -> None:
    reports = SocketReports()
    ahead = Preconnector(current_session(), reports, rest=0.0)
    requests = [
        request.make_request(
            current_session(), {"server": server.address, "format": "pcm_8000", "latency": level}
        )
        for level in range(5)
    ]

    async def turn() -> None:
        for wanted in requests:  # with no turn of the loop between
            ahead._want(wanted, 0.0)

    current_session().event_loop.submit(turn()).result()
    await reports.wait("Warm socket ready")
    (socket,) = server.sockets
    assert socket.request is not None
    assert "optimize_streaming_latency=4" in socket.request.path
    ahead.close()


@pytest.mark.usefixtures("shared_server")
async def test_a_simulation_that_begins_closes_what_waits_outside_it(
    shell: InteractiveShell,
) -> None:
    await asyncio.to_thread(say, "One.", play=False)
    await until(lambda: ready() == [True])
    embedded_server(current_session()).conditions = Conditions(rtt=1)
    speech = await asyncio.to_thread(say, "Two.", play=False)
    assert not speech.timeline.warm
    await until(lambda: ready() == [True])
    assert (await asyncio.to_thread(say, "Three.", play=False)).timeline.warm


def test_the_line_about_a_socket_names_the_limit_that_holds() -> None:
    sentence = preconnect._sentence
    dialogue = SpeechRequest(model="eleven_v4_turbo", inactivity_timeout=180)
    assert "16 s at a time (server's limit 20 s)" in sentence(dialogue, Readiness.READY, 120)
    speech = SpeechRequest(inactivity_timeout=180)
    assert "inactivity_timeout 180 s" in sentence(speech, Readiness.READY, 120)
