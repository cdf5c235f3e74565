"""ipyparallel: engines, which run tasks inside an event loop of their own."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import ipyparallel
import pytest

from jupyter_tts.client.sweep.plan import Plan
from jupyter_tts.client.sweep.rows import Row, RowFile
from jupyter_tts.client.sweep.workers.remote import run_on
from jupyter_tts.wire.errors import ParameterError

from .conftest import check_all_measured_once

pytestmark = [pytest.mark.workers, pytest.mark.filterwarnings("ignore")]


@pytest.fixture
def client() -> Iterator[ipyparallel.Client]:
    with ipyparallel.Cluster(n=2) as client:
        yield client


async def test_a_killed_engine_is_done_without_and_every_cell_is_measured_once(
    client: ipyparallel.Client, plan: Plan, file: RowFile
) -> None:
    with pytest.raises(ParameterError, match=r"client\.executor\(\)"):
        await run_on(client, plan, file)
    killed: list[int] = []

    def kill_once(row: Row) -> None:
        if not killed:
            killed.append(int(row.worker.rpartition(":")[2]))
            os.kill(killed[0], signal.SIGKILL)

    await run_on(client.executor(), plan, file, kill_once, at_once=4)
    check_all_measured_once(plan, file)
    assert len({row.worker for row in file.rows}) == 2
