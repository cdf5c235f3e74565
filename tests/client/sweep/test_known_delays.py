"""A real sweep of the embedded server, whose conditions delay the first sound by known times."""

from __future__ import annotations

from pathlib import Path

from jupyter_tts.client.keys import Key
from jupyter_tts.client.sweep.axes import Condition, axes_of
from jupyter_tts.client.sweep.measure import Server
from jupyter_tts.client.sweep.plan import Plan
from jupyter_tts.client.sweep.prompts import choose_prompts
from jupyter_tts.client.sweep.rows import Row, RowFile
from jupyter_tts.client.sweep.runner import run
from jupyter_tts.client.sweep.summary import summarise
from jupyter_tts.client.sweep.verdicts.conclusions import conclude
from jupyter_tts.server import TTSServer

# Milliseconds, by level. All of them wait, so that what a timer is late by is in each of them.
DELAYS = {0: 620.0, 3: 120.0, 4: 20.0}


class DelayingBench:
    """The fixture's server, which delays the first sound by what the condition says."""

    def __init__(self, server: TTSServer) -> None:
        self._server = server
        self.prepared = 0

    async def prepare(self, condition: Condition) -> Server:
        self.prepared += 1
        self._server.conditions(first_audio_delay=DELAYS[condition["latency"]])
        return Server(url=self._server.url, key=Key(self._server.key))


async def test_known_delays_are_told_and_enclosed(tts_server: TTSServer, tmp_path: Path) -> None:
    axes = axes_of({"latency": [*DELAYS], "voice": "en-us", "server": "local", "warm": False})
    plan = Plan(axes, choose_prompts("One short sentence."), repeat=9)
    file = RowFile(tmp_path / "rows.jsonl", plan.key)
    bench = DelayingBench(tts_server)
    seen: list[Row] = []
    await run(plan, bench, file, seen.append)
    assert seen == file.rows
    assert [row.cell for row in seen] == [cell.name for cell in plan.cells]
    assert bench.prepared == len(plan.cells) + 1  # the first stream is not counted
    # So sure that it does not fail by chance: each interval is from the first to the last pair.
    found = conclude(plan, seen, "ttfb", against="first", confidence=0.99)
    for comparison, level in zip(found.comparisons, (3, 4), strict=True):
        assert comparison.found is not None
        assert comparison.found.low <= DELAYS[level] - DELAYS[0] <= comparison.found.high
        assert comparison.found.median < -DELAYS[0] / 2  # which no few late ones move
    # On a busy machine an interval may reach across 0, and then it is not told as found.
    sure = [one.pair.second for one in found.comparisons if one.found and one.found.high < 0]
    told = found.sentences[0]
    assert not sure or "(99 %: " in told
    assert all(name in told and "level 0 here" in told for name in sure)
    names = [(one.name, one.measured, one.errors) for one in summarise(plan, seen)]
    assert names == [("level 0", 9, ()), ("level 3", 9, ()), ("level 4", 9, ())]
