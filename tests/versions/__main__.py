"""Test on every CPython of this machine, at the lowest and the newest versions that are admitted.

``python -m tests.versions`` makes an environment for each pair, below ``--folder`` if it is to be
used again, and runs in it all tests that need no browser, or those that pytest is told of behind
``--``. It ends with a table of what passed, with which versions.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from .interpreters import THIS, find_uv, interpreters
from .pair import RESOLUTIONS, Pair, direct_dependencies


def table(rows: list[list[str]]) -> str:
    """Return rows, the first of them a heading, in columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "\n".join(lines)


def report(pairs: list[Pair]) -> str:
    """Return what came of all pairs, and the versions of what is depended on directly."""
    kinds = ["passed", "failed", "skipped"]
    outcomes = [["", *kinds]]
    for pair in pairs:
        outcomes.append([pair.name, *(str(pair.counts.get(kind, "-")) for kind in kinds)])
    versions = [["", *(pair.name for pair in pairs)]]
    for name in sorted(direct_dependencies()):
        versions.append([name, *(pair.versions.get(name, "-") for pair in pairs)])
    problems = [
        f"{pair.name} has no environment:\n{pair.problem}" for pair in pairs if pair.problem
    ]
    return "\n\n".join([table(versions), *problems, table(outcomes)])


def main() -> int:
    """Read the command line and run the tests."""
    parser = argparse.ArgumentParser(prog="python -m tests.versions", description=__doc__)
    parser.add_argument(
        "--python",
        action="append",
        help="3.12, 3.14t, or this; may be repeated",
    )
    for which in RESOLUTIONS:
        parser.add_argument(
            f"--{which}", dest="which", action="append_const", const=which, help="only these"
        )
    parser.add_argument("--folder", type=Path, help="where the environments are made and stay")
    parser.add_argument("arguments", nargs="*", metavar="-- argument", help="for pytest")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (options.folder or Path(temporary)).absolute()
        uv = find_uv(folder)
        found = interpreters(uv)
        minors = [one.minor for one in found]
        asked = {THIS if name == "this" else name for name in options.python or minors}
        unknown = sorted(asked - set(minors))
        if unknown:
            parser.error(f"there is no Python {', '.join(unknown)} here, only {', '.join(minors)}")
        wanted = [one for one in found if one.minor in asked]
        pairs = [Pair(one, which) for one in wanted for which in options.which or RESOLUTIONS]
        for pair in pairs:
            print(f"== {pair.name} (Python {pair.interpreter.version})", flush=True)
            pair.run(uv, folder, options.arguments)
    print(report(pairs))
    return 0 if all(pair.passed for pair in pairs) else 1


if __name__ == "__main__":
    sys.exit(main())
