"""The natural voice: what its settings do to the sound, and what happens where it cannot speak."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from functools import partial
from importlib.machinery import ModuleSpec
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from numpy.typing import NDArray

from jupyter_tts.server.engines.natural import installation
from jupyter_tts.server.engines.natural.engine import SAMPLE_RATE, NaturalEngine
from jupyter_tts.server.engines.natural.voices import HEART
from jupyter_tts.server.engines.prosody import Prosody
from jupyter_tts.server.engines.timed_speech import TimedSpeech
from jupyter_tts.server.synthesis.as_made import as_made
from jupyter_tts.server.synthesis.spoken_parts import spoken_parts
from jupyter_tts.wire.errors import LocalVoiceMissing

pytestmark = pytest.mark.asyncio(loop_scope="module")

*_, PROGRAM, WORKER = installation.worker_command()

SENTENCES = (
    "The old lighthouse keeper walked slowly down the stairs, and nobody knew where he was going. "
    "Is anyone really sure about the weather tomorrow?"
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine() -> AsyncIterator[NaturalEngine]:
    async with NaturalEngine() as started:
        yield started


def samples(speech: TimedSpeech) -> NDArray[np.float64]:
    return np.frombuffer(speech.pcm, "<i2").astype(np.float64)


def pitches(speech: TimedSpeech) -> NDArray[np.float64]:
    """The fundamental frequency of each voiced 46 ms, in Hz, by autocorrelation."""
    frequencies = []
    sound = samples(speech)
    for frame in np.array_split(sound, len(sound) // 1024):
        correlation = np.correlate(frame, frame, "full")[len(frame) - 1 :]
        shortest, longest = SAMPLE_RATE // 450, SAMPLE_RATE // 70
        lag = shortest + int(np.argmax(correlation[shortest:longest]))
        if correlation[lag] > 0.5 * correlation[0] > 1e9:
            frequencies.append(SAMPLE_RATE / lag)
    return np.array(frequencies)


def pitch_span(speech: TimedSpeech) -> float:
    """How many semitones lie between the lowest and the highest tenth."""
    low, high = np.percentile(pitches(speech), [10, 90])
    return float(12 * np.log2(high / low))


async def speak(engine: NaturalEngine, **settings: float) -> TimedSpeech:
    settings = {"seed": 1, **settings}
    return await engine.speak(SENTENCES, HEART, prosody=Prosody(**settings))  # type: ignore[arg-type]


async def test_stability_narrows_the_melody(engine: NaturalEngine) -> None:
    spans = [pitch_span(await speak(engine, stability=value)) for value in (0.25, 0.5, 0.75, 1.0)]
    assert spans == sorted(spans, reverse=True)
    assert spans[0] > 1.2 * spans[1]
    assert spans[3] < 0.6 * spans[1]


async def test_below_half_stability_every_seed_is_another_take(engine: NaturalEngine) -> None:
    first, second = [await speak(engine, stability=0.0, seed=seed) for seed in (1, 2)]
    assert first.starts != second.starts
    steady, other = [await speak(engine, stability=0.5, seed=seed) for seed in (1, 2)]
    assert steady.starts == other.starts


@pytest.mark.parametrize("stability", [0.0, 0.5, 1.0])
async def test_the_same_seed_is_the_same_sound(engine: NaturalEngine, stability: float) -> None:
    first, second = [await speak(engine, stability=stability, seed=7) for _ in range(2)]
    assert first == second
    assert (await speak(engine, stability=stability, seed=8)).pcm != first.pcm


async def test_little_similarity_raises_the_pitch(engine: NaturalEngine) -> None:
    own, same, far = [
        float(np.median(pitches(await speak(engine, similarity_boost=value))))
        for value in (0.75, 1.0, 0.0)
    ]
    assert own == same
    assert 3.5 < 12 * np.log2(far / own) < 6


async def test_style_lengthens_and_raises_what_is_stressed(engine: NaturalEngine) -> None:
    plain, emphatic = await speak(engine), await speak(engine, style=1.0)
    assert 1.03 < len(emphatic.pcm) / len(plain.pcm) < 1.15
    assert np.mean(pitches(emphatic)) > np.mean(pitches(plain))


@pytest.mark.parametrize(
    "settings",
    [{}, {"stability": 0.0}, {"stability": 1.0}, {"similarity_boost": 0.0}, {"style": 1.0}],
)
async def test_no_setting_clips_or_hums(engine: NaturalEngine, settings: dict[str, float]) -> None:
    sound = np.abs(samples(await speak(engine, **settings)))
    assert 8_000 < sound.max() < 32_767


async def test_a_peak_is_bent_and_not_cut_off(engine: NaturalEngine) -> None:
    text = (
        "A new connection is answered after two (TCP's and the request's; three with TLS 1.3), "
        "every message of the server one later than it would be."
    )
    sound = np.abs(samples(await engine.speak(text, HEART)))
    assert 32_000 < sound.max() < 32_767


async def test_a_join_has_no_gap(engine: NaturalEngine) -> None:
    speech = await engine.speak("Hello there.", HEART)
    loud = np.flatnonzero(np.abs(samples(speech)) > 300)
    assert loud[0] < 0.1 * SAMPLE_RATE
    assert len(speech.pcm) // 2 - loud[-1] < 0.1 * SAMPLE_RATE


async def test_inline_notation_of_a_user_is_text(engine: NaturalEngine) -> None:
    notation = await engine.speak("[banana](/hi/)", HEART, prosody=Prosody(seed=1))
    text = await engine.speak("banana hi", HEART, prosody=Prosody(seed=1))
    word = await engine.speak("hi", HEART, prosody=Prosody(seed=1))
    assert len(notation.pcm) > 0.9 * len(text.pcm) > len(word.pcm)


@pytest.mark.parametrize("text", ["① First, ② second, x⁵.", ",".join(map(str, range(40)))])
async def test_signs_that_the_package_fails_at_end_no_worker(
    engine: NaturalEngine, text: str
) -> None:
    restarts = engine.restarts
    assert (await engine.speak(text, HEART)).pcm
    assert engine.restarts == restarts


@pytest.mark.parametrize("letters", ["ÈẸĤ", "ÙỤỦ", "ĜǦḠ"])
async def test_letters_with_any_accent_are_heard(engine: NaturalEngine, letters: str) -> None:
    for letter in letters:
        assert (await engine.speak(letter, HEART)).pcm


async def test_an_emoji_alone_is_heard_in_its_time(engine: NaturalEngine) -> None:
    text = "👍🏽\n"
    speech = await engine.speak(text, HEART)
    assert speech.characters == tuple(text)
    assert speech.starts[0] == 0
    assert speech.ends[0] == speech.starts[1]
    assert 0.4 < speech.ends[1] / speech.sample_rate < 1.0


async def test_each_part_of_what_is_written_out_keeps_to_its_word(engine: NaturalEngine) -> None:
    text = "It costs $9.99 at 9:30am, Dr. Smith said."
    speech = await engine.speak(text, HEART)
    lengths = {
        word: (speech.ends[text.index(word) + len(word) - 1] - speech.starts[text.index(word)])
        for word in ("$9.99", "9:30am", "Dr.", "Smith")
    }
    assert lengths["$9.99"] > lengths["9:30am"] > lengths["Dr."]
    assert lengths["Dr."] < 0.6 * SAMPLE_RATE


MARKED = (
    "Tom &amp; Ann went to <phoneme alphabet='ipa' ph='ˈsiːkwəl'>sequel street</phoneme> today, "
    "and it was <break time='300ms'/> a long way there &lt;and back&gt; in the evening."
)
LONG = "And so it went on and on, for he would not stop, and nobody knew why. " * 9


@pytest.mark.parametrize(
    "text",
    [
        SENTENCES,
        "It costs $9.99 at 9:30am, Dr. Smith said, and 1,234 people heard it; 3/4 of them left.",
        "Cafe\u0301 cre\u0300me, naïve and soft\u00adhyphen, said “the keeper” (softly) to me.",
        MARKED,
        "He went home at nine. (Nobody knew.) She said so. — “Well”, he said. - And so on it went.",
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen",
        LONG,
    ],
)
@pytest.mark.parametrize("last", [True, False])
async def test_beginnings_are_the_whole_as_far_as_it_goes(
    engine: NaturalEngine, text: str, last: bool
) -> None:
    begun: list[TimedSpeech] = []
    speak = partial(engine.speak, text, HEART, prosody=Prosody(seed=1), markup=True, last=last)
    whole = await speak(begun=begun.append)
    assert whole == await speak()
    assert len(begun) > 0
    assert 0.4 < begun[0].seconds < 2.0
    lengths = [len(beginning.pcm) for beginning in begun]
    assert lengths == sorted(set(lengths))
    for beginning in begun:
        total = len(beginning.pcm) // 2
        assert whole.pcm.startswith(beginning.pcm)
        assert beginning.characters == tuple(text)
        spoken = sum(start < total for start in beginning.starts)
        assert beginning.starts[:spoken] == whole.starts[:spoken]
        assert beginning.ends[:spoken] == whole.ends[:spoken]
        assert all(mark == total for mark in (*beginning.starts[spoken:], *beginning.ends[spoken:]))
        assert not text[spoken - 1 : spoken + 1].isalnum()  # it ends with a word


async def test_a_note_is_told_with_the_first_of_all_beginnings(engine: NaturalEngine) -> None:
    begun: list[TimedSpeech] = []
    unread = "<phoneme alphabet='ipa' ph='ʘ'>click</phoneme> now <break time='1s'/> "
    whole = await engine.speak(unread + SENTENCES, HEART, markup=True, begun=begun.append)
    assert "click" in whole.note
    assert {beginning.note for beginning in begun} == {whole.note}


async def test_beginnings_are_few_however_many_sentences_there_are(engine: NaturalEngine) -> None:
    begun: list[TimedSpeech] = []
    await engine.speak("I! " * 160, HEART, begun=begun.append)
    assert 2 <= len(begun) <= 5


async def test_a_short_text_has_no_beginning(engine: NaturalEngine) -> None:
    begun: list[TimedSpeech] = []
    await engine.speak("Hello there.", HEART, begun=begun.append)
    assert begun == []


async def test_a_worker_lost_after_the_beginning_repeats_and_leaves_out_nothing(
    tmp_path: Path,
) -> None:
    dies_once = tmp_path / "dies_once.py"
    dies_once.write_text(
        f"""import os, runpy, sys
sys.path.insert(0, {str(tmp_path)!r})
sys.argv = [{PROGRAM!r}, {WORKER!r}]
program = runpy.run_path({PROGRAM!r})
write = program["write_frame"]
def write_frame(stream, header, body=b""):
    write(stream, header, body)
    if header.get("more") and not os.path.exists({str(tmp_path / "died")!r}):
        open({str(tmp_path / "died")!r}, "w").close()
        os._exit(1)
program["main"].__globals__["write_frame"] = write_frame
sys.exit(program["main"]({WORKER!r}))
"""
    )
    async with NaturalEngine(command=[sys.executable, "-I", str(dies_once)]) as engine:
        speak = partial(engine.speak, voice=HEART, prosody=Prosody(seed=1))
        parts = [part async for part, _ in spoken_parts(SENTENCES, as_made(speak))]
        assert engine.restarts == 1
        whole = await speak(SENTENCES)
    assert "".join("".join(part.characters) for part in parts) == SENTENCES
    assert b"".join(part.pcm for part in parts) == whole.pcm


async def test_a_missing_package_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def find_no_spec(name: str) -> ModuleSpec | None:
        return None

    monkeypatch.setattr(installation, "find_spec", find_no_spec)
    with pytest.raises(LocalVoiceMissing, match=r"natural voice is not installed") as missing:
        await NaturalEngine().start()
    assert "jupyter_tts[natural]" in str(missing.value.hint)


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        ("sys.modules['onnxruntime'] = None", "onnxruntime"),
        ("sys.modules['hibari'] = None", "hibari"),
        ("import hibari.voices as v; v.voice_path = lambda *a, **k: __file__", "not the one of"),
        ("import hibari.voices as v; v.voice_path = lambda *a, **k: '/none'", "No such file"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGILL)", "the worker ended"),
    ],
)
async def test_a_worker_that_cannot_start_says_why(
    tmp_path: Path, before: str, reason: str
) -> None:
    program = tmp_path / "broken.py"
    program.write_text(
        f"import runpy, sys\n{before}\nrunpy.run_path({PROGRAM!r}, run_name='__main__')\n"
    )
    with pytest.raises(LocalVoiceMissing, match=reason) as missing:
        await NaturalEngine(command=[sys.executable, "-I", str(program), WORKER]).start()
    assert "\n" not in missing.value.message
