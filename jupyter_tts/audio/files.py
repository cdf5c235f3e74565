"""PCM into WAV files, with the standard library alone."""

from __future__ import annotations

import io
import os
import wave
from typing import IO

__all__ = ["wav_bytes", "write_wav"]


def wav_bytes(pcm: bytes, sample_rate: int) -> bytes:
    """Return `pcm` as the bytes of a WAV file.

    Parameters
    ----------
    pcm
        Mono samples, signed 16-bit little-endian.
    sample_rate
        In Hz.
    """
    buffer = io.BytesIO()
    _write(buffer, pcm, sample_rate)
    return buffer.getvalue()


def write_wav(path: str | os.PathLike[str], pcm: bytes, sample_rate: int) -> None:
    """Write `pcm` (mono, s16le) as a WAV file at `path`, replacing what is there.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    with open(path, "wb") as file:
        _write(file, pcm, sample_rate)


def _write(file: IO[bytes], pcm: bytes, sample_rate: int) -> None:
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(sample_rate)
        writer.writeframes(pcm)
