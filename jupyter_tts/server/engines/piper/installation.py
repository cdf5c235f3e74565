"""What Piper's voices need, and the command that starts their worker."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

from ....wire.errors import LocalVoiceMissing
from .. import worker_program
from ..espeak_library import espeak_directory

__all__ = ["REINSTALL_HINT", "is_installed", "worker_command"]

_INSTALL = "Install it with: python -m pip install {}."
REINSTALL_HINT = (
    "Check its packages: python -m pip install --force-reinstall onnxruntime espeakng-loader."
)


def _missing() -> str | None:
    if find_spec("onnxruntime") is None:
        return "onnxruntime"
    return "espeakng-loader" if espeak_directory() is None else None


def is_installed() -> bool:
    """Whether the packages are there; nothing is loaded."""
    return _missing() is None


def worker_command() -> list[str]:
    """Return the command that starts a worker.

    Raises
    ------
    LocalVoiceMissing
        When a package is not installed.
    """
    missing, directory = _missing(), espeak_directory()
    if missing is not None or directory is None:
        raise LocalVoiceMissing(
            f"Piper's voices need the package {missing}, which is not installed.",
            hint=_INSTALL.format(missing),
        )
    worker = str(Path(__file__).with_name("worker.py"))
    # -I: no user file named json.py and no environment variable reaches the worker.
    return [sys.executable, "-I", worker_program.__file__, worker, directory]
