"""A process that is killed in the middle of a sweep, and another that goes on with it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from jupyter_tts import Sweep

SWEEP: dict[str, Any] = {
    "latency": [0, 4],
    "voice": "en-us",
    "server": "local",
    "texts": ["One short sentence.", "Another one."],
    "repeat": 3,
}

PROGRAM = """
import os, signal, sys
from jupyter_tts import Sweep
from jupyter_tts.client.sweep import runner
from jupyter_tts.notebook.runtime.session import current_session
from jupyter_tts.notebook.servers.embedded import embedded_server

real, begun = runner.measure, []

async def measure(cell, server, **options):
    begun.append(cell)
    if len(begun) == 7:  # the first of them is the warm-up
        print(embedded_server(current_session()).pid, file=sys.stderr, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    return await real(cell, server, **options)

runner.measure = measure
Sweep(file=sys.argv[1], **{sweep!r}).run()
"""


@pytest.mark.usefixtures("shell", "shared_server")
def test_a_killed_kernel_loses_what_it_was_measuring_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "sweep.jsonl"
    program = PROGRAM.replace("{sweep!r}", repr(SWEEP))
    killed = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True
    )
    assert killed.returncode == -signal.SIGKILL
    *_, pid = killed.stderr.split()
    try:
        ended = os.pidfd_open(int(pid))
    except ProcessLookupError:
        pass  # its server has ended by now
    else:
        assert select.select([ended], [], [], 30.0)[0]
        os.close(ended)
    before = path.read_bytes()
    sweep = Sweep(file=path, **SWEEP)
    assert len(sweep.rows) == 5
    sweep.run()
    assert path.read_bytes().startswith(before)
    assert len({row.cell for row in sweep.rows}) == len(sweep.rows) == 12
    assert {row.error for row in sweep.rows} == {""}
