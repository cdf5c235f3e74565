"""What holds for all tests."""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.remote import Producer

from .scheduling import BROWSER, SideBySide, takes_browser_tests

# A real stream for every text, in this process and in the kernels that it starts; and no file of
# the user's is touched.
os.environ["JUPYTER_TTS_CACHE"] = "off"
os.environ["JUPYTER_TTS_VOICES"] = os.path.join(os.devnull, "voices")

# Otherwise every kernel and server that a test starts would compile the whole package.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Some tests load a model in their own process.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

# Some tests raise it, and a shell that starts them in the background has them ignore it.
signal.signal(signal.SIGINT, signal.default_int_handler)

# No test may depend on how fast the machine is.
settings.register_profile("jupyter_tts", deadline=None)
settings.load_profile("jupyter_tts")

# Helpers whose assertions explain themselves, whichever test imports them first.
for module in ("hearing", "leaks", "seams"):
    pytest.register_assert_rewrite(f"{__package__}.faults.{module}")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Run whole folders in a process for each core, up to four, and one more; single files in this.

    Each but one has a browser and a JupyterLab.
    """
    folders = all(Path(argument.split("::")[0]).is_dir() for argument in config.args)
    return 1 + min(4, os.cpu_count() or 1) if folders and not config.option.markexpr else 0


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SideBySide:
    """Have tests that wait and tests that compute run side by side."""
    return SideBySide(config, log)


def pytest_configure() -> None:
    """Let the browser tests go first: a busy machine disturbs what they hear."""
    if not takes_browser_tests(os.environ.get("PYTEST_XDIST_WORKER", "gw0")):
        os.nice(5)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the browser tests last: Playwright keeps an event loop running once it has started.

    Of these the files that take longest come first, so that no process works alone at the end.
    """
    work: Counter[Path] = Counter()
    for item in items:
        work[item.path] += 6 if "lab" in getattr(item, "fixturenames", ()) else 1

    def place(item: pytest.Item) -> tuple[bool, int, str]:
        in_browser = item.path.is_relative_to(BROWSER)
        return (True, -work[item.path], str(item.path)) if in_browser else (False, 0, "")

    items.sort(key=place)
