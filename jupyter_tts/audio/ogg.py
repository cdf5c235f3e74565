"""Ogg, as far as one logical stream needs it (RFC 3533)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from ..wire.errors import ProtocolError

__all__ = ["Page", "PageSplitter"]

_MARK: Final = b"OggS"
_HEADER: Final = struct.Struct("<4sBBqIIIB")


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Attributes
    ----------
    position : int
        The granule position: for Opus, how many samples at 48 kHz end with this page.
    packets : tuple of bytes
        The packets that end on this page.
    """

    position: int
    packets: tuple[bytes, ...]


class PageSplitter:
    """Cuts a stream that arrives in pieces into pages."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._unfinished = b""  # a packet that goes on in the next page

    def split(self, data: bytes) -> list[Page]:
        """Return the pages that `data`, cut anywhere, completes.

        Raises
        ------
        ProtocolError
            If the stream is not Ogg.
        """
        self._data += data
        pages: list[Page] = []
        while (page := self._next()) is not None:
            pages.append(page)
        return pages

    def _next(self) -> Page | None:
        data = self._data
        if not _MARK.startswith(data[:4]) and data[:4] != _MARK:
            raise ProtocolError("The audio is not an Ogg stream.")
        if len(data) < _HEADER.size:
            return None
        _, _, _, position, _, _, _, count = _HEADER.unpack_from(data)
        body = _HEADER.size + count
        lacing = data[_HEADER.size : body]
        end = body + sum(lacing)
        if len(lacing) < count or len(data) < end:
            return None
        packets = self._packets(bytes(data[body:end]), bytes(lacing))
        del data[:end]
        return Page(position, packets)

    def _packets(self, body: bytes, lacing: bytes) -> tuple[bytes, ...]:
        """Return the packets that end on a page: each ends with a segment below 255 bytes."""
        packets: list[bytes] = []
        start = 0
        for length in lacing:
            self._unfinished += body[start : start + length]
            start += length
            if length < 255:
                packets.append(self._unfinished)
                self._unfinished = b""
        return tuple(packets)
