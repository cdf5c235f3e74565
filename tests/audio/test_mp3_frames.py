"""A stream of mp3 as frames."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.audio.mp3 import mp3_bytes
from jupyter_tts.audio.mp3_frames import FileInfo, FrameSplitter

from .coding import encode, pieces, voice

STREAM = encode("mp3_44100_64", voice(44_100, 0.3).tobytes())
# ID3v2.4 section 3.1, with a frame whose text looks like a frame's beginning.
TAG = b"ID3\x04\x00\x00\x00\x00\x00\x08\xff\xfb\x90\xc4\x00\x00\x00\x00"


def frames(data: bytes, *lengths: int) -> list[bytes]:
    splitter = FrameSplitter()
    cut = pieces(data, lengths or [len(data)])
    return [frame.data for piece in cut for frame in splitter.split(piece)]


def test_the_frames_joined_are_the_stream() -> None:
    split = frames(STREAM)
    assert b"".join(split) == STREAM
    assert len(split) > 10
    assert {frame[:2] for frame in split} == {b"\xff\xfb"}
    assert {len(frame) for frame in split} == {208, 209}  # 144 * 64,000 / 44,100, and padding


@pytest.mark.parametrize(
    ("name", "samples"), [("mp3_22050_32", 576), ("mp3_24000_48", 576), ("mp3_44100_192", 1_152)]
)
def test_a_frame_tells_its_samples(name: str, samples: int) -> None:
    splitter = FrameSplitter()
    rate = int(name.split("_")[1])
    split = splitter.split(encode(name, voice(rate, 0.3).tobytes()))
    assert {frame.samples for frame in split} == {samples}
    assert sum(frame.samples for frame in split) > 0.3 * rate


@given(st.lists(st.integers(1, 700), min_size=1, max_size=9))
def test_the_cuts_do_not_matter(lengths: list[int]) -> None:
    assert frames(TAG + STREAM, *lengths) == frames(STREAM)


def test_damage_between_frames_is_passed_over() -> None:
    split = frames(STREAM)
    assert frames(split[0] + b"\x00\xff\x12" + b"".join(split[1:])) == split


@pytest.mark.parametrize("mark", [b"Xing", b"Info"])
def test_a_first_frame_that_describes_a_file_is_not_sound(mark: bytes) -> None:
    first, *rest = frames(STREAM)
    described = first[:21] + mark + first[25:]
    assert frames(described + first + b"".join(rest)) == [first, *rest]


def test_what_describes_a_file_may_be_too_short_to_say_anything() -> None:
    frame = b"\xff\xf3\x10\x00" + bytes(17) + b"Info"  # two channels, 8 kbit/s at 22,050 Hz
    split = FrameSplitter().split(frame.ljust(26, b"\0") + STREAM)
    assert split[0].info == FileInfo()
    assert [frame.data for frame in split] == frames(STREAM)


def test_a_file_tells_its_frames_its_delay_and_its_padding() -> None:
    sound = voice(24_000, 0.5)
    split = FrameSplitter().split(mp3_bytes(sound.tobytes(), 24_000))
    info = split[0].info
    assert info is not None
    assert (info.frames, info.delay) == (len(split), 576)
    assert 576 * len(split) - info.delay - info.padding == len(sound)
    assert all(frame.info is None for frame in split[1:])


@given(st.binary(max_size=3_000))
def test_any_bytes_are_read_to_their_end(data: bytes) -> None:
    assert sum(map(len, frames(data))) <= len(data)
