"""What is special about Opus: its container, its exact length, its errors."""

from __future__ import annotations

import gc
import io

import av
import pytest

from jupyter_tts.audio.codecs import decoder, encoder
from jupyter_tts.audio.formats import parse_format
from jupyter_tts.audio.ogg import PageSplitter
from jupyter_tts.wire.errors import ProtocolError

from .coding import decode, encode, pieces, voice

FORMAT = parse_format("opus_48000_64")
PCM = voice(48_000, 1.2345).tobytes()


def test_it_is_a_file_that_others_play_with_every_sample() -> None:
    with av.open(io.BytesIO(encode(FORMAT.name, PCM))) as file:
        frames = list(file.decode(audio=0))
    assert sum(frame.samples for frame in frames) == len(PCM) // 2


def test_every_piece_is_whole_pages_and_none_waits_for_long() -> None:
    coder = encoder(FORMAT)
    for number, piece in enumerate(pieces(PCM[: 12 * 9_600], [9_600]), start=1):
        data = coder.encode(piece)
        assert data
        pages = PageSplitter().split(data)
        assert len(pages) >= 4
        assert 4_800 * number - coder.samples <= 0.06 * 48_000
        assert number == 1 or all(len(page.packets) == 1 for page in pages)


def test_an_encoder_that_is_given_up_midway_leaves_no_trace() -> None:
    encoder(FORMAT).encode(PCM)
    gc.collect()


def test_the_bit_rate_is_kept() -> None:
    for rate in (64, 128, 192):
        pcm = voice(48_000, 3).tobytes()
        kbps = 8 * len(encode(f"opus_48000_{rate}", pcm)) / 3 / 1_000
        assert kbps < 1.15 * rate + 14  # 28 bytes for each page, and the headers


def test_a_packet_that_is_not_opus_is_told() -> None:
    data = bytearray(encode(FORMAT.name, PCM))
    last = data.rindex(b"OggS")
    data[last + 28] = 0xFF  # a packet of two frames of unequal lengths (RFC 6716 section 3.2)
    data[last + 29 :] = b"\xff" * len(data[last + 29 :])
    with pytest.raises(ProtocolError, match="not Opus"):
        decode(FORMAT.name, bytes(data))


def test_mp3_where_opus_was_asked_for_is_told() -> None:
    with pytest.raises(ProtocolError, match="not an Ogg stream"):
        decoder(FORMAT).decode(encode("mp3_44100_128", voice(44_100, 0.5).tobytes()))


def test_streams_one_after_the_other_are_both_heard_whole() -> None:
    one, two = (encode(FORMAT.name, voice(48_000, seconds).tobytes()) for seconds in (0.7, 0.4))
    back = decoder(FORMAT)
    heard = b"".join(map(back.decode, pieces(one + two, [1, 417, 3])))
    assert heard == decode(FORMAT.name, one) + decode(FORMAT.name, two)
