"""A speech in files."""

from __future__ import annotations

import io
import os
import wave
from pathlib import Path

import av
import numpy as np
import pytest

from jupyter_tts import __version__
from jupyter_tts.audio import files
from jupyter_tts.client.speech.events import Audio
from jupyter_tts.client.speech.saving import check_path, describe, file_name
from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.wire.alignment import Word
from jupyter_tts.wire.errors import ParameterError, TTSError, UnsupportedFormat
from jupyter_tts.wire.request import SpeechRequest

LOUD = np.full(12_000, 9_000, "<i2").tobytes()
WORDS = (Word("Hi", 0.1, 0.2), Word("you.", 0.25, 0.5))


def speech(text: str = "Hi you.", label: str = "ElevenLabs · v", **parameters: object) -> Speech:
    request = SpeechRequest(**{"voice": "v", "server": "eu", **parameters})
    return Speech(text, request, 24_000, Timeline(lambda: 1.0), label=label)


@pytest.fixture
def spoken() -> Speech:
    made = speech()
    made.add(Audio(LOUD, 24_000, WORDS))
    return made


def test_sound_is_saved_by_suffix_and_returns_where(spoken: Speech, tmp_path: Path) -> None:
    for name in ("a.WAV", "a.mp3", "a.flac", "a.ogg"):
        path = spoken.save(tmp_path / name)
        assert path == tmp_path / name
        with av.open(io.BytesIO(path.read_bytes())) as file:
            assert file.format.name == path.suffix.lower()[1:]
            assert file.metadata.get("title") or file.streams[0].metadata["title"] == "Hi you."
    with wave.open(str(tmp_path / "a.WAV")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (24_000, 1, 2)
        assert file.readframes(20_000) == LOUD


def test_subtitles_are_saved_by_suffix(spoken: Speech, tmp_path: Path) -> None:
    assert spoken.save(tmp_path / "a.vtt").read_text("utf-8") == (
        "WEBVTT\n\n00:00:00.100 --> 00:00:01.100\nHi <00:00:00.250>you.\n"
    )
    assert spoken.save(tmp_path / "a.srt").read_text("utf-8") == (
        "1\n00:00:00,100 --> 00:00:01,100\nHi you.\n"
    )


def test_a_path_may_begin_at_home(
    spoken: Speech, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert spoken.save("~/a.wav").parent == tmp_path


@pytest.mark.parametrize("name", ["talk.aac", "talk", ".mp3"])
def test_another_suffix_is_refused_before_anything_is_written(
    spoken: Speech, tmp_path: Path, name: str
) -> None:
    with pytest.raises(
        UnsupportedFormat, match=r"\.wav, \.mp3, \.flac or \.ogg, .* \.vtt or \.srt"
    ):
        spoken.save(tmp_path / name)
    assert os.listdir(tmp_path) == []


def test_what_cannot_be_written_here_is_told_before_anything_is_spoken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ParameterError, match="there is no folder"):
        check_path(tmp_path / "none" / "talk.wav")
    for name in ("\ud83d.wav", "\ud83d", "a\0b.wav", "\ud83d/talk.wav"):
        with pytest.raises(ParameterError, match="no file can have the name"):
            check_path(name)
    monkeypatch.setattr(files, "find_spec", lambda package: None)
    with pytest.raises(UnsupportedFormat, match=r"jupyter_tts\[codecs\]"):
        check_path(tmp_path / "talk.FLAC")
    assert check_path(tmp_path / "talk.mp3")


def test_an_incomplete_speech_is_saved_with_what_it_has(tmp_path: Path) -> None:
    made = speech("Hi you and all the others.")
    made.add(Audio(LOUD, 24_000, WORDS[:1]))
    assert not made.complete
    with wave.open(str(made.save(tmp_path / "a.wav"))) as file:
        assert file.readframes(20_000) == LOUD
    assert made.save(tmp_path / "a.srt").read_text("utf-8").endswith("\nHi\n")


def test_nothing_is_not_saved(spoken: Speech, tmp_path: Path) -> None:
    with pytest.raises(TTSError, match="Nothing was spoken"):
        speech().save(tmp_path / "a.wav")
    untold = speech()
    untold.add(Audio(LOUD, 24_000))
    with pytest.raises(TTSError, match=r"no times of words, so a\.vtt"):
        untold.save(tmp_path / "a.vtt")
    assert os.listdir(tmp_path) == []


def test_tags_say_who_spoke_what_and_how(spoken: Speech) -> None:
    tags = describe(speech(latency=4, stability=0.4, speaker_boost=False, model="m"))
    assert (tags.title, tags.artist, tags.text) == ("Hi you.", "ElevenLabs · v", "Hi you.")
    assert tags.software == f"jupyter_tts {__version__}"
    assert dict(tags.settings) == {
        "voice": "v",
        "model": "m",
        "latency": "4",
        "stability": "0.4",
        "speaker_boost": "False",
        "schedule": "50",
        "normalize": "off",
        "server": "api.eu.residency.elevenlabs.io",
    }


def test_of_a_server_only_the_host_is_told() -> None:
    tags = describe(speech(server="https://voices.example.org:8443/for/my-secret/use"))
    assert dict(tags.settings)["server"] == "voices.example.org:8443"
    remarked = speech(label="example.org · v · without your key, since nobody trusts it")
    assert describe(remarked).artist == "example.org · v"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("One\n two.", "One two."),
        ("word " * 40, "word " * 11 + "word…"),
        ("好" * 200, "好" * 59 + "…"),
    ],
)
def test_a_title_is_the_first_words(text: str, title: str) -> None:
    assert describe(speech(text)).title == title


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Hello, you!", "hello-you"),
        ("Don't  stop — it’s\n“fine”.", "dont-stop-its-fine"),
        ("../../etc/passwd: a<b>|c?*", "etc-passwd-a-b-c"),
        ("你好，世界。", "你好-世界"),
        ("नमस्ते दुनिया", "नमस्ते-दुनिया"),
        ("E\u0301tude no. 3", "étude-no-3"),
        ("Con", "speech-con"),
        ("LPT1.", "speech-lpt1"),
        ("…!", "speech"),
        ("", "speech"),
        ("word " * 50, "word-word-word-word-word-word-word-word"),
        ("x" * 300, "x" * 40),
        ("a\0b\u202ec", "a-b-c"),
    ],
)
def test_a_file_is_called_after_the_first_words_on_every_system(text: str, name: str) -> None:
    assert file_name(speech(text)) == name


def test_a_file_is_called_as_its_user_calls_the_speech(spoken: Speech) -> None:
    spoken.name = "My_talk"
    assert file_name(spoken) == file_name(spoken.scaled(0.5)) == "My_talk"
