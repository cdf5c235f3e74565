"""MPEG audio layer III as a row of frames (ISO/IEC 11172-3 and 13818-3, 2.4.1)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

__all__ = ["Frame", "FrameSplitter", "info_frame"]

_HEADER: Final = 4
_MPEG_1: Final = 3
_LAYER_3: Final = 1

# By the header's version: 0 is MPEG 2.5, 2 is MPEG 2, 3 is MPEG 1.
_RATES: Final = {
    0: (11_025, 12_000, 8_000),
    2: (22_050, 24_000, 16_000),
    _MPEG_1: (44_100, 48_000, 32_000),
}
_KBPS_1: Final = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBPS_2: Final = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)

# ID3v2.4 section 3.1: "ID3", version, flags, and a length of four times seven bits.
_ID3_HEADER: Final = 10
_ID3_FOOTER_FLAG: Final = 0x10

# A first frame with one of these after its side information tells of the file, and is silent.
_TAGS: Final = (b"Xing", b"Info")
_TAG_WITHIN: Final = 40

# Where such a tag stands in a mono frame: after the header and the side information.
_TAG_AT: Final = {_MPEG_1: 4 + 17, 2: 4 + 9, 0: 4 + 9}

# The samples that LAME looks ahead; a decoder's own 529 are not told of.
_LAME_DELAY: Final = 576


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame with its header, and how many samples it decodes to."""

    data: bytes
    samples: int


class FrameSplitter:
    """Cuts a stream that arrives in pieces into whole frames.

    What is no frame (an ID3 tag at the beginning, damage) is passed over, and so is a first frame
    that only describes a file.
    """

    def __init__(self) -> None:
        self._data = bytearray()
        self._first = True
        self._tag = 0  # bytes of an ID3 tag still to come

    def split(self, data: bytes) -> list[Frame]:
        """Return the frames that `data`, cut anywhere, completes."""
        self._data += data
        frames: list[Frame] = []
        start = 0
        while True:
            start = self._after_tag(start)
            if len(self._data) - start < (_ID3_HEADER if self._first else _HEADER):
                break
            shape = _shape(self._data, start)
            if shape is None:
                start += 1
                continue
            length, samples = shape
            if len(self._data) - start < length:
                break
            frame = bytes(self._data[start : start + length])
            start += length
            if not (self._first and any(tag in frame[:_TAG_WITHIN] for tag in _TAGS)):
                frames.append(Frame(frame, samples))
            self._first = False
        del self._data[:start]
        return frames

    def _after_tag(self, start: int) -> int:
        """Return where an ID3 tag that begins here ends, as far as it has arrived."""
        head = self._data[start : start + _ID3_HEADER]
        if self._first and not self._tag and head[:3] == b"ID3" and len(head) == _ID3_HEADER:
            self._tag = _ID3_HEADER * (2 if head[5] & _ID3_FOOTER_FLAG else 1)
            self._tag += head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
        passed = min(self._tag, len(self._data) - start)
        self._tag -= passed
        return start + passed


def _shape(data: bytearray, start: int) -> tuple[int, int] | None:
    """Return a frame's length in bytes and samples, or None if no header begins here."""
    first, second, third = data[start : start + 3]
    version = second >> 3 & 3
    if first != 0xFF or second & 0xE0 != 0xE0 or second >> 1 & 3 != _LAYER_3:
        return None
    bitrate, rate, padding = third >> 4, third >> 2 & 3, third >> 1 & 1
    if version not in _RATES or rate == 3 or bitrate in (0, 15):
        return None
    kbps = _kbps(data[start : start + _HEADER])
    samples = 1_152 if version == _MPEG_1 else 576
    return samples // 8 * kbps * 1_000 // _RATES[version][rate] + padding, samples


def info_frame(frames: Sequence[Frame], samples: int) -> bytes:
    """Return the silent first frame that tells how much of a file is sound.

    Parameters
    ----------
    frames
        All frames of a file at a constant bit rate, mono, made with LAME.
    samples
        How many went into them. What the frames decode to beyond these is the codec's own.

    Notes
    -----
    Source: the Xing header, and LAME's extension of it (Mp3 Info Tag revision 1, LAME project).
    Without the optional table of contents, which a constant bit rate has no use for, it fits into
    a frame at 32 kbit/s.
    """
    header = frames[0].data[:_HEADER]
    size = len(frames[0].data) + sum(len(frame.data) for frame in frames)
    padding = sum(frame.samples for frame in frames) - _LAME_DELAY - samples
    told = struct.pack(">4sIII", b"Info", 0b11, len(frames), size)  # there: frames, bytes
    told += struct.pack(">9sB10x", b"LAME3.100", 1)  # method 1: constant bit rate
    told += struct.pack(">B", min(255, _kbps(header)))
    told += (_LAME_DELAY << 12 | min(padding, 0xFFF)).to_bytes(3, "big")
    told += struct.pack(">4xI4x", size)
    body = bytes(_TAG_AT[header[1] >> 3 & 3] - _HEADER) + told
    return header + body.ljust(len(frames[0].data) - _HEADER, b"\0")


def _kbps(header: bytes | bytearray) -> int:
    """Return the bit rate in kbit/s of a frame with this header."""
    return (_KBPS_1 if header[1] >> 3 & 3 == _MPEG_1 else _KBPS_2)[header[2] >> 4]
