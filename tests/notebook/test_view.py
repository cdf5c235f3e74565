from __future__ import annotations

import base64
import io
import re
import wave

import numpy as np
import pytest

from jupyter_tts.client.speech import Speech
from jupyter_tts.client.stream import Audio
from jupyter_tts.client.timeline import Timeline
from jupyter_tts.notebook import view
from jupyter_tts.notebook.view import error_bundle, request_bundle, view_bundle
from jupyter_tts.wire.request import SpeechRequest

LOUD = np.full(2400, 9000, "<i2").tobytes()


@pytest.fixture
def speech() -> Speech:
    made = Speech(
        "Is 1 < 2? <script>", SpeechRequest(), 24_000, Timeline(lambda: 1.0), label="A & B"
    )
    made.add(Audio(LOUD, 24_000))
    made.complete = True
    return made


def test_the_sound_is_in_the_audio_element_itself(speech: Speech) -> None:
    html = view_bundle(speech)["text/html"]
    found = re.search(
        r'<audio controls preload="metadata" src="data:audio/wav;base64,([^"]+)">', html
    )
    assert found
    with wave.open(io.BytesIO(base64.b64decode(found[1]))) as file:
        assert file.readframes(10_000) == LOUD
        assert file.getframerate() == 24_000
    assert "<source" not in html
    assert html.count("data:audio") == 1


def test_it_holds_no_widget_and_no_script(speech: Speech) -> None:
    bundle = view_bundle(speech)
    assert set(bundle) == {"text/html", "text/plain"}
    assert "<script" not in bundle["text/html"]
    assert "Is 1 &lt; 2? &lt;script&gt;" in bundle["text/html"]
    assert "A &amp; B" in bundle["text/html"]


def test_a_sound_too_large_for_a_notebook_is_left_out_with_a_note(
    speech: Speech, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "MAX_SAVED", 4799)
    html = view_bundle(speech)["text/html"]
    assert "<audio" not in html
    assert "too large to be kept in a notebook" in html
    assert speech.request.url.partition("?")[0].rpartition("/")[2] in html


def test_plain_text_says_what_was_made(speech: Speech) -> None:
    assert view_bundle(speech)["text/plain"] == "0.10 s of speech at 24000 Hz"
    speech.complete = False
    assert "incomplete" in view_bundle(speech)["text/plain"]


def test_a_request_is_shown_with_its_url_and_message() -> None:
    request = SpeechRequest(latency=4)
    plain = request_bundle(request)["text/plain"]
    assert plain.splitlines()[0] == request.url
    assert '"chunk_length_schedule": [50]' in plain


def test_an_error_is_one_escaped_sentence() -> None:
    bundle = error_bundle("No <b>.")
    assert "No &lt;b&gt;." in bundle["text/html"]
    assert bundle["text/plain"] == "No <b>."
