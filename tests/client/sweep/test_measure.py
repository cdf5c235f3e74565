"""Cells measured with a real stream of the embedded server."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from jupyter_tts.audio.loudness import leading_silence
from jupyter_tts.client.connections.channel import Channel, ColdConnections
from jupyter_tts.client.connections.pool import ConnectionPool
from jupyter_tts.client.keys import Key
from jupyter_tts.client.sweep.axes import Condition, axes_of, parameters_of
from jupyter_tts.client.sweep.measure import Server, gaps, heard_at, measure
from jupyter_tts.client.sweep.plan import Cell, Plan
from jupyter_tts.client.sweep.prompts import Prompt, choose_prompts
from jupyter_tts.client.sweep.recordings import Recordings, recordings_beside
from jupyter_tts.client.sweep.rows import RowFile
from jupyter_tts.client.sweep.runner import run, socket_ready
from jupyter_tts.client.sweep.summary import summarise, times_of
from jupyter_tts.server import TTSServer
from jupyter_tts.wire.errors import ConnectError, ParameterError, VoiceNotFound
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
        delay = 250.0 if condition.get("latency") == 0 else 0.0
        self._server.conditions(first_audio_delay=delay)
        return Server(url=self._server.url, key=Key(self._server.key))


class CountingBench:
    """Counts the cells that each server has at the same time."""

    def __init__(self, server: TTSServer) -> None:
        self._server = server
        self._now: Counter[str] = Counter()
        self.most: Counter[str] = Counter()

    async def prepare(self, condition: Condition) -> Server:
        if condition["voice"] == "nobody":
            raise VoiceNotFound("There is no such voice.")
        return Server(self._server.url, Key(self._server.key), _Counted(self, condition["server"]))

    def count(self, name: str, by: int) -> None:
        self._now[name] += by
        self.most[name] = max(self.most[name], self._now[name])


class _Counted:
    """A source of sockets that counts them until they are closed."""

    def __init__(self, bench: CountingBench, name: str) -> None:
        self._bench = bench
        self._name = name
        self._sockets = ColdConnections()

    async def take(
        self, request: SpeechRequest, key: Key | None, *, fresh: bool = False
    ) -> Channel:
        channel = await self._sockets.take(request, key, fresh=fresh)
        close, open_ones = channel.close, [self._name]
        self._bench.count(self._name, 1)

        async def closed() -> None:
            if open_ones:
                self._bench.count(open_ones.pop(), -1)
            await close()

        channel.close = closed  # type: ignore[method-assign]
        return channel


async def test_a_row_has_what_was_measured(tts_server: TTSServer) -> None:
    row, recording = await measure(
        cell(latency=3, server="local"),
        Server(url=tts_server.url, key=Key(tts_server.key), worker="w1", region="here"),
    )
    assert row.error == ""
    assert row.ttfb is not None
    assert row.ttfa is not None
    assert row.silence is not None
    assert row.connect is not None
    assert 0 < row.connect <= row.ttfb <= row.ttfa == pytest.approx(row.ttfb + row.silence)
    assert row.audible == pytest.approx(row.ttfa + 200, abs=0.01)
    assert recording is not None
    assert leading_silence(*recording) == pytest.approx(row.silence / 1000)
    assert row.duration == pytest.approx(sum(length for _, length in row.arrivals), abs=0.01)
    assert (row.characters, row.worker, row.region) == (len(TEXT), "w1", "here")
    assert str(tts_server.key) not in row.as_json()


async def test_an_error_is_a_row(tts_server: TTSServer) -> None:
    tts_server.conditions(status={403: 1.0})
    row, _ = await measure(
        cell(server="local"), Server(url=tts_server.url, key=Key(tts_server.key))
    )
    assert (row.kind, row.ttfb) == ("HandshakeRefused", None)
    assert row.error


async def test_a_warm_socket_takes_no_time_to_connect(tts_server: TTSServer) -> None:
    key, pool = Key(tts_server.key), ConnectionPool()
    condition = {"voice": "en-us", "server": "local", "format": "pcm_24000"}
    request = SpeechRequest(**parameters_of(condition)).at(tts_server.url)
    await socket_ready(pool, request, key)
    row, _ = await measure(
        Cell("a", condition, Prompt("text", TEXT), 0), Server(tts_server.url, key, sockets=pool)
    )
    await pool.close()
    assert row.connect == 0.0


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


async def test_servers_are_measured_beside_each_other_block_by_block(
    tts_server: TTSServer, tmp_path: Path
) -> None:
    axes = axes_of({"latency": [0, 4], "voice": "en-us", "server": ["local", tts_server.url]})
    plan = Plan(axes, choose_prompts([TEXT, "Another one."]), repeat=2)
    file = RowFile(tmp_path / "rows.jsonl", plan.key)
    bench = CountingBench(tts_server)
    await run(plan, bench, file, at_once=2)
    assert sorted(row.cell for row in file.rows) == sorted(one.name for one in plan.cells)
    assert [row.repetition for row in file.rows] == [0] * 8 + [1] * 8
    assert {row.beside for row in file.rows} == {2}
    assert bench.most == {"local": 2, tts_server.url: 2}


async def test_one_server_has_one_stream_while_its_network_changes(
    tts_server: TTSServer, tmp_path: Path
) -> None:
    axes = axes_of({"network": ["here", "rtt 20 ms"], "voice": "en-us", "server": "local"})
    plan = Plan(axes, choose_prompts([TEXT]), repeat=1)
    file = RowFile(tmp_path / "rows.jsonl", plan.key)
    await run(plan, EmbeddedBench(tts_server), file, at_once=2)
    assert [row.beside for row in file.rows] == [1, 1]


async def test_what_ends_one_stream_of_a_sweep_ends_all(
    tts_server: TTSServer, tmp_path: Path
) -> None:
    axes = axes_of({"voice": ["en-us", "nobody"], "server": ["local", tts_server.url]})
    plan = Plan(axes, choose_prompts([TEXT]), repeat=3)
    file = RowFile(tmp_path / "rows.jsonl", plan.key)
    with pytest.raises(VoiceNotFound):
        await run(plan, CountingBench(tts_server), file)
    assert {row.condition["voice"] for row in file.rows} <= {"en-us"}
    assert len(asyncio.all_tasks()) == 1


class PlainBench:
    """Measures at the server that a condition names."""

    def __init__(self, key: Key) -> None:
        self._key = key

    async def prepare(self, condition: Condition) -> Server:
        return Server(condition["server"], self._key)


async def test_a_server_that_cannot_be_reached_or_refuses_the_key_is_no_measurement(
    tts_server: TTSServer, tmp_path: Path
) -> None:
    for url, status in (("http://127.0.0.1:1", {}), (tts_server.url, {401: 1.0})):
        tts_server.conditions(status=status)
        plan = Plan(axes_of({"voice": "en-us", "server": url}), choose_prompts([TEXT]), repeat=3)
        file = RowFile(tmp_path / f"{len(status)}.jsonl", plan.key)
        with pytest.raises(ConnectError, match=r"No connection to 127|HTTP 401"):
            await run(plan, PlainBench(Key(tts_server.key)), file)
        assert file.rows == []


def test_gaps_are_what_a_player_lacks_that_starts_after_a_fixed_time() -> None:
    assert gaps([]) == 0.0
    assert gaps([(50, 100), (100, 100)], playout=200) == 0.0
    assert gaps([(0, 100), (400, 100)], playout=200) == 100.0
    assert gaps([(0, 100), (400, 100), (700, 50)], playout=200) == 300.0


def test_a_place_in_the_sound_is_heard_after_the_gaps_before_it() -> None:
    arrivals = [(50, 100), (400, 100)]
    places = [heard_at(arrivals, place) for place in (0, 99, 100, 150, 200)]
    assert places == [250, 349, 400, 450, 500]


async def test_one_whole_sound_of_each_condition_and_text_is_kept(
    tts_server: TTSServer, tmp_path: Path
) -> None:
    axes = axes_of({"latency": [0, 4], "voice": "en-us", "server": "local"})
    plan = Plan(axes, choose_prompts([TEXT]), repeat=2)
    path = tmp_path / "rows.jsonl"
    kept = recordings_beside(path, plan)
    await run(plan, EmbeddedBench(tts_server), RowFile(path, plan.key), recordings=kept)
    assert sorted(file.name for file in (tmp_path / "rows.sounds").iterdir()) == [
        "0000 text 1, level 0.wav",
        "0001 text 1, level 4.wav",
    ]
    row = RowFile(path, plan.key).rows[0]
    recording = kept.load(row.condition, "text 1")
    assert recording is not None
    assert len(recording.pcm) / 48 == pytest.approx(row.duration, rel=0.05)
    assert kept.load(row.condition, "text 2") is None


def test_a_long_name_makes_no_file_name_that_is_too_long(tmp_path: Path) -> None:
    plan = Plan(axes_of({"voice": ["声" * 100, "a/b\x00", "a:b"]}), choose_prompts([TEXT]))
    kept = Recordings(tmp_path, plan)
    paths = [kept.path(condition, "text 1") for condition in plan.conditions]
    for path in paths:
        path.touch()
    assert len({*tmp_path.iterdir()}) == 3
    assert {path.parent for path in paths} == {tmp_path}


def test_only_what_was_measured_can_be_compared() -> None:
    plan = Plan(axes_of({"latency": [1, 2]}), choose_prompts(1), repeat=1)
    with pytest.raises(ParameterError, match="measure must be one of ttfa, "):
        times_of(plan, [], "loudness")
    assert [one.median for one in summarise(plan, [])] == [None, None]
