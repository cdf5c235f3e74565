from __future__ import annotations

import asyncio
import re
import signal
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_tts import Audio, Panel, say, stream
from jupyter_tts.client.speech.cost import Cost
from jupyter_tts.notebook.output.saved_view import view_bundle
from jupyter_tts.notebook.runtime.session import current_session
from jupyter_tts.wire.errors import ParameterError
from jupyter_tts.wire.protocol import Final

pytestmark = pytest.mark.usefixtures("shared_server", "shell")


def texts(words: object) -> list[str]:
    return [word.text for word in words]  # type: ignore[attr-defined]  # a tuple of words


def test_say_returns_the_whole_speech(capsys: pytest.CaptureFixture[str]) -> None:
    speech = say("Hello you.", latency=3, stability=0.4)
    assert speech.complete
    assert len(speech.pcm) == 2 * round(speech.duration * speech.sample_rate)
    assert texts(speech.words) == ["Hello", "you."]
    assert speech.words[-1].end <= speech.duration + 0.001  # the wire has whole milliseconds
    assert speech.request.stability == 0.4
    assert speech.timeline.ttfb is not None
    assert capsys.readouterr().out.count("\n") == 1


def test_what_is_not_played_prints_nothing_and_files_are_named_as_one_types_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    speech = say("Hello you.", play=False, save=tmp_path / "quiet.wav")
    assert say(iter([" "]), play=False).frames == 0
    assert capsys.readouterr().out == ""
    assert (tmp_path / "quiet.wav").stat().st_size > len(speech.pcm)
    say("Hello you.", save=["~/my talk.mp3", f"{tmp_path}/talk.srt"])
    assert capsys.readouterr().out.splitlines()[-1] == 'Saved: "~/my talk.mp3", ~/talk.srt'
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize(
    ("save", "sentence"),
    [(5, "a path, or several, not 5"), ([None], "not None"), ("x/y/talk.wav", "no folder 'x/y'")],
)
def test_where_nothing_can_be_saved_nothing_is_sent(save: Any, sentence: str) -> None:
    with pytest.raises(ParameterError, match=sentence):
        say("Hello you.", save=save)


@pytest.mark.parametrize("voice", ["heart", "en-us"])
def test_every_word_of_a_text_that_repeats_itself_has_its_time(voice: str) -> None:
    text = "This is a sentence of some length, again and again, number one. " * 10
    for parameters in ({}, {"auto_mode": True}, {"latency": 4}):
        speech = say(text, voice=voice, **parameters)
        assert texts(speech.words) == text.split()
        assert speech.words[-1].end > 0.95 * speech.duration


def test_a_generator_is_read_in_the_callers_thread() -> None:
    seen = []

    def source() -> Iterator[str]:
        for word in ("one ", "two ", "three"):
            seen.append(threading.get_ident())
            yield word

    speech = say(source())
    assert speech.text == "one two three"
    assert texts(speech.words) == ["one", "two", "three"]
    assert set(seen) == {threading.get_ident()}


def test_an_async_generator_is_read_without_a_loop() -> None:
    async def source() -> AsyncIterator[str]:
        yield "one "
        yield "two"

    assert texts(say(source()).words) == ["one", "two"]


async def test_stream_gives_events_on_the_callers_loop() -> None:
    events = [event async for event in stream("Hello you.", format="pcm_16000")]
    assert events[-1] == Final()
    audio = [event for event in events if isinstance(event, Audio)]
    assert {event.sample_rate for event in audio} == {16_000}
    assert texts([word for event in audio for word in event.words]) == ["Hello", "you."]


@pytest.mark.parametrize("text", [None, 42, b"x", [1], ["Hi ", 3], "a \ud83d", ["\ud83d", "b"]])
async def test_what_is_no_text_is_refused_before_anything_happens(
    text: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    refusals = []
    for refuse in (lambda: say(text), lambda: Panel(text)):
        with pytest.raises(ParameterError) as caught:
            refuse()
        refusals.append(caught.value)
    with pytest.raises(ParameterError) as caught:
        await anext(stream(text))
    assert str(caught.value) == str(refusals[0])
    assert capsys.readouterr().out == ""
    assert not current_session().event_loop.running
    for refusal in refusals:
        assert str(refusal).encode().endswith(b" Nothing was sent.")


def test_halves_of_a_character_are_spoken_as_one(tmp_path: Path) -> None:
    def source() -> Iterator[str]:
        yield from ("One ", "\ud83d", "\ude00 two")

    for text in ("One \ud83d\ude00 two", ["One ", "\ud83d", "\ude00 two"], source()):
        speech = say(text, cache=True)
        assert speech.text == "One 😀 two"
        assert texts(speech.words) == ["One", "😀", "two"]
        assert [speech.text[slice(*word.span)] for word in speech.words if word.span] == [
            "One",
            "😀",
            "two",
        ]
        assert "😀" in view_bundle(speech)["text/html"]
        assert "😀" in speech.save(tmp_path / "talk.vtt").read_text("utf-8")
    assert say("One 😀 two", cache=True).cost == Cost(spared=9)


@pytest.mark.parametrize("wrong", ["\ud83d", 3])
def test_a_source_that_gives_no_text_fails_in_a_sentence(wrong: Any) -> None:
    def source() -> Iterator[str]:
        yield from ("One two. ", wrong, "never")

    with pytest.raises(ParameterError) as caught:
        say(source())
    speech = caught.value.speech
    assert speech is not None
    assert texts(speech.words) == ["One", "two."]
    assert speech.spoken == speech.text == "One two. "
    assert not speech.complete
    assert str(caught.value).encode()


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_empty_text_is_refused(text: str) -> None:
    with pytest.raises(ParameterError, match="the text is empty"):
        say(text)


async def test_stream_refuses_an_empty_text_as_well() -> None:
    with pytest.raises(ParameterError, match="the text is empty"):
        await anext(stream(" "))


def test_a_text_too_long_is_refused_whole_with_the_reason() -> None:
    with pytest.raises(ParameterError, match="200,000 characters") as caught:
        say("א你😀x" * 50_000)
    assert "Nothing was sent" in str(caught.value)


def test_a_source_without_text_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    assert say(iter([])).frames == 0
    assert "nothing to hear" in capsys.readouterr().out


async def test_a_text_of_tags_that_are_not_sent_is_refused_with_the_reason(
    capsys: pytest.CaptureFixture[str],
) -> None:
    reason = "the text has only audio tags, which are not sent, since eleven_flash_v2_5 would read"
    text, model = "[laughs] [sighs, softly]", "eleven_flash_v2_5"
    with pytest.raises(ParameterError, match=f"^{reason} .* Nothing was sent"):
        say(text, model=model)
    with pytest.raises(ParameterError, match=f"^{reason}"):
        await anext(stream(text, model=model))
    assert say(iter(text), model=model).frames == 0
    assert capsys.readouterr().out.startswith(f"There was nothing to hear: {reason}")


@pytest.mark.parametrize("text", [None, 42, b"bytes", "", " ", [], ["", " "], [None]])
def test_what_is_no_text_is_refused_in_one_sentence(text: Any) -> None:
    with pytest.raises(ParameterError, match=r"^(a text|the text is empty)[^\n]*$"):
        say(text)


def test_an_endless_source_is_read_no_faster_than_it_is_spoken() -> None:
    count = 0

    def source() -> Iterator[str]:
        nonlocal count
        while True:
            count += 1
            assert count <= 4_000, "an interrupt did not end the stream"
            if count == 4_000:
                signal.raise_signal(signal.SIGINT)
            yield "word "

    with pytest.raises(KeyboardInterrupt, match="speech stopped"):
        say(source())
    assert say("Still here.").complete


def test_every_fault_of_the_settings_is_named_at_once() -> None:
    with pytest.raises(ParameterError) as caught:
        say("x", latency=9, stabilty=1)
    assert len(caught.value.faults) == 2


def test_a_source_that_fails_raises_its_own_error_once_what_came_before_is_spoken(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def source() -> Iterator[str]:
        yield "One two. "
        raise LookupError("no more words")

    async def later() -> AsyncIterator[str]:
        for token in source():
            yield token

    for text in (source(), later()):
        with pytest.raises(LookupError, match="no more words") as caught:
            say(text)
        frames = {frame.name for frame in caught.traceback}
        assert "source" in frames
        assert not frames & {"stream_speech", "tokens"}
        assert re.search(r" s of speech .*, incomplete", capsys.readouterr().out)


def test_an_interrupt_ends_the_stream_and_the_wait() -> None:
    def source() -> Iterator[str]:
        yield "one "
        signal.raise_signal(signal.SIGINT)
        yield "two "

    with pytest.raises(KeyboardInterrupt, match="speech stopped"):
        say(source())

    async def others() -> int:
        pending = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.wait({task for task in pending if "_receive" in repr(task)} or {_done()})
        return sum("_receive" in repr(task) for task in asyncio.all_tasks())

    assert current_session().event_loop.submit(others()).result() == 0


def _done() -> asyncio.Future[None]:
    future = asyncio.get_running_loop().create_future()
    future.set_result(None)
    return future


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 24000, 44100, 48000])
def test_every_pcm_format_is_spoken(rate: int) -> None:
    speech = say("Hello.", format=f"pcm_{rate}")
    assert speech.sample_rate == rate
    assert 0.3 < speech.duration < 1.5


@pytest.mark.parametrize("name", ["ulaw_8000", "alaw_8000"])
def test_telephone_formats_are_decoded(name: str) -> None:
    assert say("Hello.", format=name).sample_rate == 8000
