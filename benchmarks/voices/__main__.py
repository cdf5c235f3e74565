"""``python -m benchmarks.voices intelligibility|settings|engines``; each prints Markdown.

``pip install -r benchmarks/voices/requirements.txt`` on top of ``.[natural]``, best in an
environment of its own, brings the recogniser and what else they need.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

COMMANDS = {
    "intelligibility": "Word errors, opinion scores and loudness of 30 sentences.",
    "settings": "What each setting does to pitch, rate, loudness and spectrum.",
    "engines": "Start, memory, first sound and speed of the engines behind a server.",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.voices", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    modules = {name: importlib.import_module(f".{name}", __package__) for name in COMMANDS}
    for name, what in COMMANDS.items():
        modules[name].add_options(commands.add_parser(name, help=what, description=what))
    options = parser.parse_args(arguments)
    status: int = modules[options.command].run(options)
    return status


if __name__ == "__main__":
    sys.exit(main())
