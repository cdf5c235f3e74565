from __future__ import annotations

from datetime import date

import pytest

from jupyter_tts.wire.notes import request_notes
from jupyter_tts.wire.request import SpeechRequest

TODAY = date(2026, 12, 1)
LATER = date(2027, 1, 1)


def test_a_voice_that_ends_is_noted_with_its_day() -> None:
    assert "end on" in request_notes(SpeechRequest(voice="EXAVITQu4vr4xnSDxMaL"), TODAY)["voice"]
    assert "ended on" in request_notes(SpeechRequest(voice="EXAVITQu4vr4xnSDxMaL"), LATER)["voice"]


@pytest.mark.parametrize("server", ["eu", "wss://api.elevenlabs.io"])
def test_a_voice_is_noted_at_every_host(server: str) -> None:
    request = SpeechRequest(server=server, voice="JBFqnCBsd6RMkjVDRZzb")
    assert "Eldrin" in request_notes(request, TODAY)["voice"]


def test_the_voice_of_a_request_that_names_none_does_not_end() -> None:
    assert request_notes(SpeechRequest(), LATER) == {}


def test_an_old_model_names_its_successor() -> None:
    assert "deprecated" in request_notes(SpeechRequest(model="eleven_turbo_v2"), TODAY)["model"]
    removed = request_notes(SpeechRequest(model="eleven_monolingual_v1"), TODAY)["model"]
    assert "was removed on 2026-07-09" in removed
    assert "eleven_flash_v2" in removed


def test_a_language_that_a_model_may_not_take_is_noted() -> None:
    request = SpeechRequest(model="eleven_multilingual_v2", language="de")
    assert "from the text" in request_notes(request, TODAY)["language"]


@pytest.mark.parametrize("server", ["local", "https://speech.example"])
def test_another_server_has_voices_and_models_of_its_own(server: str) -> None:
    request = SpeechRequest(server=server, voice="EXAVITQu4vr4xnSDxMaL", model="eleven_turbo_v2")
    assert request_notes(request, LATER) == {}


def test_a_request_of_today_has_no_notes() -> None:
    request = SpeechRequest(voice="6WwXjDDEMyNmFG95zycZ", model="eleven_flash_v2_5", language="de")
    assert request_notes(request, LATER) == {}
