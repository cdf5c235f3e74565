"""The bounds that pages tell of are those of the code."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from jupyter_tts.server.access.limits import Limits

DOCS = Path(__file__).parents[1] / "docs"
UNITS = {"MB": 2**20, "GB": 2**30, "hour": 3_600, "hours": 3_600}
FIGURE = re.compile(r"(one|[\d.,]*\d) ?(MB|GB|hours?)?\b")


def figure(text: str) -> float:
    """The number with which a text begins, in bytes or seconds if it has a unit of many."""
    found = FIGURE.match(text)
    assert found, text
    number, unit = found.groups()
    return (1.0 if number == "one" else float(number.replace(",", ""))) * UNITS.get(unit, 1)


def rows(page: str) -> list[str]:
    return [line for line in (DOCS / page).read_text("utf-8").splitlines() if line.startswith("| ")]


CLIENT = [
    found.groups()
    for row in rows("reliability.md")
    if (found := re.search(r"\| ([^|]+) \| `([\w.]+)` in `([\w/]+)\.py` \|$", row))
]


@pytest.mark.parametrize(("bound", "name", "file"), CLIENT, ids=lambda text: text)
def test_a_bound_of_the_client_is_as_it_is_told(bound: str, name: str, file: str) -> None:
    value: object = importlib.import_module(f"jupyter_tts.{file.replace('/', '.')}")
    *owners, last = name.split(".")
    for owner in owners:
        value = getattr(value, owner)()
    assert figure(bound) == getattr(value, last)


def test_so_is_each_bound_of_the_server() -> None:
    text = "\n".join(rows("server.md"))
    told = dict(re.findall(r"`(\w+)`, ((?:one|[\d,]*\d)(?: \w+)?)", text))
    told = {name: bound for name, bound in told.items() if hasattr(Limits, name)}
    assert len(told) >= 12
    assert {name: figure(bound) for name, bound in told.items()} == {
        name: getattr(Limits(), name) for name in told
    }


def test_all_bounds_of_the_client_were_read() -> None:
    assert len(CLIENT) >= 20
    assert len(CLIENT) == sum("` in `" in row for row in rows("reliability.md"))
