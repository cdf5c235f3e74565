"""A sweep that takes its time, and what must be true of it once workers were lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_tts.client.keys import KEY_VARIABLE
from jupyter_tts.client.sweep.axes import axes_of
from jupyter_tts.client.sweep.plan import Plan
from jupyter_tts.client.sweep.prompts import choose_prompts
from jupyter_tts.client.sweep.rows import RowFile
from jupyter_tts.client.sweep.workers.worker import REGION_VARIABLE
from jupyter_tts.server import TTSServer
from jupyter_tts.server.inprocess import serving_thread

KEY = "sk_5c31c0b6d7f24d5e8a90"
TEXTS = ("One short sentence.", "Another one.", "And a third.")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the modules unread otherwise: what they import is not installed."""
    return None if config.getoption("markexpr") == "workers" else True


@pytest.fixture(scope="module", autouse=True)
def worker_environment() -> Iterator[None]:
    """Give the key, and a place, to the processes that are started."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY_VARIABLE, KEY)
        patch.setenv(REGION_VARIABLE, "Tokyo")
        yield


@pytest.fixture
def server() -> Iterator[TTSServer]:
    """Return a server whose first sound takes 200 ms to make, so that a worker is met working."""
    with serving_thread(key=KEY) as made:
        made.conditions(first_audio_delay=200)
        yield made


@pytest.fixture
def plan(server: TTSServer) -> Plan:
    axes = axes_of({"voice": "en-us", "latency": [0, 4], "server": server.url})
    return Plan(axes, choose_prompts(TEXTS), repeat=4)


@pytest.fixture
def file(plan: Plan, tmp_path: Path) -> RowFile:
    return RowFile(tmp_path / "rows.jsonl", plan.key)


def check_all_measured_once(plan: Plan, file: RowFile) -> None:
    again = RowFile(file.path, plan.key)
    assert sorted(row.cell for row in again.rows) == sorted(cell.name for cell in plan.cells)
    assert len(file.path.read_text().splitlines()) == 1 + len(plan.cells)
    assert {row.error for row in again.rows} == {""}
    assert {row.region for row in again.rows} == {"Tokyo"}
