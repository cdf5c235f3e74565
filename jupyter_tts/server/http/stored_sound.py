"""The sound of an answer that is sent whole: its length must be known before it is sent."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from ...audio.files import wav_bytes
from ...wire.errors import VoiceEngineError
from ..access.sound_budget import Allowance

__all__ = ["StoredSound"]

# Bytes that are read at once: whole groups of base64, and small beside what a client is sent.
_BLOCK: Final = 3 * 2**14

# Where a WAV file has the length of all that follows, and the length of the sound.
_RIFF_SIZE: Final = slice(4, 8)
_DATA_SIZE: Final = slice(40, 44)


class StoredSound:
    """Sound that is added part by part: in memory while it is short, else in a temporary file.

    Parameters
    ----------
    allowance
        The request's.
    memory_bytes
        How much is held in memory.
    wav_rate
        The sample rate of the WAV file that it is to be; None for the sound as it is added.
    """

    def __init__(self, allowance: Allowance, memory_bytes: int, *, wav_rate: int | None) -> None:
        self._allowance = allowance
        self._wav_rate = wav_rate
        self._sound_bytes = 0
        self._file = tempfile.SpooledTemporaryFile(memory_bytes)  # noqa: SIM115, closed in __exit__

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with suppress(OSError):  # of a full disk, for which add has already raised
            self._file.close()

    def add(self, audio: bytes) -> None:
        """Add sound.

        Raises
        ------
        ServerError
            If all answers together have as much as they may.
        VoiceEngineError
            If it does not fit into memory, and there is no room on the disk.
        """
        self._allowance.store(len(audio))
        try:
            self._file.write(audio)
            self._file.flush()  # what is buffered would fail only when the answer has begun
        except OSError as fault:
            raise VoiceEngineError(
                "The answer is too long for memory, and it cannot be held in a temporary file "
                f"({fault.strerror or fault}). Ask for it as a stream.",
            ) from fault
        self._sound_bytes += len(audio)

    @property
    def _header(self) -> bytes:
        if self._wav_rate is None:
            return b""
        header = bytearray(wav_bytes(b"", self._wav_rate))
        header[_RIFF_SIZE] = (len(header) - _RIFF_SIZE.stop + self._sound_bytes).to_bytes(
            4, "little"
        )
        header[_DATA_SIZE] = self._sound_bytes.to_bytes(4, "little")
        return bytes(header)

    @property
    def size(self) -> int:
        """Bytes, of the file where it is one."""
        return len(self._header) + self._sound_bytes

    @property
    def base64_size(self) -> int:
        """Bytes in base64."""
        return 4 * -(-self.size // 3)

    def blocks(self) -> Iterator[bytes]:
        """Yield it from the beginning; all but the last are whole groups of base64."""
        self._file.seek(0)
        block = self._header
        block += self._file.read(_BLOCK - len(block))
        while block:
            yield block
            block = self._file.read(_BLOCK)

    def base64_blocks(self) -> Iterator[bytes]:
        """Yield it in base64."""
        return map(base64.b64encode, self.blocks())
