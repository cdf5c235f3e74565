"""Sweeps on the workers of executors."""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from jupyter_tts.client.keys import KEY_VARIABLE, Key
from jupyter_tts.client.sweep.axes import axes_of
from jupyter_tts.client.sweep.plan import Plan
from jupyter_tts.client.sweep.prompts import choose_prompts
from jupyter_tts.client.sweep.recordings import recordings_beside
from jupyter_tts.client.sweep.rows import Row, RowFile
from jupyter_tts.client.sweep.workers import remote, worker
from jupyter_tts.client.sweep.workers.remote import run_on, tasks_of
from jupyter_tts.client.sweep.workers.secret import Secret
from jupyter_tts.client.sweep.workers.worker import REGION_VARIABLE, end_worker, worker_name
from jupyter_tts.server import TTSServer
from jupyter_tts.wire.errors import MissingKey, ParameterError, TTSError, WorkerError

TEXTS = ["One short sentence.", "Another one."]


@pytest.fixture(autouse=True)
def ended_worker() -> Iterator[None]:
    yield
    end_worker()


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., tuple[Plan, RowFile]]:
    def make_file(repeat: int = 2, **axes: object) -> tuple[Plan, RowFile]:
        plan = Plan(axes_of({"voice": "en-us", **axes}), choose_prompts(TEXTS), repeat=repeat)
        return plan, RowFile(tmp_path / "rows.jsonl", plan.key)

    return make_file


def processes(count: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"))


async def test_processes_measure_with_a_key_of_their_own_environment(
    tts_server: TTSServer, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, str(tts_server.key))
    monkeypatch.setenv(REGION_VARIABLE, "Tokyo")
    plan, file = make(latency=[0, 4], server=tts_server.url)
    seen: list[Row] = []
    with processes(2) as executor:
        await run_on(executor, plan, file, seen.append, at_once=2)
    assert seen == file.rows
    assert sorted(row.cell for row in seen) == sorted(cell.name for cell in plan.cells)
    assert {row.error for row in seen} == {""}
    assert {row.region for row in seen} == {"Tokyo"}
    assert {row.beside for row in seen} == {2}
    workers = {
        (row.repetition, row.text): {
            other.worker
            for other in seen
            if (other.repetition, other.text) == (row.repetition, row.text)
        }
        for row in seen
    }
    assert all(len(names) == 1 for names in workers.values())  # pairs are of one worker
    assert worker_name() not in {row.worker for row in seen}
    assert all(row.arrivals and row.started and row.ttfa for row in seen)


async def test_a_killed_worker_loses_nothing_that_was_measured(
    tts_server: TTSServer, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPEECH_KEY", str(tts_server.key))
    plan, file = make(latency=[0, 4], server=tts_server.url)
    secret = Secret("SPEECH_KEY")

    def kill(row: Row) -> None:
        os.kill(int(row.worker.rpartition(":")[2]), signal.SIGKILL)

    with processes(1) as executor, pytest.raises(WorkerError, match="What was done is kept"):
        await run_on(executor, plan, file, kill, secret=secret)
    assert len(file.rows) == 2
    with processes(1) as executor:
        await run_on(executor, plan, RowFile(file.path, plan.key), secret=secret)
    rows = RowFile(file.path, plan.key).rows
    assert sorted(row.cell for row in rows) == sorted(cell.name for cell in plan.cells)
    assert len(file.path.read_text().splitlines()) == 1 + len(plan.cells)
    assert {row.error for row in rows} == {""}


async def test_a_worker_without_the_key_is_named_and_nothing_counts_as_measured(
    tts_server: TTSServer, make: Any, tmp_path: Path
) -> None:
    plan, file = make(latency=[0, 4], server=tts_server.url)
    with ThreadPoolExecutor(1) as executor:
        for secret, why in (
            (Secret("NO_SUCH_KEY"), "NO_SUCH_KEY is not set there"),
            (Secret(file=str(tmp_path / "key")), "cannot be read there: No such file"),
        ):
            with pytest.raises(MissingKey, match=f"worker {worker_name()} cannot measure: .*{why}"):
                await run_on(executor, plan, file, secret=secret)
        assert file.rows == []
        (tmp_path / "key").write_text(f"{tts_server.key!s}\n")
        await run_on(executor, plan, file, secret=secret)
    assert {row.error for row in file.rows} == {""}


async def test_a_secret_goes_to_no_host_that_is_not_trusted(
    make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPEECH_KEY", "sk_0123456789abcdef")
    plan, file = make(latency=[0, 4], server="wss://speech.example")
    with (
        ThreadPoolExecutor(1) as executor,
        pytest.raises(MissingKey, match=r"wss://speech\.example may not have the key"),
    ):
        await run_on(executor, plan, file, secret=Secret("SPEECH_KEY"))
    assert file.rows == []


async def test_what_a_worker_measured_before_a_fault_of_all_cells_is_kept(
    tts_server: TTSServer, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, str(tts_server.key))
    tts_server.conditions(quota=3 * len(TEXTS[0]) + 5)  # a warm-up, and two or three cells
    plan, file = make(latency=[0, 1, 2, 3, 4], server=tts_server.url, levers=False)
    with (
        ThreadPoolExecutor(1) as executor,
        pytest.raises(TTSError, match=f"The worker {worker_name()} cannot measure: .*quota"),
    ):
        await run_on(executor, plan, file)
    assert len(file.rows) >= 2
    assert {row.error for row in file.rows} == {""}
    assert RowFile(file.path, plan.key).rows == file.rows


async def test_a_worker_measures_with_its_own_embedded_server_in_simulated_networks(
    make: Any,
) -> None:
    plan, file = make(repeat=1, network=["here", "rtt 200 ms"], server="local", warm=False)
    recordings = recordings_beside(file.path, plan)
    with ThreadPoolExecutor(2) as executor:
        await run_on(
            executor,
            plan,
            file,
            at_once=2,
            regions={worker_name(): "Zürich"},
            recordings=recordings,
        )
    times = {"here": [], "RTT 200 ms": []}  # type: dict[str, list[float]]
    for row in file.rows:
        assert row.error == ""
        assert row.connect is not None
        times[row.condition["network"]].append(row.connect)
    assert min(times["RTT 200 ms"]) >= 200 > min(times["here"])
    assert {row.region for row in file.rows} == {"Zürich"}
    kept = sorted(row.sound for row in file.rows if row.sound)
    assert kept == sorted(path.name for path in recordings.folder.iterdir())
    assert len(kept) == 4
    assert tasks_of(plan, file, recordings=recordings) == []
    assert worker._process is not None
    pid = worker._process.embedded.pid
    assert pid
    end_worker()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_worker_of_another_version_is_told(
    make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, file = make(latency=[0, 4], server="local")
    monkeypatch.setattr(remote, "__version__", "9.9.9")
    with (
        ThreadPoolExecutor(1) as executor,
        pytest.raises(WorkerError, match=r"has jupyter_tts .*, and this is 9\.9\.9\. Install the"),
    ):
        await run_on(executor, plan, file)
    assert file.rows == []


def test_no_task_has_a_key(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    key = "sk_0123456789abcdef0123456789abcdef"
    monkeypatch.setenv(KEY_VARIABLE, key)
    plan, file = make(latency=[0, 4], server="elevenlabs")
    for secret in (None, Secret(KEY_VARIABLE), Secret(file="/run/secrets/key")):
        tasks = tasks_of(plan, file, secret=secret, trusted=["speech.example"])
        assert len(tasks) == 4
        assert key.encode() not in pickle.dumps(tasks)
        assert key not in repr((tasks, secret))


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"name": "sk_0123456789abcdef"},
        {"name": Key("SK_0123456789ABCDEF")},
        {"name": "A", "file": "/run/secrets/key"},
        {"file": "sk_0123456789abcdef"},
        {"name": 5},
    ],
)
def test_a_key_is_no_name_of_a_secret(given: dict[str, Any]) -> None:
    with pytest.raises(ParameterError, match="a secret") as refused:
        Secret(**given)
    assert "0123456789" not in str(refused.value)


async def test_a_key_in_place_of_a_secret_is_refused(make: Any) -> None:
    plan, file = make(latency=[0, 4], server="elevenlabs")
    with ThreadPoolExecutor(1) as executor:
        for secret in ("sk_0123456789abcdef", Key("sk_0123456789abcdef")):
            with pytest.raises(ParameterError, match="secret must be a Secret") as refused:
                await run_on(executor, plan, file, secret=secret)  # type: ignore[arg-type]
            assert "0123456789" not in str(refused.value)
    with pytest.raises(ParameterError, match="must be a concurrent"):
        await run_on(threading, plan, file)  # type: ignore[arg-type]
    for regions in ("Tokyo", {"a": 1}, ["Tokyo"]):
        with ThreadPoolExecutor(1) as executor, pytest.raises(ParameterError, match="regions must"):
            await run_on(executor, plan, file, regions=regions)  # type: ignore[arg-type]
