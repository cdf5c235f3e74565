"""The choice of an engine: by voice, then by language, then by the text's script."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import pytest

from jupyter_tts.server.engines import all_voices
from jupyter_tts.server.engines.all_voices import AllVoices
from jupyter_tts.server.engines.espeak.engine import EspeakEngine
from jupyter_tts.server.engines.espeak.voices import DEFAULT_VOICE
from jupyter_tts.server.engines.natural.voices import HEART
from jupyter_tts.server.engines.scripts import UNDETERMINED, script_language
from jupyter_tts.server.engines.timed_speech import TimedSpeech, silence
from jupyter_tts.server.engines.voices import Voice
from jupyter_tts.wire.errors import LocalVoiceMissing, VoiceEngineError


class FakeEngine:
    """An engine that notes what it is asked for, and gives a tenth of a second per character."""

    def __init__(self, *voices: Voice) -> None:
        self._voices = voices
        self.starts = 0
        self.fails_to_start = 0
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
        self.spoken.append((text, voice.id, language))
        return silence(text, seconds=0.1 * len(text))


def engines() -> tuple[AllVoices, FakeEngine, FakeEngine]:
    espeak, natural = FakeEngine(DEFAULT_VOICE), FakeEngine(HEART)
    return AllVoices(espeak, natural), espeak, natural


@pytest.mark.parametrize("language", [None, "en", "en-US", "tlh"])
async def test_english_with_a_natural_voice_is_natural(language: str | None) -> None:
    both, espeak, natural = engines()
    async with both:
        await both.speak("Hello.", HEART, language=language)
    assert natural.spoken == [("Hello.", "heart", None)]
    assert espeak.spoken == []


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [("Hallo.", "de", "de"), ("Hallo.", "de-DE", "de-DE"), ("你好，OK。", None, "zh")],
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


async def test_a_natural_engine_that_did_not_start_is_tried_again() -> None:
    both, _, natural = engines()
    natural.fails_to_start = 1
    async with both:
        with pytest.raises(LocalVoiceMissing, match="did not start"):
            await both.speak("Hello.", HEART)
        await both.speak("Hello.", HEART)
    assert natural.starts == 1


def test_both_kinds_of_voices_are_listed_and_found() -> None:
    both, _, _ = engines()
    assert [(voice.id, voice.kind) for voice in both.voices] == [
        ("heart", "natural"),
        ("en-us", "synthetic"),
    ]
    assert both.find_voice("heart") == HEART
    assert both.find_voice("en-us") == DEFAULT_VOICE
    assert both.find_voice("nobody") is None


async def test_without_its_package_there_is_no_natural_voice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(all_voices.installation, "is_installed", lambda: False)
    async with AllVoices() as both:
        assert both.find_voice("heart") is None
        assert {voice.kind for voice in both.voices} == {"synthetic"}
        assert both.description == EspeakEngine().description
        assert (await both.speak("Hello.", DEFAULT_VOICE)).pcm


async def test_one_text_in_either_real_voice() -> None:
    async with AllVoices() as both:
        english = await both.speak("Hello.", HEART)
        chinese = await both.speak("你好。", HEART)
    assert english.pcm
    assert chinese.pcm


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
