"""The voices of a store, as an engine lists them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jupyter_tts.server.engines.piper.voices import listed
from jupyter_tts.server.engines.stored_voices import StoredVoices
from jupyter_tts.voice_files.store import StoredVoice, VoiceStore

from .piper.tiny_voice import write_voice


def ids(stored: StoredVoices) -> list[str]:
    return [voice.id for voice in stored.voices]


def test_a_change_is_seen_at_once(tmp_path: Path) -> None:
    stored = StoredVoices("piper", listed, VoiceStore(tmp_path))
    assert ids(stored) == []
    for number in range(5):
        write_voice(tmp_path / f"voice{number}.onnx")
        assert ids(stored) == [f"voice{other}" for other in range(number + 1)]
    VoiceStore(tmp_path).remove("voice0")
    assert stored.find("voice0") is None
    assert stored.find("VOICE1") is not None


def test_a_folder_that_rests_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_voice(tmp_path / "voice.onnx")
    os.utime(tmp_path, (1e9, 1e9))
    store = VoiceStore(tmp_path)
    reads = []
    installed = store.installed

    def counted() -> tuple[StoredVoice, ...]:
        reads.append(1)
        return installed()

    monkeypatch.setattr(store, "installed", counted)
    stored = StoredVoices("piper", listed, store)
    assert [ids(stored) for _ in range(3)] == [["voice"]] * 3
    assert len(reads) == 1


def test_a_folder_that_is_not_there_has_no_voices(tmp_path: Path) -> None:
    assert ids(StoredVoices("piper", listed, VoiceStore(tmp_path / "none"))) == []


def test_an_engine_lists_only_its_own(tmp_path: Path) -> None:
    write_voice(tmp_path / "voice.onnx")
    assert ids(StoredVoices("hibari", listed, VoiceStore(tmp_path))) == []
