"""``python -m benchmarks`` makes one table: this package and others, side by side.

A row whose peers are not installed says so; ``pip install -r benchmarks/requirements.txt`` on top
of ``.[test]`` brings all.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from .machine import describe, load
from .rows import ROWS
from .table import Row, as_json, as_markdown


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--rows",
        nargs="+",
        choices=[*ROWS],
        default=[*ROWS],
        metavar="ROW",
        help=f"of {', '.join(ROWS)}; all by default",
    )
    parser.add_argument(
        "--repeats",
        type=int,
        help="how often everything is measured; by default"
        + "; ".join(f" {name} {count}" for name, count in ROWS.items()),
    )
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="beside standard output")
    parser.add_argument("--json", type=Path, metavar="FILE", help="every single value")
    return parser.parse_args(arguments)


def _measure(name: str, repeats: int | None) -> Row:
    began = time.monotonic()
    row: Row = importlib.import_module(f"{__package__}.rows.{name}").measure(repeats or ROWS[name])
    print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    return row


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print the table."""
    options = _options(arguments)
    loads = [load()]
    rows = []
    for name in (name for name in ROWS if name in options.rows):
        rows.append(_measure(name, options.repeats))
        loads.append(load())
    machine = {**describe(), "load": loads}
    table = as_markdown(rows, machine)
    print(table, end="")
    if options.markdown:
        options.markdown.write_text(table, "utf-8")
    if options.json:
        plain = json.dumps(as_json(rows, machine), indent=1, ensure_ascii=False)
        options.json.write_text(plain + "\n", "utf-8")


if __name__ == "__main__":
    main()
