"""PCM in WAV files."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import pytest

from jupyter_tts.audio.files import wav_bytes, write_wav

PCM = b"\x00\x00\xff\x7f\x00\x80\x01\x00"


@pytest.mark.parametrize("pcm", [PCM, b""])
def test_the_file_gives_back_the_samples(pcm: bytes) -> None:
    with wave.open(io.BytesIO(wav_bytes(pcm, 24_000))) as file:
        assert file.getparams()[:4] == (1, 2, 24_000, len(pcm) // 2)
        assert file.readframes(len(pcm)) == pcm


def test_the_written_file_equals_the_bytes_and_replaces_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    path.write_bytes(b"x" * 10_000)
    write_wav(path, PCM, 22_050)
    assert path.read_bytes() == wav_bytes(PCM, 22_050)


def test_a_folder_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_wav(tmp_path / "none" / "speech.wav", PCM, 22_050)
