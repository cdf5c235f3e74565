"""The engine: real workers, real sound, real deaths."""

from __future__ import annotations

import asyncio
import locale
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from jupyter_tts.server.engines.espeak.engine import EspeakEngine
from jupyter_tts.server.engines.espeak.installation import worker_command
from jupyter_tts.server.engines.espeak.voice_table import ELEVENLABS_VOICES
from jupyter_tts.server.engines.espeak.voices import DEFAULT_VOICE, VOICES, find_voice
from jupyter_tts.server.engines.prosody import Prosody
from jupyter_tts.server.engines.text_pieces import MAX_CHARACTERS
from jupyter_tts.server.engines.timed_speech import SAMPLE_RATE, TimedSpeech
from jupyter_tts.server.engines.voices import Voice
from jupyter_tts.wire.errors import LocalVoiceMissing, SoundTooLong, VoiceEngineError

SENTENCE = "The quick brown fox jumps over the lazy dog."
# The library's dither moves a length by some milliseconds from call to call.
DITHER = SAMPLE_RATE // 50
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


@pytest.fixture
async def engine() -> AsyncIterator[EspeakEngine]:
    async with EspeakEngine() as started:
        yield started


def faulty_engine(*, reply_timeout: float = 10.0) -> EspeakEngine:
    """An engine whose workers obey the letter ð and the words hang and nonsense."""
    *program, worker, directory = worker_command()
    faulty = str(Path(__file__).with_name("faulty_worker.py"))
    command = [*program, faulty, worker, directory]
    return EspeakEngine(command=command, reply_timeout=reply_timeout)


def voice(voice_id: str) -> Voice:
    known = find_voice(voice_id)
    assert known is not None
    return known


def samples(utterance: TimedSpeech) -> NDArray[np.int16]:
    return np.frombuffer(utterance.pcm, "<i2")


def length(utterance: TimedSpeech) -> int:
    return len(samples(utterance))


def check(text: str, utterance: TimedSpeech) -> None:
    """What holds for every utterance."""
    assert len(utterance.pcm) % 2 == 0
    assert "".join(utterance.characters) == text
    assert len(utterance.characters) == len(utterance.starts) == len(utterance.ends) == len(text)
    last = 0
    for start, end in zip(utterance.starts, utterance.ends, strict=True):
        assert last <= start <= end <= length(utterance)
        last = end


def pitches(utterance: TimedSpeech) -> NDArray[np.float64]:
    """The fundamental frequency of each voiced 46 ms, in Hz, by autocorrelation."""
    frequencies = []
    for frame in np.array_split(samples(utterance).astype(np.float64), length(utterance) // 1024):
        correlation = np.correlate(frame, frame, "full")[len(frame) - 1 :]
        shortest, longest = SAMPLE_RATE // 400, SAMPLE_RATE // 60
        lag = shortest + int(np.argmax(correlation[shortest:longest]))
        if correlation[lag] > 0.5 * correlation[0] > 1e9:
            frequencies.append(SAMPLE_RATE / lag)
    return np.array(frequencies)


def children() -> set[str]:
    """The process ids of this process's children (Linux; elsewhere none are seen)."""
    listing = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return set(listing.read_text().split()) if listing.exists() else set()


# --- sound and times --------------------------------------------------------------------------


async def test_a_sentence_is_heard_with_each_word_in_its_place(engine: EspeakEngine) -> None:
    utterance = await engine.speak(SENTENCE, DEFAULT_VOICE)
    check(SENTENCE, utterance)
    assert 2 * SAMPLE_RATE < length(utterance) < 4 * SAMPLE_RATE
    assert np.abs(samples(utterance)).max() > 10_000
    starts = [utterance.starts[index] for index in (0, 4, 10, 16, 20, 26, 31, 35, 40)]
    assert starts == sorted(set(starts))
    for start, following in zip(starts, [*starts[1:], length(utterance)], strict=True):
        heard = samples(utterance)[start:following].astype(np.float64)
        assert np.sqrt(np.mean(heard**2)) > 500  # each word's time holds sound


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\t \u3000"])
async def test_white_space_is_silent(engine: EspeakEngine, text: str) -> None:
    utterance = await engine.speak(text, DEFAULT_VOICE)
    check(text, utterance)
    assert utterance.pcm == b""


@pytest.mark.parametrize(
    "text",
    [
        "\x00\x01\x1b\x07",
        "a\x00b\x01 50Sc",
        "\ud800 lone \udfff",
        "😀👨\u200d👩\u200d👧🇩🇪",
        "שלום עולם, \u202eאבג\u202c",
        "你好，世界。",
        "\ufffd\ufffe\uffff\u0530\u0557\ue000",
        "z" + "\u0301" * 300,
        "x" * 500,
        "漢" * 500,
        "7" * 500,
        "...!!!???,,,",
        "<speak><break time='1h'/></speak> [[h@l'oU]] &amp; {{}}",
    ],
)
async def test_odd_text_is_spoken_or_silent_but_never_fatal(
    engine: EspeakEngine, text: str
) -> None:
    for identifier in ("en-us", "de", "cmn", "ar", "vi"):
        check(text, await engine.speak(text, voice(identifier), last=False))
    assert engine.restarts == 0


async def test_embedded_commands_in_a_text_do_not_reach_the_engine(engine: EspeakEngine) -> None:
    before = np.abs(samples(await engine.speak(SENTENCE, DEFAULT_VOICE))).max()
    await engine.speak("\x01" + "4F loud", DEFAULT_VOICE)  # emphasis, which would stay
    after = np.abs(samples(await engine.speak(SENTENCE, DEFAULT_VOICE))).max()
    assert after == pytest.approx(before, rel=0.1)


async def test_a_long_text_is_spoken_in_pieces_and_heard_as_one(engine: EspeakEngine) -> None:
    text = "Each sentence here is a clause of its own. " * 60
    assert len(text) > 2 * MAX_CHARACTERS
    one = length(await engine.speak(text[:43], DEFAULT_VOICE, last=False))
    utterance = await engine.speak(text, DEFAULT_VOICE)
    check(text, utterance)
    assert length(utterance) == pytest.approx(60 * one, rel=0.01)
    for index in range(0, len(text), 43):
        assert utterance.starts[index] == pytest.approx(index // 43 * one, abs=60 * DITHER)


@pytest.mark.parametrize(
    ("identifier", "parts"),
    [
        ("en-us", ["Hello world, ", "this is a test. ", "And another one!"]),
        ("en-us", ["A poem;\n\n", "in two verses — ", "and a half."]),
        ("de", ["Hallo Welt, ", "das ist ein Test: ", "eins und zwei."]),
        ("cmn", ["你好，", "世界。", "我们"]),
    ],
)
async def test_segments_join_to_the_length_of_the_whole(
    engine: EspeakEngine, identifier: str, parts: list[str]
) -> None:
    whole = await engine.speak("".join(parts), voice(identifier))
    joined = [await engine.speak(part, voice(identifier), last=part == parts[-1]) for part in parts]
    assert sum(map(length, joined)) == pytest.approx(length(whole), abs=len(parts) * DITHER)


async def test_a_segment_cut_inside_a_clause_gets_no_pause(engine: EspeakEngine) -> None:
    cut = await engine.speak("Hello big ", DEFAULT_VOICE, last=False)
    assert length(cut) == pytest.approx(
        length(await engine.speak("Hello big ", DEFAULT_VOICE)), abs=DITHER
    )


async def test_digits_are_read_one_by_one_and_keep_their_characters(engine: EspeakEngine) -> None:
    text = "It is 1984 now."
    number = await engine.speak(text, DEFAULT_VOICE)
    digits = await engine.speak(text, DEFAULT_VOICE, read_digits=True)
    spaced = await engine.speak("It is 1 9 8 4 now.", DEFAULT_VOICE)
    check(text, digits)
    assert length(digits) == pytest.approx(length(spaced), abs=DITHER)
    assert abs(length(digits) - length(number)) > DITHER
    starts = digits.starts[6:10]
    assert all(later - start > SAMPLE_RATE // 10 for start, later in pairwise(starts))


async def test_a_language_code_changes_what_is_heard(engine: EspeakEngine) -> None:
    german = await engine.speak("Straße 12", voice("de"))
    coded = await engine.speak("Straße 12", DEFAULT_VOICE, language="de")
    ignored = await engine.speak("Straße 12", DEFAULT_VOICE, language="xx")
    assert length(coded) == pytest.approx(length(german), abs=DITHER)
    assert abs(length(ignored) - length(german)) > DITHER


# --- voice settings ---------------------------------------------------------------------------


async def test_stability_flattens_the_melody(engine: EspeakEngine) -> None:
    lively, default, flat = [
        pitches(await engine.speak(SENTENCE, DEFAULT_VOICE, prosody=Prosody(stability=value))).std()
        for value in (0.0, 0.5, 1.0)
    ]
    assert lively > 1.3 * default
    assert flat < 0.6 * default


async def test_little_similarity_moves_the_pitch_away(engine: EspeakEngine) -> None:
    far, half, own, more = [
        np.median(
            pitches(
                await engine.speak(SENTENCE, DEFAULT_VOICE, prosody=Prosody(similarity_boost=value))
            )
        )
        for value in (0.0, 0.4, 0.75, 1.0)
    ]
    assert far > 1.1 * half > 1.1 * 1.05 * own
    assert more == pytest.approx(own, rel=0.03)


async def test_style_sets_the_words_apart_and_speed_is_a_factor(engine: EspeakEngine) -> None:
    default = length(await engine.speak(SENTENCE, DEFAULT_VOICE))
    styled = await engine.speak(SENTENCE, DEFAULT_VOICE, prosody=Prosody(style=1.0))
    assert length(styled) > default + 8 * SAMPLE_RATE // 20
    for speed in (0.7, 1.2):
        spoken = await engine.speak(SENTENCE, DEFAULT_VOICE, prosody=Prosody(speed=speed))
        assert length(spoken) == pytest.approx(default / speed, rel=0.06)


async def test_without_the_speaker_boost_the_voice_is_quieter(engine: EspeakEngine) -> None:
    def loudness(utterance: TimedSpeech) -> float:
        return float(np.sqrt(np.mean(samples(utterance).astype(np.float64) ** 2)))

    boosted = await engine.speak(SENTENCE, DEFAULT_VOICE)
    plain = await engine.speak(SENTENCE, DEFAULT_VOICE, prosody=Prosody(use_speaker_boost=False))
    assert loudness(plain) == pytest.approx(0.6 * loudness(boosted), rel=0.05)


async def test_no_listed_voice_and_no_klatt_variant_clips(engine: EspeakEngine) -> None:
    names = {espeak for _, _, _, espeak in ELEVENLABS_VOICES}
    names |= {listed.id for listed in VOICES if "+" in listed.id}
    names |= {f"en-us+{variant}" for variant in ("klatt4", "klatt5", "edward", "robosoft3")}
    for name in sorted(names):
        utterance = await engine.speak(SENTENCE, voice(name))
        assert np.count_nonzero(np.abs(samples(utterance).astype(np.int32)) >= 32_767) == 0, name


# --- many at once, cancelled ones, ends --------------------------------------------------------


async def test_speakers_at_once_each_get_their_own_words(engine: EspeakEngine) -> None:
    texts = [f"{'word ' * (number % 7 + 1)}{number}." for number in range(30)]
    alone = [length(await engine.speak(text, DEFAULT_VOICE)) for text in texts]
    together = await asyncio.gather(*(engine.speak(text, DEFAULT_VOICE) for text in texts))
    for text, utterance, expected in zip(texts, together, alone, strict=True):
        check(text, utterance)
        assert length(utterance) == pytest.approx(expected, abs=DITHER)


async def test_speakers_take_turns_piece_by_piece(engine: EspeakEngine) -> None:
    finished: list[str] = []

    async def speak(name: str, text: str) -> None:
        await engine.speak(text, DEFAULT_VOICE)
        finished.append(name)

    await asyncio.gather(speak("long", "A clause of words. " * 200), speak("short", "Me first."))
    assert finished == ["short", "long"]


async def test_a_cancelled_speaker_leaves_the_pipe_in_step(engine: EspeakEngine) -> None:
    expected = length(await engine.speak("One.", DEFAULT_VOICE))
    for _ in range(5):
        waiting = [
            asyncio.create_task(engine.speak("Many words to be spoken. " * 40, DEFAULT_VOICE))
            for _ in range(3)
        ]
        await asyncio.sleep(0)  # the requests are in the queue, the first is taken next
        for task in waiting:
            task.cancel()
        utterance = await engine.speak("One.", DEFAULT_VOICE)
        assert length(utterance) == pytest.approx(expected, abs=DITHER)
        assert all(
            isinstance(result, asyncio.CancelledError)
            for result in await asyncio.gather(*waiting, return_exceptions=True)
        )
    assert engine.restarts == 0


async def test_several_workers_share_the_queue() -> None:
    async with EspeakEngine(workers=2) as engine:
        assert len(set(engine.pids)) == 2
        utterances = await asyncio.gather(
            *(engine.speak(SENTENCE, DEFAULT_VOICE) for _ in range(6))
        )
        assert len({length(utterance) // DITHER for utterance in utterances}) <= 2


@posix
async def test_closing_ends_the_workers_and_refuses_who_still_waits() -> None:
    engine = EspeakEngine()
    await engine.start()
    waiting = [asyncio.create_task(engine.speak(SENTENCE * 20, DEFAULT_VOICE)) for _ in range(3)]
    await asyncio.sleep(0)
    pids = engine.pids
    await engine.close()
    for result in await asyncio.gather(*waiting, return_exceptions=True):
        assert isinstance(result, VoiceEngineError)
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    assert engine.pids == ()
    with pytest.raises(VoiceEngineError, match="not running"):
        await engine.speak("Hello.", DEFAULT_VOICE)


@posix
async def test_closing_while_a_worker_is_being_replaced_leaves_none_behind() -> None:
    before = children()
    for turns in range(12):
        engine = EspeakEngine()
        await engine.start()
        os.kill(engine.pids[0], signal.SIGKILL)
        speaking = asyncio.create_task(engine.speak(SENTENCE, DEFAULT_VOICE))
        for _ in range(turns):
            await asyncio.sleep(0)
        await engine.close()
        (result,) = await asyncio.gather(speaking, return_exceptions=True)
        assert isinstance(result, VoiceEngineError | TimedSpeech)
    assert children() <= before


def test_an_engine_can_be_started_again_in_another_loop() -> None:
    engine = EspeakEngine()

    async def speak() -> None:
        async with engine:
            check(SENTENCE, await engine.speak(SENTENCE, DEFAULT_VOICE))

    for _ in range(2):
        asyncio.run(speak())


# --- deaths ------------------------------------------------------------------------------------


@posix
async def test_a_killed_worker_is_replaced_and_nothing_is_lost(engine: EspeakEngine) -> None:
    expected = length(await engine.speak(SENTENCE, DEFAULT_VOICE))
    (killed,) = engine.pids
    os.kill(killed, signal.SIGKILL)
    utterance = await engine.speak(SENTENCE, DEFAULT_VOICE)
    assert length(utterance) == pytest.approx(expected, abs=DITHER)
    assert engine.restarts == 1
    assert engine.pids != (killed,)


@posix
async def test_a_worker_killed_in_the_middle_of_a_text_costs_no_word(engine: EspeakEngine) -> None:
    text = "Some words in a row, and more of them. " * 40
    expected = length(await engine.speak(text, DEFAULT_VOICE))
    (pid,) = engine.pids
    os.kill(pid, signal.SIGSTOP)
    speaking = asyncio.create_task(engine.speak(text, DEFAULT_VOICE))
    await asyncio.sleep(0)  # the first piece is on its way to a worker that stands still
    os.kill(pid, signal.SIGKILL)
    utterance = await speaking
    check(text, utterance)
    assert length(utterance) == pytest.approx(expected, rel=0.01)
    assert engine.restarts == 1


@posix
async def test_a_worker_that_stands_still_is_killed_and_replaced() -> None:
    async with EspeakEngine(reply_timeout=0.5) as engine:
        os.kill(engine.pids[0], signal.SIGSTOP)
        check(SENTENCE, await engine.speak(SENTENCE, DEFAULT_VOICE))
        assert engine.restarts >= 1


@posix
async def test_a_worker_killed_before_it_is_ready_is_started_again(tmp_path: Path) -> None:
    *python, program, worker, directory = worker_command()
    deaths = tmp_path / "deaths"
    dying = tmp_path / "dying.py"
    dying.write_text(
        "import os, pathlib, runpy, signal\n"
        f"deaths = pathlib.Path({str(deaths)!r})\n"
        "if deaths.exists() and len(deaths.read_bytes()) < 5:\n"
        "    deaths.open('ab').write(b'x')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        f"runpy.run_path({program!r}, run_name='__main__')\n"
    )
    async with EspeakEngine(command=[*python, str(dying), worker, directory]) as engine:
        deaths.touch()  # from now on the next five die
        os.kill(engine.pids[0], signal.SIGKILL)
        check(SENTENCE, await engine.speak(SENTENCE, DEFAULT_VOICE))
        assert deaths.read_bytes() == b"xxxxx"
        assert engine.restarts == 1


async def test_signs_that_kill_the_engine_are_left_unsaid(engine: EspeakEngine) -> None:
    # eSpeak NG 1.52 dies of a lone backtick in Vietnamese; a newer one may not.
    for text in ("`", "``` ```"):
        check(text, await engine.speak(text, voice("vi")))
    check("Xin chào", await engine.speak("Xin chào", voice("vi")))


async def test_a_text_that_kills_is_named_with_its_place_and_the_engine_lives_on() -> None:
    async with faulty_engine() as engine:
        with pytest.raises(VoiceEngineError, match="at character 20 of the text") as raised:
            await engine.speak("All is well until hið comes along.", DEFAULT_VOICE)
        assert raised.value.hint
        check(SENTENCE, await engine.speak(SENTENCE, DEFAULT_VOICE))


async def test_a_text_that_hangs_or_talks_nonsense_does_not_stop_the_others() -> None:
    async with faulty_engine(reply_timeout=0.5) as engine:
        results = await asyncio.gather(
            engine.speak("hang", DEFAULT_VOICE),
            engine.speak(SENTENCE, DEFAULT_VOICE),
            engine.speak("nonsense", DEFAULT_VOICE),
            engine.speak(SENTENCE, DEFAULT_VOICE),
            return_exceptions=True,
        )
        hung, first, nonsense, second = results
        # Cut in two, neither half of these words has the fault any more.
        for text, result in (
            ("hang", hung),
            (SENTENCE, first),
            ("nonsense", nonsense),
            (SENTENCE, second),
        ):
            assert isinstance(result, TimedSpeech)
            check(text, result)
        assert engine.restarts >= 4  # twice each


async def test_an_unknown_voice_is_an_error_and_no_death(engine: EspeakEngine) -> None:
    unknown = Voice("x", "x", "x", "male", "eSpeak NG", "no-such-voice")
    with pytest.raises(VoiceEngineError, match="no-such-voice"):
        await engine.speak("Hello.", unknown)
    assert engine.restarts == 0


# --- starting ----------------------------------------------------------------------------------


async def test_without_the_engine_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    with pytest.raises(LocalVoiceMissing, match="not installed") as raised:
        await EspeakEngine().start()
    assert "pip install" in raised.value.hint


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (["/no/such/program"], "No such file"),
        ([sys.executable, "-c", "pass"], "the worker ended"),
        ([sys.executable, "-c", "print('x' * 99)"], "malformed"),
    ],
)
async def test_a_worker_that_does_not_start_is_an_error(command: list[str], reason: str) -> None:
    with pytest.raises(LocalVoiceMissing, match=reason):
        await EspeakEngine(command=command).start()


async def test_a_directory_without_voice_data_is_an_error(tmp_path: Path) -> None:
    command = [*worker_command()[:-1], str(tmp_path)]
    with pytest.raises(LocalVoiceMissing, match="did not start"):
        await EspeakEngine(command=command, workers=2).start()


@posix
async def test_when_no_worker_can_be_started_again_the_next_speaker_tries(tmp_path: Path) -> None:
    *program, worker, directory = worker_command()
    copy = tmp_path / "worker.py"
    copy.symlink_to(worker)
    async with EspeakEngine(command=[*program, str(copy), directory]) as engine:
        copy.unlink()
        os.kill(engine.pids[0], signal.SIGKILL)
        for _ in range(2):
            with pytest.raises(LocalVoiceMissing):
                await engine.speak("Hello.", DEFAULT_VOICE)
        copy.symlink_to(worker)
        check(SENTENCE, await engine.speak(SENTENCE, DEFAULT_VOICE))


async def test_the_locale_of_the_server_is_left_alone(engine: EspeakEngine) -> None:
    before = locale.setlocale(locale.LC_CTYPE)
    await engine.speak(SENTENCE, DEFAULT_VOICE)
    assert locale.setlocale(locale.LC_CTYPE) == before


# --- any text, any voice -----------------------------------------------------------------------

SCRIPTS = [
    "abcdefgh ABC",
    "éüßñçøåœğ ",
    "абвгдежз ",
    "αβγδεζ ",
    "אבגדהו ",
    "ابتثجح ",
    "हिन्दीकख् ",
    "తెలుగుకఖ్ ",
    "ไทยกขคง",
    "한국어가나다 ",
    "日本語漢字かなカナ",
    "你好世界，。",
    "ქართული ",
    "አማርኛ ",
    "0123456789.,- ",
    "٠١٢٣ ",
    "$€%&@#*+=<>|\\/^~_[]{}() ",
    "😀👍🏽👨‍👩‍👧🇩🇪❤️ ",
    "\u200b\u200c\u200d\u200e\u202e ",
    "\x00\x01\x1b\x07\r\t\n",
    "\ud800\udfff\ufffd\uffff\u0530\ue000 ",
    "\u0300\u0301\u0302 ",
    ".,;:!?…—'\"“”\n ",
]
MIXED_TEXT = st.lists(
    st.sampled_from(SCRIPTS).flatmap(lambda script: st.text(script, max_size=12)), max_size=8
).map("".join)


@pytest.fixture(scope="module")
def engine_and_loop() -> Iterator[tuple[EspeakEngine, asyncio.Runner]]:
    with asyncio.Runner() as runner:
        engine = EspeakEngine()
        runner.run(engine.start())
        yield engine, runner
        runner.run(engine.close())


@given(
    text=MIXED_TEXT,
    speaker=st.sampled_from(VOICES),
    read_digits=st.booleans(),
    last=st.booleans(),
    prosody=st.builds(Prosody, stability=st.floats(0, 1), style=st.floats(0, 1)),
)
@settings(max_examples=100, deadline=None)
def test_any_text_with_any_voice_has_all_its_characters_in_order(
    engine_and_loop: tuple[EspeakEngine, asyncio.Runner],
    text: str,
    speaker: Voice,
    read_digits: bool,
    last: bool,
    prosody: Prosody,
) -> None:
    engine, loop = engine_and_loop
    speaking = engine.speak(text, speaker, prosody=prosody, read_digits=read_digits, last=last)
    check(text, loop.run(speaking))


# Markup

PHONEME = '<phoneme alphabet="{}" ph="{}">tomato</phoneme>'


async def test_a_break_is_a_pause_of_its_length_between_what_it_parts(engine: EspeakEngine) -> None:
    text = 'Hold on. <break time="1.5s"/>Now.'
    spoken = await engine.speak(text, DEFAULT_VOICE, markup=True)
    plain = await engine.speak("Hold on. Now.", DEFAULT_VOICE)
    check(text, spoken)
    assert abs(length(spoken) - length(plain) - 1.5 * SAMPLE_RATE) < DITHER
    begin, end = spoken.starts[text.index("<")], spoken.ends[text.index(">")]
    assert end - begin == 1.5 * SAMPLE_RATE
    assert not samples(spoken)[begin:end].any()


@pytest.mark.parametrize(
    ("alphabet", "pronunciation"), [("ipa", "təˈmeɪtoʊ"), ("cmu-arpabet", "T AH0 M EY1 T OW0")]
)
async def test_a_phoneme_element_is_spoken_by_its_pronunciation(
    engine: EspeakEngine, alphabet: str, pronunciation: str
) -> None:
    element = PHONEME.format(alphabet, pronunciation).replace("tomato", "x")
    text = f"I say {element} loudly."
    spoken = await engine.speak(text, DEFAULT_VOICE, markup=True)
    plain = await engine.speak("I say tomato loudly.", DEFAULT_VOICE)
    check(text, spoken)
    assert abs(length(spoken) - length(plain)) < DITHER
    x, tomato = text.index(">x<") + 1, "I say tomato loudly.".index("tomato")
    assert abs(spoken.starts[x] - plain.starts[tomato]) < DITHER
    assert abs(spoken.ends[x] - plain.ends[tomato + 5]) < 2 * DITHER


@pytest.mark.parametrize(("pronunciation", "voice_id"), [("ʁɛspɔ̃", "en-us"), ("təˈmeɪtoʊ", "de")])
async def test_a_pronunciation_that_does_not_map_is_spoken_as_the_word(
    engine: EspeakEngine, pronunciation: str, voice_id: str
) -> None:
    text = f"I say {PHONEME.format('ipa', pronunciation)} loudly."
    spoken = await engine.speak(text, voice(voice_id), markup=True)
    plain = await engine.speak("I say tomato loudly.", voice(voice_id))
    check(text, spoken)
    assert abs(length(spoken) - length(plain)) < DITHER


async def test_without_markup_tags_and_mnemonics_are_read_as_text(engine: EspeakEngine) -> None:
    for text in ('Wait <break time="2s"/> now.', f"I say {PHONEME.format('ipa', 'ˈtɛst')}."):
        spoken = await engine.speak(text, DEFAULT_VOICE)
        assert length(spoken) > 2.5 * SAMPLE_RATE
        assert np.abs(samples(spoken)).max() > 3_000
        check(text, spoken)


@posix
async def test_markup_is_kept_whole_where_a_text_must_be_spoken_in_pieces() -> None:
    text = f"one {PHONEME.format('ipa', 'təˈmeɪtoʊ')} two ð three"
    async with faulty_engine() as engine:
        with pytest.raises(VoiceEngineError):
            await engine.speak(text, DEFAULT_VOICE, markup=True)
        spoken = await engine.speak(text.replace("ð", "."), DEFAULT_VOICE, markup=True)
        check(text.replace("ð", "."), spoken)


async def test_a_sound_beyond_the_bound_is_not_made_and_the_next_text_is_spoken() -> None:
    pause = '<break time="1s"/>'
    async with EspeakEngine(most_seconds=3.0) as engine:
        for text, markup in (("龘" * 20, False), ("Hello. " * 200, False), (4 * pause, True)):
            with pytest.raises(SoundTooLong):
                await engine.speak(text, DEFAULT_VOICE, markup=markup)
        spoken = await engine.speak(SENTENCE, DEFAULT_VOICE)
        assert 2.0 < spoken.seconds < 3.0
        assert spoken.characters == tuple(SENTENCE)
        assert engine.restarts == 0
