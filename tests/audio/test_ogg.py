"""Ogg as pages."""

from __future__ import annotations

import itertools
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.audio.ogg import Page, PageSplitter
from jupyter_tts.wire.errors import ProtocolError


def page(position: int, *segments: bytes) -> bytes:
    """A page as RFC 3533 section 6 draws it; nobody here looks at its checksum."""
    header = struct.pack("<4sBBqIIIB", b"OggS", 0, 0, position, 7, 0, 0, len(segments))
    return header + bytes(map(len, segments)) + b"".join(segments)


def split(data: bytes, *cuts: int) -> list[Page]:
    splitter = PageSplitter()
    places = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    parts = (data[start:end] for start, end in itertools.pairwise(places))
    return [packet for part in parts for packet in splitter.split(part)]


STREAM = page(5, b"one", b"") + page(-1, b"x" * 255) + page(9, b"y" * 10, b"two") + page(9)
PAGES = [
    Page(5, (b"one", b"")),
    Page(-1, ()),
    Page(9, (b"x" * 255 + b"y" * 10, b"two")),
    Page(9, ()),
]


def test_packets_are_joined_across_pages() -> None:
    assert split(STREAM) == PAGES


@given(st.lists(st.integers(0, len(STREAM)), max_size=9))
def test_the_cuts_do_not_matter(cuts: list[int]) -> None:
    assert split(STREAM, *cuts) == PAGES


@pytest.mark.parametrize("data", [b"R", b"OggR", b"ID3\x04"])
def test_what_is_not_ogg_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError, match="not an Ogg stream"):
        split(data)
