"""PCM in files: what comes back, what they say of themselves, and that none is ever half there."""

from __future__ import annotations

import errno
import io
import os
import stat
import wave
from pathlib import Path
from typing import IO

import av
import numpy as np
import numpy.typing as npt
import pytest

from jupyter_tts.audio import files
from jupyter_tts.audio.files import (
    SOUND_FILES,
    check_sound_file,
    sound_bytes,
    wav_bytes,
    write_file,
)
from jupyter_tts.audio.mp3 import mp3_bytes
from jupyter_tts.audio.resample import Resampler
from jupyter_tts.audio.tags import Tags
from jupyter_tts.wire.errors import UnsupportedFormat

from .coding import decibels, voice

PCM = b"\x00\x00\xff\x7f\x00\x80\x01\x00"
TAGS = Tags(
    "Titel é 中",
    "Somebody",
    "Hello <you>,\nthis is = a text & more\0 of it\ud800.",
    "software 1.2",
    (("voice", "v"), ("latency", "3"), ("schedule", "50,90")),
)
# Without what ends a text in C and half of a surrogate pair.
TEXT = "Hello <you>,\nthis is = a text & more of it?."
RATES = (8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)


def read(data: bytes) -> tuple[dict[str, str], int, npt.NDArray[np.float64]]:
    """The tags, sample rate and samples of a file, as FFmpeg reads it."""
    with av.open(io.BytesIO(data)) as file:
        stream = file.streams.audio[0]
        decoded = [frame.to_ndarray().ravel() for frame in file.decode(stream)]
        samples = np.concatenate(decoded)
        scale = 32_768.0 if samples.dtype.kind == "f" else 1.0
        return {**file.metadata, **stream.metadata}, stream.rate, samples * scale


def fidelity(heard: npt.NDArray[np.float64], meant: npt.NDArray[np.int16]) -> float:
    """Signal to noise in dB."""
    power = float(np.sum(meant.astype(float) ** 2))
    return decibels(np.sqrt(power / float(np.sum((heard - meant) ** 2))))


@pytest.mark.parametrize("pcm", [PCM, b""])
def test_a_wav_file_gives_back_the_samples(pcm: bytes) -> None:
    for tags in (None, TAGS):
        with wave.open(io.BytesIO(wav_bytes(pcm, 24_000, tags))) as file:
            assert file.getparams()[:4] == (1, 2, 24_000, len(pcm) // 2)
            assert file.readframes(len(pcm)) == pcm


def test_a_wav_file_tells_its_own_length() -> None:
    data = wav_bytes(PCM, 24_000, TAGS)
    assert int.from_bytes(data[4:8], "little") == len(data) - 8


@pytest.mark.parametrize("rate", RATES)
def test_an_mp3_file_is_as_long_as_the_sound_and_in_time_with_it(rate: int) -> None:
    pcm = voice(rate, 1.2345).tobytes()
    _, file_rate, heard = read(mp3_bytes(pcm, rate))
    assert file_rate == (rate if rate > 16_000 else 24_000)  # so that a browser seeks in time
    meant = np.frombuffer(Resampler(rate, file_rate).convert(pcm), "<i2")
    assert len(heard) == len(meant)
    assert fidelity(heard, meant) > 40


@pytest.mark.parametrize("bitrate", [32, 64, 128, 160])
def test_the_bit_rate_decides_the_size_of_an_mp3_file(bitrate: int) -> None:
    pcm = voice(24_000, 3)
    data = mp3_bytes(pcm.tobytes(), 24_000, bitrate=bitrate)
    assert len(data) / 3 == pytest.approx(bitrate * 125, rel=0.03)
    assert len(read(data)[2]) == len(pcm)


def test_the_shortest_sound_is_an_mp3_file_too_and_none_is_none() -> None:
    assert len(read(mp3_bytes(25 * PCM, 24_000))[2]) == 25 * len(PCM) // 2
    assert mp3_bytes(b"", 24_000) == b""


@pytest.mark.parametrize("rate", RATES)
def test_a_flac_file_gives_back_the_samples(rate: int) -> None:
    pcm = voice(rate, 1.2345)
    _, file_rate, heard = read(sound_bytes(".flac", pcm.tobytes(), rate, TAGS))
    assert file_rate == rate
    assert np.array_equal(heard, pcm)


@pytest.mark.parametrize("rate", RATES)
def test_an_ogg_file_is_opus_as_long_as_the_sound_and_in_time_with_it(rate: int) -> None:
    data = sound_bytes(".ogg", voice(rate, 1.2345).tobytes(), rate, TAGS)
    _, file_rate, heard = read(data)
    assert b"OpusHead" in data
    assert file_rate == 48_000
    meant = voice(48_000, 1.2345)
    assert abs(len(heard) - len(meant)) <= 48_000 / rate
    # What lies above the lower rate's Nyquist frequency is not in the file: 3 kHz of buzz is.
    length = min(len(heard), len(meant))
    assert fidelity(heard[:length], meant[:length]) > 20


@pytest.mark.parametrize(
    ("suffix", "text"), [(".mp3", "lyrics-XXX"), (".flac", "lyrics"), (".ogg", "lyrics")]
)
def test_a_file_says_what_it_is(suffix: str, text: str) -> None:
    metadata, _, _ = read(sound_bytes(suffix, voice(24_000, 0.5).tobytes(), 24_000, TAGS))
    assert metadata["title"] == TAGS.title
    assert metadata["artist"] == TAGS.artist
    assert metadata[text] == TEXT
    assert TAGS.software in (metadata.get("software"), metadata["encoder"])
    assert {name: metadata[name] for name, _ in TAGS.settings} == dict(TAGS.settings)


def test_a_wav_file_says_it_in_a_comment() -> None:
    metadata, _, _ = read(wav_bytes(PCM, 24_000, TAGS))
    assert (metadata["title"], metadata["artist"], metadata["encoder"]) == (
        TAGS.title,
        TAGS.artist,
        TAGS.software,
    )
    assert metadata["comment"] == f"{TEXT}\nvoice=v, latency=3, schedule=50,90"


def test_what_is_empty_is_left_out() -> None:
    bare = Tags("", "", "", "software 1.2")
    for suffix in SOUND_FILES:
        metadata, _, _ = read(sound_bytes(suffix, PCM * 500, 24_000, bare))
        assert not metadata.keys() & {"title", "artist", "lyrics", "comment"}


def test_without_pyav_only_flac_and_ogg_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "find_spec", lambda package: None)
    for suffix in (".wav", ".mp3"):
        check_sound_file(suffix)
        assert sound_bytes(suffix, PCM, 24_000, TAGS)
    for suffix in (".flac", ".ogg"):
        with pytest.raises(UnsupportedFormat, match=r'pip install "jupyter_tts\[codecs\]"'):
            sound_bytes(suffix, PCM, 24_000, TAGS)


def test_a_file_replaces_what_was_there_and_keeps_who_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    path.write_bytes(b"x" * 10_000)
    path.chmod(0o640)
    write_file(path, PCM)
    assert path.read_bytes() == PCM
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["speech.wav"]


def test_a_link_goes_on_pointing_where_it_did(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    link = tmp_path / "link.wav"
    link.symlink_to(tmp_path / "there" / "speech.wav")
    write_file(link, PCM)
    assert link.is_symlink()
    assert (tmp_path / "there" / "speech.wav").read_bytes() == PCM


def test_a_write_that_fails_half_way_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "speech.wav"
    path.write_bytes(b"before")

    class FullDisk(io.FileIO):
        def write(self, data: object) -> int:
            assert isinstance(data, bytes)
            super().write(data[:2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def open_full(path: str, mode: str) -> IO[bytes]:
        return FullDisk(path, mode.replace("b", ""))  # type: ignore[return-value]  # writes bytes

    monkeypatch.setattr(files, "open", open_full, raising=False)
    with pytest.raises(OSError, match="No space"):
        write_file(path, PCM)
    assert path.read_bytes() == b"before"
    assert os.listdir(tmp_path) == ["speech.wav"]


def test_a_file_that_may_not_be_written_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "speech.wav"
    path.write_bytes(b"before")
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write anything
    with pytest.raises(PermissionError):
        write_file(path, PCM)
    assert path.read_bytes() == b"before"


def test_a_folder_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_file(tmp_path / "none" / "speech.wav", PCM)
