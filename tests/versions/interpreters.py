"""Which Pythons this machine has, and uv, which finds and fills them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..own_environment import ROOT, programs

__all__ = ["PROJECT", "ROOT", "THIS", "Interpreter", "find_uv", "interpreters"]

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))[
    "project"
]
THIS = f"3.{sys.version_info.minor}" + "t" * bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
"""The Python that runs this, by what it is asked for."""


@dataclass(frozen=True)
class Interpreter:
    """A CPython."""

    version: str
    """All of it, such as ``3.13.0``."""

    minor: str
    """What it is asked for by, such as ``3.13``, or ``3.13t`` without the global lock."""

    path: str


def find_uv(folder: Path) -> str:
    """Return the path of uv, installed in an environment below a folder if there is none."""
    installed = shutil.which("uv")
    if installed:
        return installed
    environment = folder / "uv"
    venv.create(environment, with_pip=True)
    python = programs(environment) / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "uv"], check=True)
    return str(python.with_name("uv"))


def interpreters(uv: str) -> list[Interpreter]:
    """Return the newest release of each CPython that the package admits, the oldest first.

    Those of pyenv count whether or not they are on the path. None is downloaded.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    folders = [*map(str, sorted(pyenv.glob("*/bin"))), os.environ.get("PATH", "")]
    command = [uv, "python", "list", "--only-installed", "--output-format", "json"]
    environment = {**os.environ, "PATH": os.pathsep.join(folders), "UV_PYTHON_DOWNLOADS": "never"}
    listed = subprocess.run(
        command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True
    )
    oldest = tuple(map(int, re.findall(r"\d+", PROJECT["requires-python"])))
    found: dict[tuple[int, bool], tuple[int, Interpreter]] = {}
    for entry in json.loads(listed.stdout):
        parts, free_threaded = entry["version_parts"], entry["variant"] == "freethreaded"
        if entry["implementation"] != "cpython" or (parts["major"], parts["minor"]) < oldest:
            continue
        name = f"{parts['major']}.{parts['minor']}" + "t" * free_threaded
        one = Interpreter(entry["version"], name, entry["path"])
        place = (parts["minor"], free_threaded)
        if place not in found or found[place][0] < parts["patch"]:
            found[place] = (parts["patch"], one)
    return [one for _, (_, one) in sorted(found.items())]
