"""The machine a benchmark ran on, and which of its cores is whose."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

__all__ = ["CLIENT_CORE", "SERVER_CORES", "describe", "load", "pin"]

PEERS = (
    "jupyter_tts",
    "websockets",
    "elevenlabs",
    "pipecat-ai",
    "livekit-agents",
    "livekit-plugins-elevenlabs",
    "jupyterlab",
    "ipykernel",
    "jupysql",
    "jupyter_ai_magics",
)


def _cores() -> list[int]:
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]


CLIENT_CORE = _cores()[:1]
"""The core of the process that is measured."""

SERVER_CORES = _cores()[1:]
"""Of the server; empty where there is only one."""


def pin(pid: int, cores: Sequence[int]) -> None:
    """Keep a process on some cores, where the system can (Linux) and there are any."""
    if cores and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(pid, cores)


def describe() -> dict[str, Any]:
    """Return the facts about machine and versions that a figure depends on."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cores": len(_cores()),
        "python": platform.python_version(),
        "versions": {name: installed for name in PEERS if (installed := _version(name))},
    }


def load() -> float | None:
    """Return how many processes wanted to run, on average over the last minute."""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
