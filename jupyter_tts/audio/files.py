"""PCM as files: WAV and mp3, and with PyAV FLAC and Opus in Ogg; whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import secrets
import shutil
import wave
from importlib.util import find_spec
from typing import Final

from ..wire.errors import UnsupportedFormat
from .codecs import INSTALL_PYAV, encoder
from .formats import parse_format
from .mp3_frames import Frame, FrameSplitter, info_frame
from .tags import Tags, id3, riff_info

__all__ = [
    "SOUND_FILES",
    "Mp3File",
    "check_sound_file",
    "mp3_bytes",
    "sound_bytes",
    "wav_bytes",
    "write_file",
]

SOUND_FILES: Final = (".wav", ".mp3", ".flac", ".ogg")
"""The suffixes of sound files."""

_WITH_PYAV: Final = (".flac", ".ogg")

# kbit/s. Speech at 24 kHz needs no more, and it is a rate of every version of MPEG audio.
MP3_BITRATE: Final = 64

# RIFF: the length of all that follows.
_RIFF_SIZE: Final = slice(4, 8)


def wav_bytes(pcm: bytes, sample_rate: int, tags: Tags | None = None) -> bytes:
    """Return `pcm` as the bytes of a WAV file.

    Parameters
    ----------
    pcm
        Mono samples, signed 16-bit little-endian.
    sample_rate
        In Hz.
    tags
        Written after the sound, in a LIST chunk.
    """
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(sample_rate)
        writer.writeframes(pcm)
    if tags is None:
        return buffer.getvalue()
    buffer.seek(0, io.SEEK_END)
    buffer.write(riff_info(tags))
    data = buffer.getbuffer()
    data[_RIFF_SIZE] = (len(data) - _RIFF_SIZE.stop).to_bytes(4, "little")
    return bytes(data)


class Mp3File:
    """An mp3 file at a constant bit rate, made while its sound comes.

    A player that heeds the file's first frame plays exactly the samples that went in: it tells how
    much of the beginning and of the end is the codec's own.

    Parameters
    ----------
    sample_rate
        In Hz; one of MPEG audio's, as every rate of the protocol is.
    bitrate
        In kbit/s; one of MPEG audio's for the sample rate.

    Attributes
    ----------
    samples : int
        How many have been written.
    size : int
        Bytes of sound that the samples so far take, but for the last few frames.
    """

    def __init__(self, sample_rate: int, bitrate: int = MP3_BITRATE) -> None:
        self._coder = encoder(parse_format(f"mp3_{sample_rate}_{bitrate}"))
        self._splitter = FrameSplitter()
        self._frames: list[Frame] = []
        self.samples = 0
        self.size = 0

    def write(self, pcm: bytes) -> None:
        """Append mono samples, signed 16-bit little-endian."""
        self.samples += len(pcm) // 2
        self._take(self._coder.encode(pcm))

    def finish(self, tags: Tags | None = None) -> bytes:
        """End the sound and return the file; `tags` are written before it, as ID3v2.4."""
        self._take(self._coder.flush())
        frames = self._frames
        info = info_frame(frames, self.samples) if frames else b""
        head = (id3(tags) if tags is not None else b"") + info
        return head + b"".join(frame.data for frame in frames)

    def _take(self, data: bytes) -> None:
        self.size += len(data)
        self._frames += self._splitter.split(data)


def mp3_bytes(
    pcm: bytes, sample_rate: int, *, bitrate: int = MP3_BITRATE, tags: Tags | None = None
) -> bytes:
    """Return `pcm` as the bytes of an mp3 file; see :class:`Mp3File`."""
    file = Mp3File(sample_rate, bitrate)
    file.write(pcm)
    return file.finish(tags)


def check_sound_file(suffix: str) -> None:
    """Raise UnsupportedFormat if what writes files of this suffix is not installed."""
    if suffix in _WITH_PYAV and find_spec("av") is None:
        raise UnsupportedFormat(
            f"A {suffix} file is written with PyAV, which is not installed.",
            hint=f"{INSTALL_PYAV} Or name the file .wav or .mp3.",
        )


def sound_bytes(suffix: str, pcm: bytes, sample_rate: int, tags: Tags) -> bytes:
    """Return `pcm` as the bytes of a file with this suffix, one of :data:`SOUND_FILES`.

    Raises
    ------
    UnsupportedFormat
        For FLAC and Ogg without PyAV.
    """
    check_sound_file(suffix)
    if suffix == ".wav":
        return wav_bytes(pcm, sample_rate, tags)
    if suffix == ".mp3":
        return mp3_bytes(pcm, sample_rate, tags=tags)
    from .containers import flac_bytes, ogg_bytes

    return (flac_bytes if suffix == ".flac" else ogg_bytes)(pcm, sample_rate, tags)


def write_file(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file in one step: at `path` stands what was there before, or all of `data`.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    target = os.path.realpath(path)  # a link goes on pointing where it did
    exists = os.path.exists(target)
    if exists and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), os.fspath(path))
    folder, name = os.path.split(target)
    beside = os.path.join(folder, f".{name[:100]}.{secrets.token_hex(4)}")
    try:
        with open(beside, "xb") as file:
            file.write(data)
        if exists:
            shutil.copymode(target, beside)
        os.replace(beside, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise
