"""Contenders in processes of their own, which get the same tasks in turn."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from .contenders import NAMES
from .machine import CLIENT_CORE, pin
from .table import Measurement

__all__ = ["NOT_INSTALLED", "Process", "contest", "interleaved", "measured", "missing"]

ROOT = Path(__file__).parents[1]
NOT_INSTALLED = "not installed: pip install -r benchmarks/requirements.txt"

T = TypeVar("T")


class Process:
    """A contender's process.

    Parameters
    ----------
    name : str
        One of `benchmarks.contenders.NAMES`.
    environment : mapping, optional
        What it has beside this process's own.
    pinned : bool, optional
        Whether it keeps to one core, and the server off it.

    Attributes
    ----------
    missing : str
        Why it cannot contend; "" where it can.
    """

    def __init__(
        self, name: str, environment: Mapping[str, str] | None = None, *, pinned: bool = False
    ) -> None:
        self.name = name
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 (closed in end)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.contenders", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
        )
        if pinned:
            pin(self._process.pid, CLIENT_CORE)
        self.missing = NOT_INSTALLED if "missing" in self._answer() else ""

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def open(self, address: str, *, ahead: bool) -> None:
        """Have it make ready for a server."""
        self._ask(do="open", address=address, ahead=ahead)

    def speak(
        self, steps: Sequence[tuple[float, str]], *, streams: int = 1, keep: bool = False
    ) -> dict[str, Any]:
        """Have it speak, and return what was measured."""
        answer: dict[str, Any] = self._ask(do="speak", steps=steps, streams=streams, keep=keep)
        return answer

    def end(self) -> None:
        """End it."""
        if not self.missing and self._process.poll() is None:
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._errors):
            pipe.close()

    def close(self) -> None:
        """Have it leave the server."""
        self._ask(do="close")

    def _ask(self, **task: Any) -> Any:
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        line = self._process.stdout.readline()
        if not line:
            self._errors.seek(0)
            raise RuntimeError(f"{NAMES[self.name]} ended:\n{self._errors.read()[-3000:]}")
        return json.loads(line)


@contextlib.contextmanager
def contest(names: Sequence[str], **options: Any) -> Iterator[list[Process]]:
    """Start contenders; end them with the context."""
    with contextlib.ExitStack() as stack:
        processes = []
        for name in names:
            process = Process(name, **options)
            stack.callback(process.end)
            processes.append(process)
        yield processes


def interleaved(
    processes: Sequence[Process], repeats: int, measure: Callable[[Process], T]
) -> dict[str, list[T]]:
    """Measure all contenders equally often, in turn, and start each round with another one.

    Returns
    -------
    dict
        By the name of the contender, in the order of `processes`; of those that are missing none.
    """
    here = [process for process in processes if not process.missing]
    results: dict[str, list[T]] = {process.name: [] for process in here}
    for number in range(repeats):
        at = number % len(here)
        for process in here[at:] + here[:at]:
            results[process.name].append(measure(process))
    return results


def missing(processes: Sequence[Process]) -> dict[str, str]:
    """Return why a contender cannot contend, or "", by its name."""
    return {process.name: process.missing for process in processes}


def measured(
    why: Mapping[str, str], figure: str, unit: str, values: Mapping[str, Sequence[float]]
) -> tuple[Measurement, ...]:
    """Return one figure of everybody, as lines of the table.

    Parameters
    ----------
    why : mapping
        Why a contender has none, or "", by its name, in the order of the table.
    what, unit : str
    values : mapping
        By the contender's name.
    """
    return tuple(
        Measurement(NAMES[name], figure, unit, tuple(values.get(name, ())), note=reason)
        for name, reason in why.items()
    )
