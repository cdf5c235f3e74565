"""Where eSpeak NG is installed, and the command that starts its worker."""

from __future__ import annotations

import sys
from pathlib import Path

from ....wire.errors import LocalVoiceMissing
from .. import worker_program
from ..espeak_library import espeak_directory

__all__ = ["INSTALL_HINT", "REINSTALL_HINT", "worker_command"]

INSTALL_HINT = 'Install it with: python -m pip install "jupyter_tts[local]".'
REINSTALL_HINT = "Check its package: python -m pip install --force-reinstall espeakng-loader."


def worker_command() -> list[str]:
    """Return the command that starts a worker.

    Raises
    ------
    LocalVoiceMissing
        When espeakng_loader is not installed.
    """
    directory = espeak_directory()
    if directory is None:
        raise LocalVoiceMissing("The embedded voice is not installed.", hint=INSTALL_HINT)
    worker = str(Path(__file__).with_name("worker.py"))
    # -I -S: no user file named json.py, no environment variable, no site hook reaches the worker.
    return [sys.executable, "-I", "-S", worker_program.__file__, worker, directory]
