"""PCM (s16le mono) as a codec of its own."""

from __future__ import annotations

__all__ = ["Pcm", "WholeSamples"]


class WholeSamples:
    """Joins pieces of PCM that may be cut in the middle of a sample."""

    def __init__(self) -> None:
        self._odd = b""

    def join(self, piece: bytes) -> bytes:
        """Return the whole samples that a piece completes."""
        data = self._odd + piece if self._odd else piece
        cut = len(data) - len(data) % 2
        self._odd = data[cut:]
        return data[:cut]

    def flush(self) -> bytes:
        """Forget half a sample: it is not sound."""
        self._odd = b""
        return b""


class Pcm(WholeSamples):
    """Both an encoder and a decoder: what goes in comes out."""

    def __init__(self) -> None:
        super().__init__()
        self.samples = 0

    def decode(self, data: bytes) -> bytes:
        return self.join(data)

    def encode(self, pcm: bytes) -> bytes:
        whole = self.join(pcm)
        self.samples += len(whole) // 2
        return whole
