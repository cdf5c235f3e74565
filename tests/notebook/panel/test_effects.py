from __future__ import annotations

import pytest

from jupyter_tts import server
from jupyter_tts.audio import codecs
from jupyter_tts.notebook.panel.effects import LOCAL_WITHOUT_EFFECT, without_effect
from jupyter_tts.wire.parameters import PARAMETERS, parameter
from jupyter_tts.wire.request import SpeechRequest


def documented(wire: str) -> str:
    """What the embedded server's own table says of a parameter."""
    assert server.__doc__
    rows = server.__doc__.split(f"``{wire}``")[1]
    return " ".join(rows.split("\n``")[0].split())


@pytest.mark.parametrize(
    "declared", [each for each in PARAMETERS if each.wire], ids=lambda each: each.name
)
def test_what_is_said_of_the_embedded_voice_is_what_it_documents(declared: object) -> None:
    name = declared.name  # type: ignore[attr-defined]  # a Parameter
    idle = "without effect" in documented(parameter(name).wire)
    assert idle == (name in LOCAL_WITHOUT_EFFECT)


def test_a_control_that_does_nothing_is_named_with_the_reason() -> None:
    assert "seed" in without_effect(SpeechRequest(server="local"))
    assert "seed" not in without_effect(SpeechRequest())
    assert "schedule" in without_effect(SpeechRequest(auto_mode=True))
    assert "latency" in without_effect(SpeechRequest(multi=True, levers=False))
    assert "pvc_as_ivc" in without_effect(SpeechRequest(multi=True))
    assert "style" in without_effect(SpeechRequest(model="eleven_monolingual_v1"))
    wanted = SpeechRequest(model="eleven_multilingual_v2", format="pcm_24000")
    assert without_effect(wanted) == {}


def test_a_format_that_cannot_be_heard_here_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "format" not in without_effect(SpeechRequest())
    monkeypatch.setattr(codecs, "find_spec", lambda package: None)
    assert "mp3_44100_128 is decoded with PyAV" in without_effect(SpeechRequest())["format"]
