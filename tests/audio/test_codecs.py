"""Every format in pieces: the same sound whatever the cuts, as loud and as long as it was."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.audio import codecs
from jupyter_tts.audio.codecs import check_decoder, check_encoder, decoder, encoder
from jupyter_tts.audio.formats import PLAIN_FORMATS, AudioFormat, parse_format
from jupyter_tts.audio.loudness import loudness
from jupyter_tts.wire.errors import UnsupportedFormat
from jupyter_tts.wire.parameters import FORMATS

from .coding import decibels, decode, encode, pieces, voice

CUTS = [1, 333, 4_800, 20_001, 2]


@pytest.mark.parametrize("name", FORMATS)
def test_a_decoder_has_as_many_samples_as_the_encoder_says(name: str) -> None:
    audio_format = parse_format(name)
    pcm = voice(audio_format.sample_rate, 2).tobytes()
    into, back = encoder(audio_format), decoder(audio_format)
    heard = 0
    for piece in pieces(pcm, CUTS):
        heard += len(back.decode(into.encode(piece))) // 2
        assert heard == into.samples
    heard += len(back.decode(into.flush()) + back.flush()) // 2
    assert into.samples == len(pcm) // 2
    # Only mp3 does not tell where its end is: its last frames are filled up with silence.
    assert 0 <= heard - into.samples < (2 * 1_152 if name.startswith("mp3") else 1)


@pytest.mark.parametrize("name", FORMATS)
def test_what_comes_back_is_as_loud_and_in_its_place(name: str) -> None:
    rate = parse_format(name).sample_rate
    sent = voice(rate, 2)
    heard = np.frombuffer(decode(name, encode(name, sent.tobytes())), "<i2")[: len(sent)]
    change = loudness(heard.tobytes(), rate) / loudness(sent.tobytes(), rate)
    assert abs(decibels(change)) < 0.3
    size = 2 ** (2 * len(sent) - 1).bit_length()
    spectrum = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(sent, size))
    lag = int(np.argmax(np.fft.irfft(spectrum, size)))
    assert min(lag, size - lag) <= rate / 2_000


@pytest.mark.parametrize("name", FORMATS)
def test_a_decoder_does_not_hear_where_the_stream_was_cut(name: str) -> None:
    data = encode(name, voice(parse_format(name).sample_rate, 1).tobytes())
    back = decoder(parse_format(name))
    heard = b"".join(map(back.decode, pieces(data, [1, 417, 3, 2_000]))) + back.flush()
    assert heard == decode(name, data)


@given(
    name=st.sampled_from(PLAIN_FORMATS),
    parts=st.lists(st.binary(max_size=9), max_size=20),
)
def test_any_cut_gives_the_same_sound(name: str, parts: list[bytes]) -> None:
    whole = b"".join(parts)
    into, back = encoder(parse_format(name)), decoder(parse_format(name))
    assert b"".join(map(into.encode, parts)) + into.flush() == encode(name, whole)
    assert b"".join(map(back.decode, parts)) + back.flush() == decode(name, whole)


@given(st.binary())
def test_pcm_passes_through_and_half_a_sample_is_dropped(data: bytes) -> None:
    assert decode("pcm_24000", data) == encode("pcm_24000", data) == data[: len(data) // 2 * 2]


def test_after_flush_half_a_sample_does_not_leak_into_the_next_sound() -> None:
    coder = decoder(parse_format("pcm_16000"))
    assert coder.decode(b"\x01") + coder.flush() == b""
    assert coder.decode(b"\x02\x03") == b"\x02\x03"


@pytest.mark.parametrize("name", FORMATS)
def test_no_sound_is_no_audio(name: str) -> None:
    assert encode(name, b"") == b""
    assert decode(name, b"") == b""


@pytest.mark.parametrize(
    ("check", "name"),
    [
        (check_encoder, "opus_48000_64"),
        (check_decoder, "mp3_44100_128"),
        (check_decoder, "opus_48000_64"),
        (encoder, "opus_48000_64"),
        (decoder, "mp3_44100_128"),
    ],
)
def test_without_its_package_a_format_is_refused_with_the_command_that_brings_it(
    monkeypatch: pytest.MonkeyPatch, check: Callable[[AudioFormat], object], name: str
) -> None:
    monkeypatch.setattr(codecs, "find_spec", lambda package: None)
    with pytest.raises(UnsupportedFormat, match=f"^{name} is (de|en)coded with PyAV") as refusal:
        check(parse_format(name))
    assert 'python -m pip install "jupyter_tts[codecs]"' in str(refusal.value)
    assert "pcm_24000" in str(refusal.value)


@pytest.mark.parametrize("name", [*PLAIN_FORMATS, "mp3_44100_128"])
def test_what_keeps_every_sample_and_making_mp3_need_no_extra(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(codecs, "find_spec", lambda package: None)
    assert encode(name, bytes(8))
