"""The voices that hibari's package lists."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyter_tts.voice_files.catalogue import catalogue, read_catalogue


def test_the_package_lists_its_voices_with_size_hash_and_place() -> None:
    voices = catalogue()
    assert list(voices) == ["heart", "emma", "fenrir", "fable", "kore"]
    assert [voice.name for voice in voices.values() if voice.is_bundled] == ["heart"]
    for voice in voices.values():
        assert len(voice.sha256) == 64
        assert voice.size > 7_000_000
        assert voice.is_bundled or voice.url.startswith("https://")
        assert voice.licence.startswith("Apache-2.0")
    assert (voices["emma"].language, voices["fenrir"].gender) == ("en-gb", "male")


@pytest.mark.parametrize(
    ("source", "table"),
    [
        ("BASE_URL = 'https://x/'", "not JSON"),
        ("BASE_URL = 'https://x/'", "[]"),
        ("BASE_URL = 'https://x/'", '{"emma": {}}'),
        ("BASE_URL = 'https://x/'", '{"emma": 7}'),
        ("BASE_URL = make()", "{}x"),
        ("BASE_URL = (", "{}"),
        ("OTHER = 'https://x/'", "{}"),
    ],
)
def test_a_package_that_lists_them_otherwise_has_none(
    tmp_path: Path, source: str, table: str
) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "voices.py").write_text(source)
    (tmp_path / "assets" / "voices.json").write_text(table)
    assert read_catalogue(tmp_path) == {}


def test_the_place_is_the_packages_own(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "voices.py").write_text("import os\nBASE_URL = 'https://voices.test/'\n")
    entry = {"language": "en-GB", "gender": "male", "file": "a.onnx", "bundled": False}
    table = {"a": {**entry, "bytes": 5, "sha256": "AB" * 32}}
    (tmp_path / "assets" / "voices.json").write_text(json.dumps(table))
    (voice,) = read_catalogue(tmp_path).values()
    assert voice.url == "https://voices.test/a.onnx"
    assert (voice.size, voice.sha256, voice.language) == (5, "ab" * 32, "en-gb")
