"""The worker process, seen from the server."""

from __future__ import annotations

import json
import struct
import sys

import pytest

from jupyter_tts.server.engines.worker_process import WorkerProcess
from jupyter_tts.wire.errors import LocalVoiceMissing


def hello(header: dict[str, object]) -> list[str]:
    encoded = json.dumps(header).encode()
    frame = struct.pack("!II", len(encoded), 0) + encoded
    program = (
        f"import sys; sys.stdout.buffer.write({frame!r}); sys.stdout.flush(); sys.stdin.read()"
    )
    return [sys.executable, "-I", "-S", "-c", program]


async def test_a_worker_that_does_not_start_says_why_on_standard_error() -> None:
    program = "import sys; print('Traceback', file=sys.stderr); sys.exit('no such processor.')"
    with pytest.raises(LocalVoiceMissing) as missing:
        await WorkerProcess.start([sys.executable, "-I", "-S", "-c", program], hint="Look here.")
    assert missing.value.message == (
        "The embedded voice did not start: the worker ended (no such processor)."
    )


async def test_a_worker_may_print_more_than_a_pipe_holds() -> None:
    program = "import sys; sys.stderr.write('x' * 1_000_000)"
    with pytest.raises(LocalVoiceMissing) as missing:
        await WorkerProcess.start([sys.executable, "-I", "-S", "-c", program], hint="")
    assert len(missing.value.message) < 5_000
