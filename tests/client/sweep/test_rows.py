"""Rows survive the process that measured them."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_tts.client.sweep.rows import Row, RowFile
from jupyter_tts.wire.errors import ParameterError

ROWS = [
    Row(
        cell=f"c{number}",
        condition={"latency": number, "voice": "en-us"},
        text="short",
        repetition=number,
        ttfb=12.5,
        arrivals=((12.5, 100.0), (40.0, 60.0)),
        error="Störung." if number == 2 else "",
    )
    for number in range(4)
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sweep.jsonl"


def written(path: Path) -> RowFile:
    file = RowFile(path, "plan 1")
    for row in ROWS:
        file.add(row)
    return file


def test_rows_are_found_again(path: Path) -> None:
    assert written(path).rows == ROWS
    again = RowFile(path, "plan 1")
    assert (again.rows, again.note) == (ROWS, "")


def test_at_most_the_last_row_of_a_file_that_was_cut_off_anywhere_is_lost(path: Path) -> None:
    written(path)
    whole = path.read_bytes()
    header = whole.index(b"\n") + 1
    ends = [index + 1 for index, byte in enumerate(whole) if byte == 10]
    for length in range(header):
        path.write_bytes(whole[:length])
        assert RowFile(path, "plan 1").rows == []
    for length in range(header, len(whole)):
        path.write_bytes(whole[:length])
        file = RowFile(path, "plan 1")
        kept = sum(end <= length for end in ends[1:])
        assert file.rows == ROWS[:kept]
        assert bool(file.note) == (length not in ends)
        file.add(ROWS[kept])
        assert RowFile(path, "plan 1").rows == ROWS[: kept + 1]


def test_a_file_of_another_plan_or_of_something_else_stays_as_it_is(path: Path) -> None:
    written(path)
    before = path.read_bytes()
    with pytest.raises(ParameterError, match=r"sweep\.jsonl holds another plan"):
        RowFile(path, "plan 2")
    assert path.read_bytes() == before
    path.write_text("a,b\n1,2\n")
    with pytest.raises(ParameterError, match="holds something else"):
        RowFile(path, "plan 1")
    assert path.read_text() == "a,b\n1,2\n"
