"""What is in the folder of voices, and what comes into it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from jupyter_tts.voice_files.store import FOLDER_VARIABLE, VoiceStore, megabytes
from jupyter_tts.wire.errors import VoiceFileError

from .piper_files import MODEL, write_piper


def test_a_folder_that_is_not_there_has_no_voices(tmp_path: Path) -> None:
    store = VoiceStore(tmp_path / "none", {})
    assert store.installed() == ()
    assert store.find("emma") is None


def test_the_folder_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    assert VoiceStore().folder == tmp_path
    monkeypatch.delenv(FOLDER_VARIABLE)
    assert VoiceStore().folder.parts[-2:] == ("jupyter_tts", "voices")


def test_a_piper_voice_is_copied_and_found(store: VoiceStore, tmp_path: Path) -> None:
    model = write_piper(tmp_path / "mine")
    added = store.add_file(model, licence="CC0")
    assert store.installed() == (added,)
    assert store.find("DE_de-Thorsten-medium") == added
    assert (added.name, added.engine) == ("de_DE-thorsten-medium", "piper")
    assert (added.language, added.gender) == ("de-de", "")
    assert (added.licence, added.source) == ("CC0", str(model))
    assert added.size == len(MODEL) == len(added.model.read_bytes())
    assert added.settings == store.folder / "de_DE-thorsten-medium.onnx.json"
    assert model.exists()


def test_a_voice_can_be_called_otherwise_and_removed(store: VoiceStore, tmp_path: Path) -> None:
    store.add_file(write_piper(tmp_path / "mine"), "thorsten")
    assert store.remove("Thorsten").name == "thorsten"
    assert list(store.folder.iterdir()) == []
    with pytest.raises(VoiceFileError, match="There is no voice thorsten here"):
        store.remove("thorsten")


def test_what_was_broken_off_is_removed_too(store: VoiceStore, tmp_path: Path) -> None:
    store.add_file(write_piper(tmp_path / "mine"), "mine")
    for name in ("mine.onnx.part", "mine.onnx.part.json", "mine.onnx.17.part", "other.onnx.part"):
        (store.folder / name).write_bytes(b"")
    store.remove("mine")
    assert [path.name for path in store.folder.iterdir()] == ["other.onnx.part"]
    with pytest.raises(VoiceFileError, match="what had come of it was removed"):
        store.remove("other")
    with pytest.raises(VoiceFileError, match=r"There is no voice \.\./\* here"):
        store.remove("../*")
    assert list(store.folder.iterdir()) == []


def test_files_put_there_by_hand_count(store: VoiceStore, heart: bytes) -> None:
    write_piper(store.folder, "mine")
    (store.folder / "emma.onnx").write_bytes(heart)
    emma, mine = store.installed()
    assert (emma.name, emma.engine, emma.settings) == ("emma", "hibari", None)
    assert (emma.language, emma.gender, emma.licence) == ("en-gb", "female", "Apache-2.0")
    assert (mine.name, mine.engine, mine.licence, mine.source) == ("mine", "piper", "", "")


def test_what_is_no_voice_is_passed_over(store: VoiceStore, tmp_path: Path) -> None:
    write_piper(store.folder, "mine")
    (store.folder / "mine.about.json").write_text("[" * 2000)
    (store.folder / "emma.onnx").write_bytes(MODEL)  # not the bytes of emma
    (store.folder / "lonely.onnx").write_bytes(MODEL)  # without settings
    (store.folder / "broken.onnx").write_bytes(MODEL)
    (store.folder / "broken.onnx.json").write_text("{")
    write_piper(store.folder, "a name")  # no segment of a URL
    (store.folder / "folder.onnx").mkdir()
    assert [voice.name for voice in store.installed()] == ["mine"]


def test_a_known_file_is_that_voice_whatever_its_name(
    store: VoiceStore, tmp_path: Path, heart: bytes
) -> None:
    path = tmp_path / "bf_emma.int8.onnx"
    path.write_bytes(heart)
    assert store.add_file(path).name == "emma"
    assert store.path_of("emma").read_bytes() == heart
    with pytest.raises(VoiceFileError, match="There is a voice emma already"):
        store.add_file(path)


@pytest.mark.parametrize("name", ["", "a b", "../x", "a/b", ".x", "x" * 81, "ä", "a..b"])
def test_a_name_is_one_segment_of_a_url(store: VoiceStore, tmp_path: Path, name: str) -> None:
    with pytest.raises(VoiceFileError, match="--name NAME"):
        store.check_name(name)
    assert not store.folder.exists()


def test_a_name_that_is_taken_is_refused(store: VoiceStore, tmp_path: Path) -> None:
    model = write_piper(tmp_path / "mine")
    store.add_file(model, "Mine")
    with pytest.raises(VoiceFileError, match="There is a voice mine already"):
        store.add_file(model, "mine")
    with pytest.raises(VoiceFileError, match="is not the voice emma"):
        store.add_file(model, "Emma")


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>Not found</html>", b"\x08\x08", MODEL[:-1], MODEL + b"\x3a\xff", b"\x80" * 40],
)
def test_what_is_no_whole_model_is_refused(
    store: VoiceStore, tmp_path: Path, content: bytes
) -> None:
    model = write_piper(tmp_path / "mine")
    model.write_bytes(content)
    with pytest.raises(VoiceFileError, match="not an ONNX model, or not a whole one"):
        store.add_file(model)
    assert store.installed() == ()


def test_real_models_are_whole_and_cut_ones_are_not(
    store: VoiceStore, tmp_path: Path, heart: bytes
) -> None:
    model = write_piper(tmp_path / "mine")
    model.write_bytes(heart[:-1])
    with pytest.raises(VoiceFileError, match="not a whole one"):
        store.add_file(model)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"audio": None}, "audio.sample_rate is missing or wrong"),
        ({"audio": {"sample_rate": "22050"}}, "audio.sample_rate"),
        ({"audio": {"sample_rate": 1}}, "audio.sample_rate"),
        ({"espeak": {"voice": ""}}, "espeak.voice"),
        ({"phoneme_id_map": {}}, "phoneme_id_map"),
        ({"phoneme_id_map": {"a": ["x"]}}, "phoneme_id_map"),
        ({"phoneme_type": "text"}, "speaks from 'text', not from eSpeak NG's phonemes"),
        ({"audio": [], "espeak": 7, "phoneme_id_map": []}, "sample_rate, espeak.voice, phoneme"),
    ],
)
def test_settings_that_lack_something_are_refused(
    store: VoiceStore, tmp_path: Path, changes: dict[str, Any], fault: str
) -> None:
    model = write_piper(tmp_path / "mine", **changes)
    with pytest.raises(VoiceFileError, match=fault):
        store.add_file(model)


def test_the_first_voices_name_no_phoneme_type_and_no_language(
    store: VoiceStore, tmp_path: Path
) -> None:
    model = write_piper(tmp_path / "mine", phoneme_type=None, language=None)
    assert store.add_file(model).language == "de"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"[" * 5000, b" " * 3_000_000])
def test_settings_that_are_none_are_refused(
    store: VoiceStore, tmp_path: Path, content: bytes
) -> None:
    model = write_piper(tmp_path / "mine")
    Path(f"{model}.json").write_bytes(content)
    with pytest.raises(VoiceFileError, match="is not JSON"):
        store.add_file(model)


def test_missing_settings_are_named(store: VoiceStore, tmp_path: Path) -> None:
    model = write_piper(tmp_path / "mine")
    Path(f"{model}.json").unlink()
    with pytest.raises(VoiceFileError, match=r"two files, NAME.onnx and NAME.onnx.json"):
        store.add_file(model)


class _Usage(NamedTuple):
    free: int


def test_a_full_disk_is_seen_beforehand(
    store: VoiceStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = write_piper(tmp_path / "mine")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: _Usage(free=1_000_000))
    with pytest.raises(VoiceFileError, match=r"has 0.0 MB free. Make room, or set JUPYTER_TTS"):
        store.add_file(model)
    assert list(store.folder.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(store: VoiceStore, tmp_path: Path) -> None:
    store.folder.write_text("a file")
    with pytest.raises(VoiceFileError, match=f"Set {FOLDER_VARIABLE} to a folder"):
        store.add_file(write_piper(tmp_path / "mine"))


def test_a_copy_that_fails_leaves_nothing(
    store: VoiceStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(VoiceFileError, match="No space left on device"):
        store.add_file(write_piper(tmp_path / "mine"))
    assert list(store.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0.0 MB"), (7_936_868, "7.9 MB"), (63_201_294, "63 MB")]
)
def test_sizes_are_for_people(size: int, text: str) -> None:
    assert megabytes(size) == text
