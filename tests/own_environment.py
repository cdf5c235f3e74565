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
    python = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
    venv.create(environment, with_pip=True)
    install = ["-m", "pip", "install", "--quiet", "-e", f"{ROOT}[local]", "-r", str(requirements)]
    subprocess.run([python, *install], cwd=ROOT, check=True)
    # JupyterLab finds its extensions beside the Python that is first on the path.
    path = os.pathsep.join([str(python.parent), os.environ.get("PATH", "")])
    pytest = [python, "-m", "pytest", "-m", marker, str(tests)]
    return subprocess.run(pytest, cwd=ROOT, env={**os.environ, "PATH": path}).returncode
