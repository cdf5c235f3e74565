"""Piper's voices, by one that the test makes: words and their times, settings, bad input."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from importlib.machinery import ModuleSpec
from itertools import pairwise
from pathlib import Path

import pytest
import pytest_asyncio
from hibari.voices import voice_path

from jupyter_tts.server.engines.piper import installation
from jupyter_tts.server.engines.piper.engine import PiperEngine
from jupyter_tts.server.engines.prosody import Prosody
from jupyter_tts.server.engines.timed_speech import TimedSpeech
from jupyter_tts.server.engines.voices import Voice
from jupyter_tts.voice_files.store import VoiceStore
from jupyter_tts.wire.errors import LocalVoiceMissing, VoiceEngineError

from .tiny_voice import HOP, SAMPLE_RATE, UNITS, write_voice

pytestmark = pytest.mark.asyncio(loop_scope="module")

PHONEME = UNITS * HOP  # samples
SEEDED = Prosody(seed=1)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> VoiceStore:
    folder = tmp_path_factory.mktemp("voices")
    write_voice(folder / "tiny.onnx")
    write_voice(folder / "Plain.onnx", is_plain=True)
    write_voice(folder / "deutsch.onnx", language="de")
    return VoiceStore(folder)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(store: VoiceStore) -> AsyncIterator[PiperEngine]:
    async with PiperEngine(store=store) as started:
        yield started


@pytest.fixture(autouse=True)
def _no_worker_dies(engine: PiperEngine) -> Iterator[None]:
    yield
    assert engine.restarts == 0


def voice(engine: PiperEngine, name: str = "tiny") -> Voice:
    known = engine.find_voice(name)
    assert known is not None
    return known


def starts(speech: TimedSpeech) -> dict[str, int]:
    """Where each word begins, by the word."""
    text = "".join(speech.characters)
    return {word: speech.starts[text.index(word)] for word in text.split()}


async def test_what_is_in_the_store_is_listed(engine: PiperEngine) -> None:
    assert [known.id for known in engine.voices] == ["Plain", "deutsch", "tiny"]
    assert {known.kind for known in engine.voices} == {"natural"}
    assert voice(engine, "plain").id == "Plain"
    assert engine.find_voice("../tiny") is None
    german = voice(engine, "deutsch")
    assert [engine.speaks(german, code) for code in ("de", "DE", "de-at", "en")] == [
        True,
        True,
        False,
        False,
    ]
    assert engine.languages.keys() == {"de", "en"}


async def test_the_rate_is_the_files(engine: PiperEngine) -> None:
    assert (await engine.speak("Hello.", voice(engine))).sample_rate == SAMPLE_RATE
    assert (await engine.speak(" ", voice(engine))).sample_rate == SAMPLE_RATE


async def test_each_phoneme_has_its_time(engine: PiperEngine) -> None:
    speech = await engine.speak("see me bee", voice(engine))
    # s ˈ i ː, each with a space after it
    assert starts(speech) == {
        "see": 0,
        "me": pytest.approx(6 * PHONEME, abs=PHONEME),
        "bee": pytest.approx(11 * PHONEME, abs=PHONEME),
    }


@pytest.mark.parametrize(
    "text",
    [
        "It costs $9.99 at 9:30am, Dr. Smith said.",
        "Out of the 1,234.50 in the 3/4 we took 50% off!",
        "“Quoted” (bracketed) - dashed — and ‘so on’… 😀 é world",
        "I have been to the U.S. with Mr. J. Smith",
    ],
)
async def test_words_begin_in_order_and_numbers_last_long(engine: PiperEngine, text: str) -> None:
    times = list(starts(await engine.speak(text, voice(engine))).items())
    for (word, start), (_, following) in pairwise(times):
        spoken = following - start
        assert spoken >= (PHONEME if any(map(str.isalnum, word)) else 0), word
        if any(map(str.isdecimal, word)):
            assert spoken > 8 * PHONEME, word


@pytest.mark.parametrize(
    ("text", "pauses"),
    [
        ("Hello. Bye", 0.3),
        ("Hello\nBye", 0.3),
        ("Hello, Bye", 0.0),
        ("Dr. Bye", 0.0),
        ("hello. bye", 0.3),
        ("etc. bye", 0.0),
        ("你好。世界", 0.3),
    ],
)
async def test_a_sentence_ends_with_a_pause(engine: PiperEngine, text: str, pauses: float) -> None:
    speech = await engine.speak(text, voice(engine))
    silent = [
        sample
        for sample in range(0, len(speech.pcm) - 2000, 2000)
        if not any(speech.pcm[sample : sample + 2000])
    ]
    assert len(silent) * 1000 / SAMPLE_RATE == pytest.approx(pauses, abs=0.12)


async def test_the_same_seed_is_the_same_sound(engine: PiperEngine) -> None:
    first, again, other = [
        await engine.speak("Hello.", voice(engine), prosody=Prosody(seed=seed))
        for seed in (1, 1, 2)
    ]
    assert first == again
    assert first.pcm != other.pcm
    assert first.note == ""


async def test_full_stability_leaves_nothing_to_chance(engine: PiperEngine) -> None:
    first, other = [
        await engine.speak("Hello.", voice(engine), prosody=Prosody(stability=1.0, seed=seed))
        for seed in (1, 2)
    ]
    assert first == other


async def test_a_graph_of_another_make_speaks_with_estimated_times(engine: PiperEngine) -> None:
    text = "One two three four."
    speech = await engine.speak(text, voice(engine, "plain"), prosody=SEEDED)
    times = list(starts(speech).values())
    assert times == sorted(set(times))
    assert "estimates" in speech.note


async def test_a_voice_speaks_by_the_rules_of_its_language(engine: PiperEngine) -> None:
    english, german = [
        await engine.speak("Nation 42", voice(engine, name)) for name in ("tiny", "deutsch")
    ]
    assert english.starts != german.starts


@pytest.mark.parametrize(
    "ph", ["sˈiː", "s'iː", "S IY1"], ids=["as taught", "a typed sign", "arpabet"]
)
async def test_a_pronunciation_is_sign_by_sign(engine: PiperEngine, ph: str) -> None:
    alphabet = "cmu-arpabet" if ph.isupper() or "1" in ph else "ipa"
    text = f'A <phoneme alphabet="{alphabet}" ph="{ph}">banana</phoneme> b.'
    speech = await engine.speak(text, voice(engine), markup=True)
    assert len(speech.pcm) == len((await engine.speak("A see b.", voice(engine))).pcm)


@pytest.mark.parametrize("word", ["…", "-", "banana", "two words", "42"])
async def test_a_pronunciation_is_heard_whatever_the_word(engine: PiperEngine, word: str) -> None:
    text = f'Un<phoneme alphabet="ipa" ph="siːsiːsiːsiː">{word}</phoneme>\'s end.'
    given = await engine.speak(text, voice(engine), markup=True)
    plain = await engine.speak("Un's end.", voice(engine))
    assert "".join(given.characters) == text
    assert len(given.pcm) - len(plain.pcm) == pytest.approx(12 * 2 * PHONEME, abs=8 * PHONEME)


# --- bad input ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", r"tiny2\.onnx cannot be used: the file is not an ONNX model\.$"),
        (b"\x00" * 1000, r"cannot be used: the file is not an ONNX model\.$"),
        ("half", r"cannot be used: the file is not a whole ONNX model\.$"),
        ("hibari", r"cannot be used: the file is not the model of a Piper voice\.$"),
    ],
)
async def test_a_broken_model_is_a_sentence(
    engine: PiperEngine, store: VoiceStore, content: bytes | str, reason: str
) -> None:
    path = write_voice(store.folder / "tiny2.onnx")
    broken = voice(engine, "tiny2")
    if content == "half":
        content = path.read_bytes()[:500]
    elif content == "hibari":
        content = Path(voice_path("heart")).read_bytes()
    assert isinstance(content, bytes)
    path.write_bytes(content)
    with pytest.raises(VoiceEngineError, match=reason) as error:
        await engine.speak("Hello.", broken)
    assert "\n" not in error.value.message
    store.remove("tiny2")


async def test_missing_files_are_a_sentence(engine: PiperEngine, store: VoiceStore) -> None:
    path = write_voice(store.folder / "tiny3.onnx")
    gone = voice(engine, "tiny3")
    path.unlink()
    with pytest.raises(VoiceEngineError, match="No such file"):
        await engine.speak("Hello.", gone)
    path.with_name("tiny3.onnx.json").unlink()
    with pytest.raises(VoiceEngineError, match="settings are missing"):
        await engine.speak("Hello.", gone)
    assert engine.find_voice("tiny3") is None


async def test_an_unknown_language_of_a_file_is_a_sentence(
    engine: PiperEngine, store: VoiceStore
) -> None:
    write_voice(store.folder / "tiny4.onnx", language="klingonese")
    with pytest.raises(VoiceEngineError, match="eSpeak NG has no voice 'klingonese'"):
        await engine.speak("Hello.", voice(engine, "tiny4"))
    store.remove("tiny4")


@pytest.mark.parametrize("missing", ["onnxruntime", "espeakng-loader"])
async def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    def find_no_spec(name: str) -> ModuleSpec | None:
        return None

    if missing == "onnxruntime":
        monkeypatch.setattr(installation, "find_spec", find_no_spec)
    else:
        monkeypatch.setattr(installation, "espeak_directory", lambda: None)
    with pytest.raises(LocalVoiceMissing, match=f"need the package {missing}, which") as error:
        await PiperEngine().start()
    assert f"pip install {missing}" in str(error.value.hint)


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        ("sys.modules['onnxruntime'] = None", "onnxruntime"),
        ("sys.argv[2] = '/'", "libespeak-ng|espeak-ng.dll"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGILL)", "the worker ended"),
    ],
)
async def test_a_worker_that_cannot_start_says_why(
    tmp_path: Path, before: str, reason: str
) -> None:
    *python, program, worker, directory = installation.worker_command()
    broken = tmp_path / "broken.py"
    broken.write_text(
        f"import runpy, sys\n{before}\nrunpy.run_path({program!r}, run_name='__main__')\n"
    )
    command = [*python, str(broken), worker, directory]
    with pytest.raises(LocalVoiceMissing, match=reason) as missing:
        await PiperEngine(command=command).start()
    assert "\n" not in missing.value.message
    assert "onnxruntime" in str(missing.value.hint)


@pytest.mark.skipif(sys.platform == "win32", reason="a file in use cannot be replaced")
async def test_a_file_that_was_replaced_is_loaded_again(
    engine: PiperEngine, store: VoiceStore
) -> None:
    write_voice(store.folder / "tiny5.onnx")
    before = await engine.speak("Hello.", voice(engine, "tiny5"))
    write_voice(store.folder / "tiny5.onnx", is_plain=True)
    after = await engine.speak("Hello.", voice(engine, "tiny5"))
    assert (before.note == "", after.note == "") == (True, False)
    store.remove("tiny5")
