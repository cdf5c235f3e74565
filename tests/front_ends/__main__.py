"""Test this package in front ends that need an environment of their own.

``python -m tests.front_ends [name …]`` makes one for each, below ``--folder`` if it is to be used
again, and runs its tests there.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from ..own_environment import run_tests

HERE = Path(__file__).parent

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
    requirements = HERE / "requirements" / f"{name}.txt"
    return run_tests(folder / name, requirements, "front_ends", HERE / TESTS[name])


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
