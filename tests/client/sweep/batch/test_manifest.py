"""What is done is known to whoever comes next, whatever has become of the process or the files."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_tts.client.sweep.batch.items import Item
from jupyter_tts.client.sweep.batch.manifest import NAME, Manifest
from jupyter_tts.client.sweep.batch.runner import narrate_items
from jupyter_tts.wire.errors import ParameterError

from .making import TestSpeaker, items_of

ROWS = [{"id": name, "text": f"Text {name}."} for name in "abc"]


@pytest.fixture
async def items(tmp_path: Path) -> list[Item]:
    """Three rows that are done."""
    items = items_of(tmp_path, ROWS, subtitles="srt")
    await narrate_items(items, TestSpeaker(), Manifest(tmp_path), at_once=1)
    return items


def known(folder: Path, items: list[Item]) -> str:
    manifest = Manifest(folder)
    return "".join(item.id for item in items if manifest.record(item))


async def test_a_row_is_done_while_its_files_are_as_they_were(
    tmp_path: Path, items: list[Item]
) -> None:
    assert known(tmp_path, items) == "abc"
    (tmp_path / "a.wav").unlink()
    subtitles = tmp_path / "b.srt"
    subtitles.write_text(subtitles.read_text().swapcase())  # of the same size
    assert known(tmp_path, items) == "c"


async def test_a_row_is_done_for_its_text_parameters_and_files_alone(
    tmp_path: Path, items: list[Item]
) -> None:
    changed = [{**ROWS[0], "text": "Another."}, {**ROWS[1], "speed": 1.1}, ROWS[2]]
    assert known(tmp_path, items_of(tmp_path, changed, subtitles="srt")) == "c"
    assert known(tmp_path, items_of(tmp_path, ROWS)) == ""
    assert known(tmp_path, items_of(tmp_path, ROWS, subtitles=["srt", "vtt"])) == ""
    assert known(tmp_path, items_of(tmp_path, [*ROWS[::-1], "New."], subtitles="srt")) == "cba"


async def test_the_folder_may_be_moved(tmp_path: Path, items: list[Item]) -> None:
    moved = tmp_path.rename(tmp_path.with_name("elsewhere"))
    assert known(moved, items_of(moved, ROWS, subtitles="srt")) == "abc"


async def test_at_most_the_last_record_is_lost_wherever_the_file_was_cut_off(
    tmp_path: Path, items: list[Item]
) -> None:
    path = tmp_path / NAME
    whole = path.read_bytes()
    for length in [*range(0, len(whole), 5), len(whole)]:
        path.write_bytes(whole[:length])
        ended = whole[: length + 1].count(b"\n", whole.index(b"\n") + 1)
        assert known(tmp_path, items) == "abc"[: max(0, ended)]
        if length % 40 == 0:
            manifest = Manifest(tmp_path)
            await narrate_items(
                [item for item in items if not manifest.record(item)],
                TestSpeaker(),
                manifest,
                at_once=1,
            )
            assert known(tmp_path, items) == "abc"


async def test_a_damaged_record_costs_its_own_row_alone(tmp_path: Path, items: list[Item]) -> None:
    path = tmp_path / NAME
    for damage in ("{", "[]", "null", '{"key": 1}', '{"key":"x","files":{"a.wav":3}}', "\ufffd"):
        lines = path.read_text().splitlines()
        path.write_text("\n".join([*lines[:2], damage, *lines[3:]]) + "\n")
        assert known(tmp_path, items) == "ac"


def test_what_is_no_manifest_is_left_alone(tmp_path: Path) -> None:
    for content in ('{"format": "another"}\n', "id,text\n", "\n\n"):
        (tmp_path / NAME).write_text(content)
        with pytest.raises(ParameterError, match=r"manifest\.jsonl in .* holds something else"):
            Manifest(tmp_path)
        assert (tmp_path / NAME).read_text() == content
