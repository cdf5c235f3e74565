"""Rows become files, several at once; what goes wrong with one is told of that one."""

from __future__ import annotations

import asyncio
import errno
import os
import threading
import wave
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_tts.client.sweep.batch import runner
from jupyter_tts.client.sweep.batch.items import Item
from jupyter_tts.client.sweep.batch.manifest import Manifest
from jupyter_tts.client.sweep.batch.results import NarratedRow
from jupyter_tts.client.sweep.batch.runner import (
    MOST_ALIKE,
    Spoken,
    narrate_items,
    remove_leftovers,
)
from jupyter_tts.wire.error_mapping import handshake_error, server_error
from jupyter_tts.wire.errors import (
    ConnectError,
    ConnectionLost,
    LocalVoiceMissing,
    MissingKey,
    TTSError,
    VoiceNotFound,
)

from .making import TestSpeaker, items_of, speech_of


async def narrated(
    folder: Path, items: list[Item], speaker: TestSpeaker, at_once: int = 2
) -> list[NarratedRow]:
    rows: list[NarratedRow] = []
    await narrate_items(items, speaker, Manifest(folder), at_once=at_once, finished=rows.append)
    return rows


def sound(path: Path) -> bytes:
    with wave.open(str(path)) as file:
        return file.readframes(file.getnframes())


def failing(names: str, error: Callable[[], TTSError]) -> TestSpeaker:
    return TestSpeaker(lambda item: error() if item.id in names.split() else None)


async def test_a_thousand_rows(tmp_path: Path) -> None:
    items = items_of(tmp_path, (f"Text {number}." for number in range(1_000)))
    speaker = TestSpeaker(
        lambda item: VoiceNotFound("No such voice.") if item.row % 100 == 0 else None
    )
    rows = await narrated(tmp_path, items, speaker, at_once=5)
    assert speaker.most == 5
    assert len(rows) == 1_000
    failed = [row for row in rows if row.error]
    assert [row.row for row in failed] == [*range(100, 1_001, 100)]
    assert {(row.kind, row.error, row.files, row.seconds) for row in failed} == {
        ("VoiceNotFound", "No such voice.", (), 0.0)
    }
    for item in items:
        made = item.row % 100 != 0
        assert item.files[0].exists() == made
        if made:
            assert sound(item.files[0]) == speech_of(item).pcm
    again = TestSpeaker()
    manifest = Manifest(tmp_path)
    await narrated(tmp_path, [item for item in items if not manifest.record(item)], again)
    assert [int(name) for name in again.spoken] == [row.row for row in failed]


async def test_a_row_says_what_it_cost_and_where_it_is(tmp_path: Path) -> None:
    items = items_of(tmp_path, [{"id": "a", "text": "Ten signs."}], "x/{id}.wav", subtitles="vtt")
    (row,) = await narrated(tmp_path, items, TestSpeaker())
    assert row.plain == {
        "row": 1,
        "id": "a",
        "text": "Ten signs.",
        "file": str(tmp_path / "x/a.wav"),
        "state": "made",
        "seconds": 0.1,
        "characters": 10,
        "sent": 10,
        "error": "",
        "kind": "",
        "request_id": "",
    }
    assert row.files == items[0].files
    assert (tmp_path / "x/a.vtt").read_text().startswith("WEBVTT")


@pytest.mark.parametrize(
    "error",
    [
        lambda: MissingKey("No key."),
        lambda: LocalVoiceMissing("No voice."),
        lambda: ConnectError("Unreachable."),
        lambda: server_error("Spent.", error="quota_exceeded"),
        lambda: server_error("Wrong.", error="invalid_api_key"),
        lambda: handshake_error(401),
        lambda: handshake_error(402),
    ],
)
async def test_what_hits_every_row_ends_the_batch_and_what_is_on_its_way_is_done(
    tmp_path: Path, error: Callable[[], TTSError]
) -> None:
    items = items_of(tmp_path, ["x"] * 20)
    speaker = failing("3", error)
    rows: list[NarratedRow] = []
    with pytest.raises(type(error())) as raised:
        await narrate_items(items, speaker, Manifest(tmp_path), at_once=2, finished=rows.append)
    assert raised.value.message == error().message
    assert {row.id for row in rows} == {*speaker.spoken} - {"3"}
    assert not any(row.error for row in rows)
    assert len(speaker.spoken) <= 4


@pytest.mark.parametrize(
    ("error", "count"),
    [
        (lambda: handshake_error(500), MOST_ALIKE),
        (lambda: ConnectionLost("Lost."), MOST_ALIKE),
        (lambda: handshake_error(400), 30),
        (lambda: server_error("Odd.", error="text_too_long"), 30),
    ],
)
async def test_a_service_that_fails_ten_times_in_a_row_is_given_up(
    tmp_path: Path, error: Callable[[], TTSError], count: int
) -> None:
    items = items_of(tmp_path, ["x"] * 30)
    speaker = TestSpeaker(lambda item: error())
    if count == MOST_ALIKE:
        with pytest.raises(type(error())):
            await narrated(tmp_path, items, speaker, at_once=1)
    else:
        rows = await narrated(tmp_path, items, speaker, at_once=1)
        assert all(row.error for row in rows)
    assert len(speaker.spoken) == count


async def test_a_speech_without_times_has_its_sound_all_the_same(tmp_path: Path) -> None:
    class Untimed(TestSpeaker):
        async def speak(self, item: Item) -> Spoken:
            speech = (await super().speak(item)).speech
            speech._words.clear()
            return Spoken(speech)

    items = items_of(tmp_path, ["x"], subtitles="srt")
    (row,) = await narrated(tmp_path, items, Untimed())
    assert row.error.startswith("The server told no times of words, so 1.srt was not written.")
    assert row.files == (tmp_path / "1.wav",)
    assert not Manifest(tmp_path).record(items[0])


async def test_a_disk_that_is_full_ends_the_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, written = runner.write_file, []

    def write_file(path: Path, data: bytes) -> None:
        if len(written) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written.append(path)
        write(path, data)

    monkeypatch.setattr(runner, "write_file", write_file)
    items = items_of(tmp_path, ["x"] * 9)
    with pytest.raises(TTSError, match=r"3\.wav could not be written: No space left on device\."):
        await narrated(tmp_path, items, TestSpeaker(), at_once=1)
    manifest = Manifest(tmp_path)
    assert [bool(manifest.record(item)) for item in items[:4]] == [True, True, False, False]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.wav", "2.wav", "manifest.jsonl"]


async def test_a_file_that_cannot_be_written_is_the_fault_of_its_row(tmp_path: Path) -> None:
    (tmp_path / "2.wav").mkdir()
    rows = await narrated(tmp_path, items_of(tmp_path, ["x"] * 3), TestSpeaker(), at_once=1)
    assert [bool(row.error) for row in rows] == [False, True, False]
    assert "2.wav could not be written: " in rows[1].error


async def test_a_batch_that_is_cancelled_keeps_what_is_done(tmp_path: Path) -> None:
    items = items_of(tmp_path, ["x"] * 9)
    speaker = TestSpeaker()
    rows: list[NarratedRow] = []

    def finished(row: NarratedRow) -> None:
        rows.append(row)
        if len(rows) == 4:
            running.cancel()

    running = asyncio.create_task(
        narrate_items(items, speaker, Manifest(tmp_path), at_once=2, finished=finished)
    )
    with pytest.raises(asyncio.CancelledError):
        await running
    manifest = Manifest(tmp_path)
    done = [item for item in items if manifest.record(item)]
    assert 4 <= len(done) <= 5
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


async def test_a_batch_that_is_cancelled_waits_for_what_it_is_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, begun, block = runner.write_file, threading.Event(), threading.Event()

    def write_file(path: Path, data: bytes) -> None:
        begun.set()
        block.wait()
        write(path, data)

    monkeypatch.setattr(runner, "write_file", write_file)
    items = items_of(tmp_path, ["x"])
    running = asyncio.create_task(
        narrate_items(items, TestSpeaker(), Manifest(tmp_path), at_once=1)
    )
    await asyncio.to_thread(begun.wait)
    running.cancel()
    await asyncio.sleep(0)
    block.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (tmp_path / "1.wav").exists()


def test_what_a_killed_process_was_writing_is_removed(tmp_path: Path) -> None:
    long = "x" * 200
    names = [".a.wav.0123abcd", f".{long[:100]}.0123abcd", ".b.wav.0123abcd", ".a.wav.tmp", "a.wav"]
    for name in names:
        (tmp_path / name).touch()
    remove_leftovers([tmp_path / "a.wav", tmp_path / f"{long}.wav", tmp_path / "none" / "b.wav"])
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".a.wav.tmp",
        ".b.wav.0123abcd",
        "a.wav",
    ]
