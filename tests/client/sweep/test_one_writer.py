from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jupyter_tts.client.sweep.one_writer import one_writer
from jupyter_tts.wire.errors import TTSError

HOLDER = """
import sys
from pathlib import Path
from jupyter_tts.client.sweep.one_writer import one_writer
with one_writer(Path(sys.argv[1]), "sweep"):
    print("has it", flush=True)
    input()
"""
HOLDER_WITH_A_FORK = HOLDER.replace("import sys", "import os, sys").replace(
    "    print(", "    if os.fork() == 0: sys.stdin.read(); os._exit(0)\n    print("
)


def test_a_second_writer_is_told_and_nothing_stays_behind(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    with one_writer(rows, "sweep"):
        with (
            pytest.raises(TTSError, match=r"This sweep runs already.*rows\.jsonl"),
            one_writer(tmp_path / "." / "rows.jsonl", "sweep"),
        ):
            pass
        with one_writer(tmp_path / "others.jsonl", "sweep"):
            pass
    with one_writer(rows, "sweep"):
        pass
    assert [*tmp_path.iterdir()] == []


def test_rows_under_another_name_are_the_same_rows(tmp_path: Path) -> None:
    rows, link = tmp_path / "rows.jsonl", tmp_path / "latest.jsonl"
    rows.touch()
    try:
        link.symlink_to(rows)
    except OSError:
        pytest.skip("no links here")
    with one_writer(rows, "sweep"), pytest.raises(TTSError), one_writer(link, "sweep"):
        pass


def test_a_process_that_is_killed_gives_it_back(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, rows], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"has it\n"
        with pytest.raises(TTSError), one_writer(rows, "sweep"):
            pass
        holder.kill()
    with one_writer(rows, "sweep"):
        pass
    assert [*tmp_path.iterdir()] == []


def test_where_there_can_be_no_lock_nobody_is_kept_out(tmp_path: Path) -> None:
    with one_writer(tmp_path / "missing" / "rows.jsonl", "batch"):
        assert [*tmp_path.iterdir()] == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no process is forked here")
def test_a_process_forked_from_the_one_that_was_killed_does_not_keep_it(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER_WITH_A_FORK, rows],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"has it\n"
        holder.kill()
        holder.wait()
        with one_writer(rows, "sweep"):
            pass
        holder.stdin.close()  # the forked one ends


def test_of_many_that_want_it_each_has_it_alone(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    writing: list[int] = []

    def write(number: int) -> None:
        for _ in range(50):
            try:
                with one_writer(rows, "sweep"):
                    writing.append(number)
                    assert writing == [number]
                    writing.clear()
            except TTSError:
                continue

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert [*tmp_path.iterdir()] == []
