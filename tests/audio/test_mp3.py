"""What is special about mp3: frames as messages, damage, and LAME's level."""

from __future__ import annotations

import numpy as np

from jupyter_tts.audio.codecs import decoder, encoder
from jupyter_tts.audio.formats import parse_format
from jupyter_tts.audio.mp3 import DELAY, mp3_bytes
from jupyter_tts.audio.mp3_frames import FrameSplitter
from jupyter_tts.audio.tags import Tags

from .coding import decibels, decode, encode, pieces, voice

FORMAT = parse_format("mp3_22050_32")
PCM = voice(22_050, 2).tobytes()


def test_every_piece_is_whole_frames() -> None:
    coder = encoder(FORMAT)
    for piece in pieces(PCM, [2_646]):
        data = coder.encode(piece)
        assert b"".join(frame.data for frame in FrameSplitter().split(data)) == data


def test_damaged_frames_keep_their_time() -> None:
    frames = [frame.data for frame in FrameSplitter().split(encode(FORMAT.name, PCM))]
    whole = decode(FORMAT.name, b"".join(frames))
    frames[20] = frames[20][:4] + bytes(len(frames[20]) - 4)
    damaged = decode(FORMAT.name, b"".join(frames))
    assert len(damaged) == len(whole)
    assert damaged[: 2 * (18 * 576 - DELAY)] == whole[: 2 * (18 * 576 - DELAY)]
    after = np.frombuffer(damaged, "<i2")[32 * 576 :].astype(int)
    assert np.allclose(after, np.frombuffer(whole, "<i2")[32 * 576 :], atol=2)


def test_the_loudest_sound_does_not_wrap_around() -> None:
    square = np.where(np.arange(44_100) % 200 < 100, 32_767, -32_768).astype("<i2")
    heard = np.frombuffer(decode("mp3_44100_192", encode("mp3_44100_192", square.tobytes())), "<i2")
    middle = heard[10_025:30_025:100].astype(int)
    assert np.all(np.abs(middle) > 25_000)
    assert np.all(np.sign(middle) == np.sign(square[10_025:30_025:100].astype(int)))


def test_a_stream_begun_in_its_middle_is_decoded() -> None:
    frames = [frame.data for frame in FrameSplitter().split(encode(FORMAT.name, PCM))]
    back = decoder(FORMAT)
    assert len(back.decode(b"".join(frames[10:]))) // 2 == 576 * len(frames[10:]) - DELAY


def test_files_one_after_the_other_join_without_a_gap() -> None:
    sentences = [voice(24_000, seconds) for seconds in (0.71, 0.532, 0.9)]
    tags = Tags("Title", "", "", "software 1.2")
    data = b"".join(mp3_bytes(sentence.tobytes(), 24_000, tags=tags) for sentence in sentences)
    back = decoder(parse_format("mp3_24000_48"))
    heard = np.frombuffer(b"".join(map(back.decode, pieces(data, [1, 417, 3]))), "<i2")
    sent = np.concatenate(sentences)
    assert len(heard) == len(sent)
    noise = np.std(heard.astype(float) - sent)
    assert decibels(np.std(sent.astype(float)) / noise) > 40


def test_what_follows_a_file_without_one_of_its_own_is_heard() -> None:
    more = encode("mp3_24000_48", voice(24_000, 0.5).tobytes())
    heard = decode("mp3_24000_48", mp3_bytes(voice(24_000, 0.7).tobytes(), 24_000) + more)
    count = len(FrameSplitter().split(more))
    assert len(heard) // 2 == round(0.7 * 24_000) + 576 * count
