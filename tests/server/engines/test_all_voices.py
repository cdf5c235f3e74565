"""The choice of an engine: by voice, then by language, then by the text's script."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import pytest

from jupyter_tts.server.engines import all_voices
from jupyter_tts.server.engines.all_voices import AllVoices
from jupyter_tts.server.engines.espeak.engine import EspeakEngine
from jupyter_tts.server.engines.espeak.voices import DEFAULT_VOICE
from jupyter_tts.server.engines.natural import installation
from jupyter_tts.server.engines.natural.voices import HEART
from jupyter_tts.server.engines.scripts import (
    UNDETERMINED,
    is_written_in,
    script_language,
    script_runs,
)
from jupyter_tts.server.engines.timed_speech import SAMPLE_RATE, TimedSpeech, silence
from jupyter_tts.server.engines.voices import Voice
from jupyter_tts.wire.errors import LocalVoiceMissing, VoiceEngineError


class FakeEngine:
    """An engine that notes what it is asked for, and gives a tenth of a second per character."""

    def __init__(self, *voices: Voice, speaks_all: bool = False) -> None:
        self._voices = voices
        self.speaks_all = speaks_all
        self.starts = 0
        self.fails_to_start = 0
        self.fails_to_speak = False
        self.is_running = False
        self.spoken: list[tuple[str, str, str | None]] = []

    @property
    def description(self) -> str:
        return "A fake"

    @property
    def voices(self) -> Sequence[Voice]:
        return self._voices

    @property
    def languages(self) -> Mapping[str, str]:
        return {"en": "English", "de": "German", "zh": "Chinese"}

    def find_voice(self, voice_id: str) -> Voice | None:
        return next((voice for voice in self._voices if voice.id == voice_id), None)

    def speaks(self, voice: Voice, language: str) -> bool:
        base = language.lower().partition("-")[0]
        return base in self.languages if self.speaks_all else language in ("en", "en-US")

    def prepare(self, voice: Voice) -> None:
        pass

    async def start(self) -> None:
        await asyncio.sleep(0)
        if self.fails_to_start:
            self.fails_to_start -= 1
            raise LocalVoiceMissing("It did not start.", hint="")
        self.starts += 1
        self.is_running = True

    async def close(self) -> None:
        self.is_running = False

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def speak(
        self, text: str, voice: Voice, *, language: str | None = None, **options: Any
    ) -> TimedSpeech:
        if not self.is_running:
            raise VoiceEngineError("The embedded voice is not running.")
        if self.fails_to_speak:
            raise VoiceEngineError("It cannot speak.")
        self.spoken.append((text, voice.id, language))
        rate = SAMPLE_RATE if self.speaks_all else 24_000
        return silence(text, seconds=0.1 * len(text), sample_rate=rate)


def engines() -> tuple[AllVoices, FakeEngine, FakeEngine]:
    espeak, natural = FakeEngine(DEFAULT_VOICE, speaks_all=True), FakeEngine(HEART)
    return AllVoices(espeak, [natural]), espeak, natural


@pytest.mark.parametrize("language", [None, "en", "en-US", "tlh"])
async def test_english_with_a_natural_voice_is_natural(language: str | None) -> None:
    both, espeak, natural = engines()
    async with both:
        await both.speak("Hello.", HEART, language=language)
    own = None if language == "tlh" else language
    assert natural.spoken == [("Hello.", "heart", own)]
    assert espeak.spoken == []


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Hallo.", "de", "de"),
        ("Hallo.", "de-DE", "de-DE"),
        ("你好，OK。", None, "zh"),
        ("Здравствуйте.", "en", "ru"),
    ],
)
async def test_another_language_is_espeaks(text: str, language: str | None, expected: str) -> None:
    both, espeak, natural = engines()
    async with both:
        await both.speak(text, HEART, language=language)
    assert espeak.spoken == [(text, "en-us", expected)]
    assert natural.starts == 0


async def test_an_espeak_voice_stays_espeaks() -> None:
    both, espeak, natural = engines()
    async with both:
        await both.speak("Hello.", DEFAULT_VOICE)
    assert espeak.spoken == [("Hello.", "en-us", None)]
    assert natural.starts == 0


async def test_the_natural_engine_starts_once_at_its_first_text_and_ends_with_the_other() -> None:
    both, espeak, natural = engines()
    async with both:
        assert (espeak.starts, natural.starts) == (1, 0)
        await asyncio.gather(*(both.speak("Hello.", HEART) for _ in range(5)))
        assert natural.starts == 1
    assert not natural.is_running
    assert not espeak.is_running


async def test_a_natural_engine_that_did_not_start_is_tried_again_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    both, espeak, natural = engines()
    natural.fails_to_start = 1
    async with both:
        for _ in range(2):
            spoken = await both.speak("Hello.", HEART)
            assert spoken.note == "eSpeak NG speaks instead of Heart. It did not start."
        assert espeak.spoken == 2 * [("Hello.", "en-us", None)]
        monkeypatch.setattr(all_voices, "_RETRY_AFTER", -1.0)
        assert (await both.speak("Hello.", HEART)).note == ""
    assert natural.spoken == [("Hello.", "heart", None)]


async def test_what_the_natural_engine_cannot_speak_espeak_speaks() -> None:
    both, espeak, natural = engines()
    natural.fails_to_speak = True
    async with both:
        spoken = await both.speak("Hello.", HEART)
    assert espeak.spoken == [("Hello.", "en-us", None)]
    assert spoken.note == "eSpeak NG speaks instead of Heart. It cannot speak."


async def test_a_voice_that_is_about_to_speak_is_prepared() -> None:
    both, _, natural = engines()
    async with both:
        both.prepare(DEFAULT_VOICE)
        await asyncio.sleep(0)
        assert natural.starts == 0
        both.prepare(HEART)
        both.prepare(HEART)
        await both.speak("Hello.", HEART)
        assert natural.starts == 1


async def test_an_engine_that_is_still_starting_is_ended() -> None:
    both, _, natural = engines()
    async with both:
        both.prepare(HEART)
    assert not natural.is_running


async def test_words_in_other_letters_are_espeaks_and_the_rest_stays_natural() -> None:
    both, espeak, natural = engines()
    text = "The word 你好 means hello, Привет too."
    async with both:
        spoken = await both.speak(text, HEART)
    assert natural.spoken == [
        ("The word ", "heart", None),
        ("means hello, ", "heart", None),
        ("too.", "heart", None),
    ]
    assert espeak.spoken == [("你好 ", "en-us", "zh"), ("Привет ", "en-us", "ru")]
    assert spoken.note == "eSpeak NG speaks Chinese and ru: Heart speaks English."
    assert "".join(spoken.characters) == text
    assert spoken.sample_rate == 24_000
    # A tenth of a second each, whichever rate it was made at.
    assert len(spoken.pcm) / 2 / 24_000 == pytest.approx(0.1 * len(text))
    assert [start / 24_000 for start in spoken.starts] == pytest.approx(
        [0.1 * index for index in range(len(text))], abs=0.001
    )


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("你好。", "eSpeak NG speaks Chinese: Heart speaks English."),
        ("ᚠᚢᚦ", "eSpeak NG speaks what is in other letters: Heart speaks English."),
        ("Hello.", ""),
    ],
)
async def test_who_speaks_instead_is_told(text: str, note: str) -> None:
    both, _, _ = engines()
    async with both:
        assert (await both.speak(text, HEART)).note == note


async def test_a_voice_that_was_removed_meanwhile_is_stood_in_for() -> None:
    both, espeak, _ = engines()
    async with both:
        spoken = await both.speak("Hello.", dataclasses.replace(HEART, id="joe", name="Joe"))
    assert espeak.spoken == [("Hello.", "en-us", None)]
    assert spoken.note == "eSpeak NG speaks: Joe is gone."


async def test_a_voice_that_was_replaced_meanwhile_speaks() -> None:
    both, _, natural = engines()
    async with both:
        spoken = await both.speak("Hello.", dataclasses.replace(HEART, language="de"))
    assert natural.spoken == [("Hello.", "heart", None)]
    assert spoken.note == ""


async def test_what_an_engine_says_of_its_own_sound_is_handed_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    both, _, natural = engines()
    plain = natural.speak

    async def speak(text: str, voice: Voice, **options: Any) -> TimedSpeech:
        return dataclasses.replace(await plain(text, voice, **options), note="Times are estimates.")

    monkeypatch.setattr(natural, "speak", speak)
    async with both:
        assert (await both.speak("Hello.", HEART)).note == "Times are estimates."
        assert (await both.speak("Hello 你好.", HEART)).note.startswith("eSpeak NG speaks Chinese")


async def test_markup_is_not_cut() -> None:
    both, espeak, natural = engines()
    text = 'Say <sub alias="hello">你好</sub>, please, to all of them.'
    async with both:
        await both.speak(text, HEART, markup=True)
    assert natural.spoken == [(text, "heart", None)]
    assert espeak.spoken == []


def test_both_kinds_of_voices_are_listed_and_found() -> None:
    both, _, _ = engines()
    assert [(voice.id, voice.kind) for voice in both.voices] == [
        ("heart", "natural"),
        ("en-us", "synthetic"),
    ]
    assert both.find_voice("heart") == HEART
    assert both.find_voice("en-us") == DEFAULT_VOICE
    assert both.find_voice("nobody") is None


async def test_without_its_package_no_natural_voice_is_listed_and_espeak_speaks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(installation, "find_spec", lambda name: None)
    async with AllVoices() as both:
        assert {voice.kind for voice in both.voices} == {"synthetic"}
        assert both.description == EspeakEngine().description
        heart = both.find_voice("heart")
        assert heart is not None
        spoken = await both.speak("Hello.", heart)
    assert spoken.pcm
    assert spoken.note.startswith(
        "eSpeak NG speaks instead of Heart. The natural voice is not installed."
    )
    assert "jupyter_tts[natural]" in spoken.note


async def test_one_text_in_either_real_voice() -> None:
    async with AllVoices() as both:
        english = await both.speak("Hello.", HEART)
        chinese = await both.speak("你好。", HEART)
    assert english.pcm
    assert chinese.pcm


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("", [("", None)]),
        ("1, 2.", [("1, 2.", None)]),
        ("Hi 世界!", [("Hi ", None), ("世界!", "zh")]),
        ("“東京は”, he said", [("“東京は”, ", "ja"), ("he said", None)]),
        ("5 µm and Ω", [("5 µm and ", None), ("Ω", "el")]),
        ("ａ 𝕳ﬁ ﾊﾛ", [("ａ 𝕳ﬁ ", None), ("ﾊﾛ", "ja")]),
    ],
)
def test_a_text_is_cut_where_its_script_changes(
    text: str, runs: list[tuple[str, str | None]]
) -> None:
    assert script_runs(text) == runs


@pytest.mark.parametrize(
    ("language", "script"), [("uk", "ru"), ("fa", "ar"), ("cmn", "zh"), ("ru-ru", "ru")]
)
def test_languages_share_scripts(language: str, script: str) -> None:
    assert is_written_in(language, script)
    assert not is_written_in("en-us", script)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hello, world.", None),
        ("Grüße aus Köln, ça va?", None),
        ("1, 2, 3 ...", None),
        ("", None),
        ("你好，世界。", "zh"),
        ("東京は大きい。", "ja"),
        ("안녕하세요", "ko"),
        ("Привет, мир", "ru"),
        ("Γειά σου", "el"),
        ("שלום", "he"),
        ("مرحبا", "ar"),
        ("नमस्ते", "hi"),
        ("ᚠᚢᚦ", UNDETERMINED),
        ("The word 你好 means hello.", None),
    ],
)
def test_a_script_suggests_a_language(text: str, language: str | None) -> None:
    assert script_language(text) == language
