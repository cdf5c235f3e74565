"""Functions of JavaScript modules, called in one node process as in Python."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .missing import missing

__all__ = ["Node", "open_node"]

_STATIC = Path(__file__).parents[1] / "jupyter_tts" / "notebook" / "static"

# One call per line: [module, function, *arguments], answered by one line.
_SERVER = """
import { createInterface } from "node:readline";
const shared = JSON.parse(process.argv[1]);
for await (const line of createInterface({ input: process.stdin })) {
  const [module, name, ...rest] = JSON.parse(line);
  const found = (await import(module))[name];
  console.log(JSON.stringify(await found(shared, ...rest)));
}
"""


class Node:
    """A running node."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def call(self, module: str | Path, name: str, *arguments: Any) -> Any:
        """Return what the function returns for the shared first argument and these.

        The module is one of the front end's, or a path.
        """
        assert self._process.stdin
        assert self._process.stdout
        request = [(_STATIC / module).as_uri(), name, *arguments]
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "node ended; what it said stands above"
        return json.loads(answer)


@contextmanager
def open_node(shared: Any) -> Iterator[Node]:
    """Start node for calls with a shared first argument.

    Without node the test is skipped, or fails where ``CI`` is set.
    """
    path = shutil.which("node")
    if path is None:
        missing("no node found; on Debian: apt-get install nodejs")
    process = subprocess.Popen(
        [path, "--input-type=module", "--eval", _SERVER, json.dumps(shared)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        yield Node(process)
    finally:
        process.communicate()  # closes its input, at which it ends
