"""``%load_ext`` in fresh processes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

from ..contest import NOT_INSTALLED
from ..table import OURS, Measurement, Row, at_most

__all__ = ["measure"]

EXTENSIONS = {OURS: "jupyter_tts", "jupysql": "sql", "jupyter_ai_magics": "jupyter_ai_magics"}
FIGURE = "%load_ext"
CPU = "%load_ext, processor time"
IN_KERNEL = "%load_ext, with ipykernel's modules"
FIGURES = (FIGURE, CPU, IN_KERNEL)
MOST = 35.0  # ms
MISSING = 3  # exit status

PROGRAM = f"""
import sys, time
from IPython.core.interactiveshell import InteractiveShell
if sys.argv[2:]:
    import ipykernel.kernelapp
shell = InteractiveShell.instance()
began, cpu = time.perf_counter(), time.process_time()
try:
    shell.extension_manager.load_extension(sys.argv[1])
except ModuleNotFoundError:
    sys.exit({MISSING})
print("took", time.perf_counter() - began, time.process_time() - cpu)
"""


def _load(extension: str, folder: str, *, in_kernel: bool = False) -> tuple[float, float] | None:
    """Return how many milliseconds it takes, and of the processor; None if not installed.

    Parameters
    ----------
    extension, folder : str
    in_kernel : bool, optional
        Whether what a kernel has imported is there before.
    """
    environment = {
        **os.environ,
        "IPYTHONDIR": folder,
        "PLOOMBER_STATS_ENABLED": "false",  # jupysql would report to its makers
    }
    environment.pop("ELEVENLABS_API_KEY", None)  # no socket is opened ahead
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, extension, *["kernel"] * in_kernel],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    if done.returncode == MISSING:
        return None
    done.check_returncode()
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("took "))
    _, elapsed, cpu = line.split()
    return 1000 * float(elapsed), 1000 * float(cpu)


def measure(repeats: int) -> Row:
    """Load all extensions equally often, in turn, and start each round with another one."""
    times: dict[str, list[tuple[float, float, float]]] = {who: [] for who in EXTENSIONS}
    with tempfile.TemporaryDirectory() as folder:
        for extension in EXTENSIONS.values():
            _load(extension, folder)  # so that all have been compiled and read once
        for number in range(repeats):
            order = [*EXTENSIONS]
            at = number % len(order)
            for who in order[at:] + order[:at]:
                bare = _load(EXTENSIONS[who], folder)
                in_kernel = _load(EXTENSIONS[who], folder, in_kernel=True)
                if bare is not None and in_kernel is not None:
                    times[who].append((*bare, in_kernel[0]))
    row = Row(
        "`%load_ext`",
        "a fresh process with an IPython shell each time, files read before: one that has imported "
        "nothing else, not even asyncio, and one that has what every kernel has. No key is set, so "
        "ours opens no socket ahead.",
        tuple(
            Measurement(
                who,
                figure,
                "ms",
                tuple(times[which] for times in values),
                note="" if values else NOT_INSTALLED,
            )
            for which, figure in enumerate(FIGURES)
            for who, values in times.items()
        ),
    )
    for figure in (FIGURE, IN_KERNEL):
        row = row.judge(at_most(f"{figure} ≤ {MOST:g} ms", row.median(OURS, figure), MOST, "ms"))
    return row
