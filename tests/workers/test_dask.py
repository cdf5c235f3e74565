"""Dask: a local cluster of processes, whose scheduler and logs are searched for the key."""

from __future__ import annotations

import logging
import os
import pickle
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from distributed import Client, LocalCluster

from jupyter_tts.client.sweep.axes import axes_of
from jupyter_tts.client.sweep.plan import Plan
from jupyter_tts.client.sweep.prompts import choose_prompts
from jupyter_tts.client.sweep.recordings import recordings_beside
from jupyter_tts.client.sweep.rows import Row, RowFile
from jupyter_tts.client.sweep.workers.remote import run_on
from jupyter_tts.client.sweep.workers.secret import Secret
from jupyter_tts.wire.errors import MissingKey, ParameterError

from .conftest import KEY, TEXTS, check_all_measured_once

pytestmark = [pytest.mark.workers, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


def tasks_of_scheduler(dask_scheduler: Any) -> list[tuple[str, bytes]]:
    """Return what the scheduler knows of the tasks it has now; runs there."""
    return [(str(key), pickle.dumps(task.run_spec)) for key, task in dask_scheduler.tasks.items()]


async def test_a_killed_worker_is_replaced_and_every_cell_is_measured_once(
    client: Client, plan: Plan, file: RowFile, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    killed: list[int] = []
    seen: list[tuple[str, bytes]] = []
    pids = client.run(os.getpid)
    workers = client.scheduler_info()["workers"]
    names = {str(worker["name"]): address for address, worker in workers.items()}

    def kill_once(row: Row) -> None:
        if not killed:
            seen.extend(client.run_on_scheduler(tasks_of_scheduler))
            killed.append(pids[names[row.worker]])
            os.kill(killed[0], signal.SIGKILL)

    await run_on(client.get_executor(), plan, file, kill_once, at_once=4)
    check_all_measured_once(plan, file)
    assert killed
    assert killed[0] not in client.run(os.getpid).values()
    assert {row.worker for row in file.rows} <= {"0", "1"}
    assert any(b"One short sentence." in spec for _, spec in seen)
    assert not any(KEY in key or KEY.encode() in spec for key, spec in seen)
    logs = repr((client.get_worker_logs(), client.get_scheduler_logs(), caplog.text))
    assert KEY not in logs


async def test_a_secret_names_where_the_key_is(
    client: Client, plan: Plan, file: RowFile, tmp_path: Any
) -> None:
    key_file = tmp_path / "key"
    secret = Secret(file=str(key_file))
    with pytest.raises(MissingKey, match=r"The worker [01] cannot measure: .*/key cannot be read"):
        await run_on(client.get_executor(), plan, file, at_once=2, secret=secret)
    assert file.rows == []
    key_file.write_text(KEY)
    recordings = recordings_beside(file.path, plan)
    await run_on(client.get_executor(), plan, file, at_once=2, secret=secret, recordings=recordings)
    check_all_measured_once(plan, file)
    assert len([*recordings.folder.iterdir()]) == 2 * len(TEXTS)


async def test_a_worker_has_its_own_embedded_server(client: Client, tmp_path: Any) -> None:
    plan = Plan(
        axes_of({"voice": "en-us", "server": "local", "network": ["here", "rtt 300 ms"]}),
        choose_prompts(TEXTS[:2]),
        repeat=1,
    )
    file = RowFile(tmp_path / "rows.jsonl", plan.key)
    await run_on(client.get_executor(), plan, file, at_once=2)
    assert [row.error for row in file.rows] == [""] * 4
    assert all(
        row.ttfb is not None and row.ttfb >= 300
        for row in file.rows
        if row.condition["network"] != "here"
    )


async def test_a_client_is_no_executor(client: Client, plan: Plan, file: RowFile) -> None:
    with pytest.raises(ParameterError, match=r"client\.get_executor\(\)"):
        await run_on(client, plan, file)  # type: ignore[arg-type]
