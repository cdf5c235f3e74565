"""Test this package in front ends that need an environment of their own.

``python -m tests.front_ends [name …]`` makes one for each, below ``--folder`` if it is to be used
again, and runs its tests there.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

TESTS = {
    "nbmodel": "test_server_execution.py",
    "documents": "test_server_execution.py",
    "voila": "test_voila.py",
    "marimo": "test_marimo.py",
    "vscode": "test_vscode.py",
}
"""The tests by name of the environment, which is its file in ``requirements``."""


def run(name: str, folder: Path) -> int:
    """Run a front end's tests in its environment, made if need be; return pytest's exit code."""
    environment = folder / name
    python = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
    venv.create(environment, with_pip=True)
    requirements = HERE / "requirements" / f"{name}.txt"
    install = ["-m", "pip", "install", "--quiet", "-e", f"{ROOT}[local]", "-r", str(requirements)]
    subprocess.run([python, *install], cwd=ROOT, check=True)
    tests = HERE / TESTS[name]
    # JupyterLab finds its extensions beside the Python that is first on the path.
    path = os.pathsep.join([str(python.parent), os.environ.get("PATH", "")])
    pytest = [python, "-m", "pytest", "-m", "front_ends", str(tests)]
    return subprocess.run(pytest, cwd=ROOT, env={**os.environ, "PATH": path}).returncode


def main() -> int:
    """Read the command line and run the tests."""
    parser = argparse.ArgumentParser(prog="python -m tests.front_ends", description=__doc__)
    parser.add_argument(
        "names", nargs="*", choices=[*TESTS, []], metavar="name", help=str([*TESTS])
    )
    parser.add_argument("--folder", type=Path, help="where the environments are made and stay")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        codes = [run(name, folder) for name in options.names or [*TESTS]]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
