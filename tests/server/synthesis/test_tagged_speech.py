from __future__ import annotations

from typing import Any, cast

import pytest

from jupyter_tts.server.engines.engine import Engine
from jupyter_tts.server.engines.espeak.voices import find_voice
from jupyter_tts.server.engines.timed_speech import TimedSpeech
from jupyter_tts.server.synthesis.tagged_speech import pause_seconds, speak_tagged, tagged_runs


class Recorder:
    """An engine at 24 kHz: a thousand samples for every character."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    async def speak(self, text: str, *_: Any, **__: Any) -> TimedSpeech:
        self.texts.append(text)
        ends = tuple(1_000 * (index + 1) for index in range(len(text)))
        return TimedSpeech(bytes(2_000 * len(text)), tuple(text), (0, *ends[:-1]), ends, 24_000)


async def spoken(text: str) -> tuple[list[str], list[TimedSpeech]]:
    engine, voice = Recorder(), find_voice("en-us")
    assert voice is not None
    return engine.texts, await speak_tagged(cast(Engine, engine), text, voice)


async def test_a_tag_is_a_pause_and_keeps_its_characters() -> None:
    texts, parts = await spoken("[laughs] Well. [pause]")
    assert texts == [" Well. "]
    assert "".join(character for part in parts for character in part.characters) == (
        "[laughs] Well. [pause]"
    )
    laughs, _, pause = (len(part.pcm) / 2 / part.sample_rate for part in parts)
    assert 0 < laughs < pause
    assert {part.sample_rate for part in parts} == {24_000}
    assert parts[0].ends[-1] == len(parts[0].pcm) // 2


async def test_a_bracket_that_is_no_tag_is_spoken() -> None:
    texts, _ = await spoken("See [1] and [a link](https://example.org).")
    assert texts == ["See [1] and [a link](https://example.org)."]


async def test_a_text_of_tags_alone_is_silent() -> None:
    texts, parts = await spoken("[sighs][pause]")
    assert texts == []
    assert not any(b"".join(part.pcm for part in parts))


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("a /ˈbiː/ & <c> /or/",
         'a <phoneme alphabet="ipa" ph="ˈbiː">ˈbiː</phoneme> &amp; &lt;c&gt; /or/'),
        ("and/ɔːr/not /or/ 1/2", "and/ɔːr/not /or/ 1/2"),
        ("用/ˈbiː/。", '用<phoneme alphabet="ipa" ph="ˈbiː">ˈbiː</phoneme>。'),
        ("/ ə / /a\nə/ /[ə]/", "/ ə / /a\nə/ /[ə]/"),
    ],
)  # fmt: skip
async def test_ipa_between_slashes_is_spoken_by_its_sounds(text: str, given: str) -> None:
    texts, (part,) = await spoken(text)
    assert texts == [given]
    assert "".join(part.characters) == text
    assert [*part.starts] == sorted(part.starts)
    assert part.ends[-1] == len(part.pcm) // 2
    if (first := text.find("/ˈbiː/")) >= 0:
        begin = 1_000 * given.index("<phoneme")
        assert part.starts[first] == begin
        assert part.ends[first + 5] == 1_000 * (given.index("</phoneme>") + 10)


@pytest.mark.parametrize(
    ("shorter", "longer"),
    [("[laughs]", "[short pause]"), ("[short pause]", "[pause]"), ("[pause]", "[long pause]")],
)
def test_a_pause_is_as_long_as_it_says(shorter: str, longer: str) -> None:
    assert pause_seconds(shorter) < pause_seconds(longer)


@pytest.mark.parametrize("text", ["", "[laughs]", "a [laughs] b", "[a] [bc][de]f"])
def test_the_runs_joined_are_the_text(text: str) -> None:
    assert "".join(run for run, _ in tagged_runs(text)) == text
