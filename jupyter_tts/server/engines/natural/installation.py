"""Where the natural voice is installed, and the command that starts its worker."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

from ....wire.errors import LocalVoiceMissing
from .. import worker_program

__all__ = ["INSTALL_HINT", "REINSTALL_HINT", "is_installed", "worker_command"]

INSTALL_HINT = 'Install it with: python -m pip install "jupyter_tts[natural]".'
REINSTALL_HINT = (
    "Check its packages: python -m pip install --force-reinstall hibari-tts==0.2.1 onnxruntime."
)


def is_installed() -> bool:
    """Whether the packages are there; nothing is loaded."""
    return all(find_spec(name) is not None for name in ("hibari", "onnxruntime"))


def worker_command() -> list[str]:
    """Return the command that starts a worker.

    Raises
    ------
    LocalVoiceMissing
        When hibari-tts is not installed.
    """
    if not is_installed():
        raise LocalVoiceMissing("The natural voice is not installed.", hint=INSTALL_HINT)
    # -I: no user file named json.py and no environment variable reaches the worker.
    worker = str(Path(__file__).with_name("worker.py"))
    return [sys.executable, "-I", worker_program.__file__, worker]
