"""Rows survive the process that measured them."""

from __future__ import annotations

import os
import resource
import signal
from pathlib import Path

import pytest

from jupyter_tts.client.sweep.rows import Row, RowFile
from jupyter_tts.wire.errors import ParameterError, TTSError

ROWS = [
    Row(
        cell=f"c{number}",
        condition={"latency": number, "voice": "en-us", "schedule": (50, 90)},
        text="short",
        repetition=number,
        ttfb=12.5,
        arrivals=((12.5, 100.0), (40.0, 60.0)),
        error="Störung." if number == 2 else "",
        scores={"wer": 0.25} if number else {},
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


def test_a_row_that_was_edited_into_none_is_measured_again(path: Path) -> None:
    lines = written(path).path.read_text("utf-8").splitlines()
    lines[2] = lines[2].replace('"ttfb":12.5', '"ttfb":"soon"')
    path.write_text("\n".join([*lines, ""]), "utf-8")
    again = RowFile(path, "plan 1")
    assert again.rows == [ROWS[0], *ROWS[2:]]
    assert again.note.startswith("One line of sweep.jsonl cannot be read.")


@pytest.mark.parametrize(
    ("is_there", "edited"),
    [('"latency":2,', ""), ('"latency":2', '"latency":{}'), ('"cell":"c2"', '"cell":"c9"')],
)
def test_a_row_that_was_edited_into_one_of_no_cell_is_measured_again(
    path: Path, is_there: str, edited: str
) -> None:
    conditions = {row.cell: row.condition for row in ROWS}
    written(path)
    assert RowFile(path, "plan 1", conditions).rows == ROWS
    path.write_text(path.read_text("utf-8").replace(is_there, edited), "utf-8")
    again = RowFile(path, "plan 1", conditions)
    assert again.rows == [*ROWS[:2], ROWS[3]]
    assert again.note.startswith("One line of sweep.jsonl cannot be read.")


def test_rows_are_found_again(path: Path) -> None:
    assert written(path).rows == ROWS
    again = RowFile(path, "plan 1")
    assert (again.rows, again.note) == (ROWS, "")


def test_every_whole_row_of_a_file_that_was_cut_off_anywhere_is_kept(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)  # thousands of times
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
        kept = sum(end - 1 <= length for end in ends[1:])  # only its line break may be missing
        assert file.rows == ROWS[:kept]
        assert bool(file.note) == (not {length, length + 1} & {*ends})
        for row in ROWS[kept : kept + 1]:
            file.add(row)
        assert path.read_bytes() == whole[: ends[min(kept + 1, len(ROWS))]]


def test_a_row_of_an_older_version_has_the_defaults() -> None:
    row = Row.from_json('{"cell":"a","condition":{},"text":"short","repetition":0,"later":1}')
    assert (row.audible, row.beside, row.scores, row.arrivals) == (None, 1, {}, ())


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


def test_lines_that_hold_nothing_are_passed_over(path: Path) -> None:
    written(path)
    lines = path.read_bytes().splitlines(keepends=True)
    bad = [
        b"\x00\xff\n",
        b'{"cell":1\n',
        b"[]\n",
        b'{"scored":"c0"}\n',
        b'"' + b"[" * 9_999 + b"\n",
    ]
    path.write_bytes(b"".join([*lines[:3], *bad, lines[1], *lines[3:]]))
    before = path.read_bytes()
    file = RowFile(path, "plan 1")
    assert file.rows == ROWS
    assert file.note == "5 lines of sweep.jsonl cannot be read. What is missing is measured again."
    assert path.read_bytes() == before


def test_scores_are_of_the_row_that_they_were_found_of(path: Path) -> None:
    file = written(path)
    file.add_scores("c1", {"dnsmos": 3.5})
    file.add_scores("gone", {"dnsmos": 3.5})
    for rows in (file.rows, RowFile(path, "plan 1").rows):
        assert [row.scores for row in rows[:2]] == [{}, {"wer": 0.25, "dnsmos": 3.5}]


def test_a_full_disk_is_told_and_what_was_measured_stays(path: Path) -> None:
    file = RowFile(path, "plan 1")
    file.add(ROWS[0])
    before = path.read_bytes()
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 20, limit[1]))
        with pytest.raises(TTSError, match=r"sweep\.jsonl cannot be written: File too"):
            file.add(ROWS[1])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, ignored)
    assert path.read_bytes() == before
    file.add(ROWS[1])
    assert RowFile(path, "plan 1").rows == file.rows == ROWS[:2]


def test_a_file_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing" / "sweep.jsonl"):
        with pytest.raises(TTSError, match=r"cannot be (read|written): \w"):
            RowFile(path, "plan 1")
