"""Every output format from the embedded voice to the ear: one sound, whatever codec brings it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import numpy as np
import numpy.typing as npt
import pytest
import pytest_asyncio

from jupyter_tts.audio.codecs import decoder
from jupyter_tts.audio.formats import parse_format
from jupyter_tts.audio.resample import Resampler
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.server import serve
from jupyter_tts.server.engines.espeak.engine import EspeakEngine
from jupyter_tts.server.engines.timed_speech import TimedSpeech
from jupyter_tts.server.engines.voices import Voice
from jupyter_tts.wire.parameters import FORMATS

from ...audio.coding import decibels, decode, pieces
from ...faults.hearing import check, hear
from ...faults.kinds import BREAKS, Fault, Moment
from ...faults.relay import Relay, split_odd
from ...faults.seams import check_seams

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Two segments: the server's schedule is [50] here.
TEXT = "The brown fox ran over the wide green hill. It met an old bear near a long river!"
REFERENCE = "pcm_24000"

#: One of every codec, the two versions of MPEG audio apart.
CODECS = ("pcm_16000", "ulaw_8000", "alaw_8000", "mp3_22050_32", "mp3_44100_128", "opus_48000_64")

#: The least signal to noise, in dB, at the lower of the two sample rates; some 4 dB more is usual.
FIDELITY = {
    **dict.fromkeys((name for name in FORMATS if name.startswith("pcm")), 42.0),
    **dict.fromkeys(("ulaw_8000", "alaw_8000"), 33.0),
    "mp3_22050_32": 19.0,
    "mp3_24000_48": 26.0,
    "mp3_44100_32": 18.0,
    "mp3_44100_64": 29.0,
    "mp3_44100_96": 37.0,
    "mp3_44100_128": 44.0,
    "mp3_44100_192": 54.0,
    "opus_48000_32": 6.0,
    "opus_48000_64": 18.0,
    "opus_48000_96": 23.0,
    "opus_48000_128": 25.0,
    "opus_48000_192": 28.0,
}

#: Seconds: a message's times are whole milliseconds, counted from the beginning of its sound.
ROUNDING = 0.003


class Repeating(EspeakEngine):
    """An engine that says a text as it said it before; eSpeak NG never says it twice alike."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, TimedSpeech] = {}

    async def speak(self, text: str, voice: Voice, **options: object) -> TimedSpeech:
        if text not in self._said:
            self._said[text] = await super().speak(text, voice, **options)
        return self._said[text]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def voice() -> AsyncIterator[str]:
    async with Repeating() as engine, serve(engine=engine) as server:
        yield server.url


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reference(voice: str) -> Speech:
    return (await hear(voice, TEXT, whole=TEXT, format=REFERENCE)).speech


def at(rate: int, speech: Speech) -> npt.NDArray[np.float64]:
    converted = Resampler(speech.sample_rate, rate).convert(speech.pcm)
    return np.frombuffer(converted, "<i2").astype(float)


def fidelity(heard: Speech, meant: Speech) -> float:
    """Signal to noise in dB, sample by sample: where nothing is late."""
    rate = min(heard.sample_rate, meant.sample_rate)
    sound, signal = at(rate, heard), at(rate, meant)
    size = min(len(sound), len(signal))
    noise = np.std(sound[:size] - signal[:size])
    return decibels(float(np.std(signal) / max(noise, 1e-9)))


def check_same(heard: Speech, meant: Speech) -> None:
    """Assert that a speech is as long as another, sounds alike, and has its words at its times."""
    name = heard.request.format
    assert name is not None
    longer = heard.frames - round(meant.duration * heard.sample_rate)
    # Only mp3 does not tell its end: its last frames are filled up with silence.
    most = 2 * (1_152 if heard.sample_rate == 44_100 else 576) if name.startswith("mp3") else 1
    assert -1 <= longer <= most
    assert fidelity(heard, meant) >= FIDELITY[name]
    for word, same in zip(heard.words, meant.words, strict=True):
        assert word.text == same.text
        assert word.start == pytest.approx(same.start, abs=ROUNDING)
        assert word.end == pytest.approx(same.end, abs=ROUNDING)


@pytest.mark.parametrize("name", FORMATS)
async def test_it_is_heard_as_it_was_made_without_a_gap(
    voice: str, reference: Speech, name: str
) -> None:
    async with Relay(voice) as relay:
        heard = await hear(relay, TEXT, whole=TEXT, format=name)
    check(heard)
    assert heard.speech.complete
    check_same(heard.speech, reference)
    (connection,) = relay.connections
    assert len(connection.sent) > 10
    assert heard.speech.pcm == decode(name, connection.audio)


@pytest.mark.parametrize("name", CODECS)
async def test_messages_may_end_anywhere(voice: str, reference: Speech, name: str) -> None:
    async with Relay(voice, rewrite=split_odd) as relay:
        heard = await hear(relay, TEXT, whole=TEXT, format=name)
    check_same(heard.speech, reference)
    (connection,) = relay.connections
    back = decoder(parse_format(name))
    byte_by_byte = b"".join(map(back.decode, pieces(connection.audio, [1]))) + back.flush()
    assert heard.speech.pcm == byte_by_byte


@pytest.mark.parametrize("name", CODECS)
async def test_another_socket_is_another_stream(voice: str, name: str) -> None:
    faults = [Fault(BREAKS[0], Moment.MID_AUDIO, after) for after in (7, 4)]
    async with Relay(voice, faults) as relay:
        heard = await hear(relay, TEXT, whole=TEXT, format=name)
    check(heard)
    assert heard.speech.complete
    assert len(relay.connections) >= 3
    check_seams(heard.speech, relay.connections)
