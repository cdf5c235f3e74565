"""MPEG audio layer III as a row of frames (ISO/IEC 11172-3 and 13818-3, 2.4.1)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

__all__ = ["FileInfo", "FrameSplitter", "Mp3Frame", "info_frame"]

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

# A first frame with one of these behind its side information describes the file, and is silent.
_TAGS: Final = (b"Xing", b"Info")

# The side information of a frame by its header's version: with two channels, and with one.
_SIDE: Final = {_MPEG_1: (32, 17), 2: (17, 9), 0: (17, 9)}
_MONO: Final = 3

# What stands between such a tag with its flags and LAME's extension, by flag: the number of frames,
# that of bytes, a table of contents, the quality. And where the delays stand in the extension.
_FIELDS: Final = (4, 4, 100, 4)
_DELAYS_AT: Final = 21

# The samples that LAME looks ahead; a decoder's own 529 are not counted.
_LAME_DELAY: Final = 576


@dataclass(frozen=True, slots=True)
class FileInfo:
    """What the silent first frame of a file declares of it; 0 where it does not.

    Attributes
    ----------
    frames : int
        How many follow.
    delay, padding : int
        Samples that the encoder put before the sound and behind it.
    """

    frames: int = 0
    delay: int = 0
    padding: int = 0


@dataclass(frozen=True, slots=True)
class Mp3Frame:
    """One frame with its header, how many samples it decodes to, and the file that it begins."""

    data: bytes
    samples: int
    info: FileInfo | None = None


class FrameSplitter:
    """Cuts a stream that arrives in pieces into whole frames.

    What is no sound (an ID3 tag, damage, the frame that only describes a file) is passed over. A
    stream may be several files, one after the other.
    """

    def __init__(self) -> None:
        self._data = bytearray()
        self._tag = 0  # bytes of an ID3 tag still to come
        self._info: FileInfo | None = None  # of the file that begins

    def split(self, data: bytes) -> list[Mp3Frame]:
        """Return the frames that `data`, cut anywhere, completes."""
        self._data += data
        frames: list[Mp3Frame] = []
        start = 0
        while True:
            start = self._after_tag(start)
            if len(self._data) - start < _ID3_HEADER:  # a frame is longer
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
            if (info := _info(frame)) is not None:
                self._info = info
                continue
            frames.append(Mp3Frame(frame, samples, self._info))
            self._info = None
        del self._data[:start]
        return frames

    def _after_tag(self, start: int) -> int:
        """Return where an ID3 tag that begins here ends, as far as it has arrived."""
        head = self._data[start : start + _ID3_HEADER]
        if not self._tag and head[:3] == b"ID3" and len(head) == _ID3_HEADER:
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


def _info(frame: bytes) -> FileInfo | None:
    """Return what a frame declares of a file, None if it is one of sound."""
    at = _tag_at(frame)
    if frame[at : at + 4] not in _TAGS:
        return None
    flags = int.from_bytes(frame[at + 4 : at + 8], "big")
    count = frame[at + 8 : at + 12] if flags & 1 else b""
    lame = at + 8 + sum(size for bit, size in enumerate(_FIELDS) if flags >> bit & 1)
    delays = int.from_bytes(frame[lame + _DELAYS_AT :][:3], "big")
    return FileInfo(int.from_bytes(count, "big"), delays >> 12, delays & 0xFFF)


def _tag_at(frame: bytes | bytearray) -> int:
    """Return where in a frame a tag stands that describes the file."""
    return _HEADER + _SIDE[frame[1] >> 3 & 3][frame[3] >> 6 == _MONO]


def info_frame(frames: Sequence[Mp3Frame], samples: int) -> bytes:
    """Return the silent first frame that declares how much of a file is sound.

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
    info = struct.pack(">4sIII", b"Info", 0b11, len(frames), size)  # there: frames, bytes
    info += struct.pack(">9sB10x", b"LAME3.100", 1)  # method 1: constant bit rate
    info += struct.pack(">B", min(255, _kbps(header)))
    info += (_LAME_DELAY << 12 | min(padding, 0xFFF)).to_bytes(3, "big")
    info += struct.pack(">4xI4x", size)
    body = bytes(_tag_at(header) - _HEADER) + info
    return header + body.ljust(len(frames[0].data) - _HEADER, b"\0")


def _kbps(header: bytes | bytearray) -> int:
    """Return the bit rate in kbit/s of a frame with this header."""
    return (_KBPS_1 if header[1] >> 3 & 3 == _MPEG_1 else _KBPS_2)[header[2] >> 4]
