"""Cells measured with a real stream of the embedded server."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from jupyter_tts.client.connections.pool import ConnectionPool
from jupyter_tts.client.keys import Key
from jupyter_tts.client.sweep.axes import Condition, axes_of, parameters_of
from jupyter_tts.client.sweep.measure import Server, gaps, measure
from jupyter_tts.client.sweep.plan import Cell, Plan
from jupyter_tts.client.sweep.prompts import Prompt, choose_prompts
from jupyter_tts.client.sweep.rows import Row, RowFile
from jupyter_tts.client.sweep.runner import run, socket_ready
from jupyter_tts.client.sweep.summary import summarise, times_of
from jupyter_tts.client.sweep.verdicts import compare, verdict
from jupyter_tts.server import TTSServer
from jupyter_tts.wire.errors import ParameterError
from jupyter_tts.wire.request import SpeechRequest

TEXT = "One short sentence."


def cell(**condition: object) -> Cell:
    return Cell("a", {"voice": "en-us", **condition}, Prompt("text", TEXT), 0)


class EmbeddedBench:
    """The fixture's server, which simulates the network of each condition."""

    def __init__(self, server: TTSServer) -> None:
        self._server = server
        self.prepared: list[Condition] = []

    async def prepare(self, condition: Condition) -> Server:
        self.prepared.append(condition)
        delay = 80.0 if condition.get("latency") == 0 else 0.0
        self._server.conditions(first_audio_delay=delay)
        return Server(url=self._server.url, key=Key(self._server.key))


async def test_a_row_has_what_was_measured(tts_server: TTSServer) -> None:
    row = await measure(
        cell(latency=3, server="local"),
        Server(url=tts_server.url, key=Key(tts_server.key), worker="w1", region="here"),
    )
    assert row.error == ""
    assert row.ttfb is not None
    assert row.ttfa is not None
    assert row.silence is not None
    assert row.connect is not None
    assert 0 < row.connect <= row.ttfb <= row.ttfa == pytest.approx(row.ttfb + row.silence)
    assert row.duration == pytest.approx(sum(length for _, length in row.arrivals), abs=0.01)
    assert (row.characters, row.worker, row.region) == (len(TEXT), "w1", "here")
    assert str(tts_server.key) not in row.as_json()


async def test_an_error_is_a_row(tts_server: TTSServer) -> None:
    tts_server.conditions(status={401: 1.0})
    row = await measure(cell(server="local"), Server(url=tts_server.url, key=Key(tts_server.key)))
    assert (row.kind, row.ttfb) == ("HandshakeRefused", None)
    assert row.error


async def test_a_warm_socket_takes_no_time_to_connect(tts_server: TTSServer) -> None:
    key, pool = Key(tts_server.key), ConnectionPool()
    condition = {"voice": "en-us", "server": "local", "format": "pcm_24000"}
    request = SpeechRequest(**parameters_of(condition)).at(tts_server.url)
    await socket_ready(pool, request, key)
    row = await measure(
        Cell("a", condition, Prompt("text", TEXT), 0), Server(tts_server.url, key, sockets=pool)
    )
    await pool.close()
    assert row.connect == 0.0


async def test_a_known_delay_is_found(tts_server: TTSServer, tmp_path: Path) -> None:
    axes = axes_of({"latency": [0, 4], "voice": "en-us", "server": "local", "warm": False})
    plan = Plan(axes, choose_prompts([TEXT, "Another one."]), repeat=4)
    file = RowFile(tmp_path / "rows.jsonl", plan.key)
    bench = EmbeddedBench(tts_server)
    seen: list[Row] = []
    await run(plan, bench, file, seen.append)
    assert seen == file.rows
    assert [row.cell for row in seen] == [one.name for one in plan.cells]
    assert len(bench.prepared) == len(plan.cells) + 1  # the first stream is not counted
    times = times_of(plan, file.rows, "ttfb")
    (found,) = compare(times)
    assert found.found is not None
    assert found.found.high < -40
    assert verdict([found])[0].startswith("Level 4 is ")
    names = [(one.name, one.measured, one.errors) for one in summarise(plan, file.rows)]
    assert names == [("level 0", 8, ()), ("level 4", 8, ())]


async def test_a_sweep_goes_on_where_it_stopped(tts_server: TTSServer, tmp_path: Path) -> None:
    axes = axes_of({"latency": [3], "voice": "en-us", "server": "local"})
    plan = Plan(axes, choose_prompts([TEXT]), repeat=4)
    path = tmp_path / "rows.jsonl"
    running = asyncio.create_task(
        run(plan, EmbeddedBench(tts_server), RowFile(path, plan.key), lambda row: running.cancel())
    )
    with pytest.raises(asyncio.CancelledError):
        await running
    file = RowFile(path, plan.key)
    assert len(file.rows) == 1
    await run(plan, EmbeddedBench(tts_server), file)
    assert [row.cell for row in file.rows] == [one.name for one in plan.cells]


def test_gaps_are_what_a_player_lacks_that_starts_after_a_fixed_time() -> None:
    assert gaps([]) == 0.0
    assert gaps([(50, 100), (100, 100)], playout=200) == 0.0
    assert gaps([(0, 100), (400, 100)], playout=200) == 100.0
    assert gaps([(0, 100), (400, 100), (700, 50)], playout=200) == 300.0


def test_only_what_was_measured_can_be_compared() -> None:
    plan = Plan(axes_of({"latency": [1, 2]}), choose_prompts(1), repeat=1)
    with pytest.raises(ParameterError, match="measure must be one of ttfa, "):
        times_of(plan, [], "loudness")
    assert [one.median for one in summarise(plan, [])] == [None, None]
