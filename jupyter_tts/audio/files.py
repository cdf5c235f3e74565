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
from .codecs import INSTALL_PYAV
from .tags import Tags, riff_info

__all__ = [
    "SOUND_FILES",
    "check_sound_file",
    "sound_bytes",
    "wav_bytes",
    "write_file",
]

SOUND_FILES: Final = (".wav", ".mp3", ".flac", ".ogg")
"""The suffixes of sound files."""

_WITH_PYAV: Final = (".flac", ".ogg")

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
        from .mp3 import mp3_bytes

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
