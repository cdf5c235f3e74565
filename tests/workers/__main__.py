"""Test sweeps on the workers of Dask and ipyparallel, which the package never imports.

``python -m tests.workers`` makes an environment with both, at ``--folder`` if it is to be used
again, and runs the tests there.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from ..own_environment import run_tests

HERE = Path(__file__).parent


def main() -> int:
    """Read the command line and run the tests."""
    parser = argparse.ArgumentParser(prog="python -m tests.workers", description=__doc__)
    parser.add_argument("--folder", type=Path, help="where the environment is made and stays")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        return run_tests(folder, HERE / "requirements.txt", "workers", HERE)


if __name__ == "__main__":
    sys.exit(main())
