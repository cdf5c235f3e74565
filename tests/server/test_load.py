"""Many streams at once, with the worker killed meanwhile: the benchmark, small and quick."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import pytest

from benchmarks.churn import Look, grown
from benchmarks.server_load import PATH, SENTENCES, Tally, percentile, speak
from jupyter_tts.server.engines.espeak.engine import EspeakEngine

from .serving import in_process

STREAMS = 20


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
async def test_many_streams_at_once_lose_nothing_while_workers_are_killed() -> None:
    tally = Tally()
    async with EspeakEngine() as engine, in_process(engine=engine) as address:
        url = address.replace("http", "ws", 1) + PATH
        streams = {asyncio.create_task(speak(url, SENTENCES, tally)) for _ in range(STREAMS)}
        for kills in range(1, 4):
            while engine.restarts < kills - 1 or tally.samples == 0:
                await asyncio.sleep(0)  # until the one before has been replaced
            os.kill(engine.pids[0], signal.SIGKILL)
        await asyncio.gather(*streams)
        assert engine.restarts == 3
    assert tally.completed == STREAMS
    assert not tally.failures
    assert tally.lost == tally.repeated == 0
    assert tally.characters == STREAMS * sum(len(sentence) + 1 for sentence in SENTENCES)


def test_what_is_lost_and_what_is_repeated_is_counted() -> None:
    tally = Tally()
    tally.compare("one two three", "one three")
    tally.compare("one two", "one one two")
    assert (tally.characters, tally.lost, tally.repeated) == (20, 4, 4)


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(value) for value in range(100, 0, -1)]
    assert percentile(values, 0.5) == 50
    assert percentile(values, 0.99) == 99
    assert percentile([7.0], 0.99) == 7


def test_what_grows_while_clients_come_and_go_is_told() -> None:
    start = Look("the start", 50, 5, 10, objects=100_000)
    half = Look("half of the time", 70, 5, 10, objects=150_000)
    assert grown(start, half, Look("the end", 75, 6, 11, objects=151_000)) == []
    assert grown(start, half, Look("the end", 90, 9, 30, objects=160_000)) == [
        "megabytes: 70, then 90",
        "objects: 150000, then 160000",
        "threads: 5, then 9",
        "descriptors: 10, then 30",
    ]
