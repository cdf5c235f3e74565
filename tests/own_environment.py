"""Tests that run in an environment of their own, since it has packages that the others must not."""

from __future__ import annotations

import os
import subprocess
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run_tests(environment: Path, requirements: Path, marker: str, tests: Path) -> int:
    """Make an environment if there is none, run tests in it, and return pytest's exit code.

    Parameters
    ----------
    environment : Path
        Where it is, or is to be.
    requirements : Path
        What it has on top of ``.[local]``.
    marker : str
        That of the tests.
    tests : Path
    """
    python = programs(environment) / "python"
    venv.create(environment, with_pip=True)
    install = ["-m", "pip", "install", "--quiet", "-e", f"{ROOT}[local]", "-r", str(requirements)]
    subprocess.run([python, *install], cwd=ROOT, check=True)
    pytest = [python, "-m", "pytest", "-m", marker, str(tests)]
    return subprocess.run(pytest, cwd=ROOT, env=activated(environment)).returncode


def programs(environment: Path) -> Path:
    """Return where an environment has its Python."""
    return environment / ("Scripts" if os.name == "nt" else "bin")


def activated(environment: Path) -> dict[str, str]:
    """Return the variables of a shell in which an environment is the activated one.

    JupyterLab finds its extensions beside the Python that is first on the path; IPython adds the
    packages of the environment that is named, warning of it where that is not its own.
    """
    path = os.pathsep.join([str(programs(environment)), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "VIRTUAL_ENV": str(environment.absolute())}
