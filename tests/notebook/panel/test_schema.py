from __future__ import annotations

import json

import pytest

from jupyter_tts import server
from jupyter_tts.audio import codecs
from jupyter_tts.notebook.panel.schema import LOCAL_WITHOUT_EFFECT, declaration, without_effect
from jupyter_tts.wire.levels import LEVELS
from jupyter_tts.wire.parameters import PARAMETERS, Kind, parameter
from jupyter_tts.wire.request import SpeechRequest

DECLARED = declaration()
BY_NAME = {entry["name"]: entry for entry in DECLARED["parameters"]}


def test_it_survives_json_unchanged() -> None:
    assert json.loads(json.dumps(DECLARED)) == DECLARED


def test_every_parameter_is_there_in_order_with_what_is_declared_of_it() -> None:
    assert list(BY_NAME) == [declared.name for declared in PARAMETERS]
    for declared in PARAMETERS:
        data = BY_NAME[declared.name]
        for field in ("wire", "help", "note", "accepted", "low", "high", "pattern", "most"):
            assert data[field] == getattr(declared, field)
        assert data["place"] == declared.place.value
        assert data["kind"] == declared.kind.value
        assert data["in_url"] == declared.place.in_url
        assert data["choices"] == list(declared.choices)


def test_lists_are_lists_and_unknown_defaults_are_null() -> None:
    assert BY_NAME["schedule"]["default"] == [120, 160, 250, 290]
    assert BY_NAME["model"]["default"] is None
    assert BY_NAME["server"]["preset"] == parameter("server").preset


def test_labels_are_words() -> None:
    labels = {name: data["label"] for name, data in BY_NAME.items()}
    assert labels["latency"] == "Latency"
    assert labels["speaker_boost"] == "Speaker boost"
    assert labels["ssml"] == "SSML"
    assert labels["pvc_as_ivc"] == "PVC as IVC"
    assert len(set(labels.values())) == len(labels)


def test_only_numbers_have_a_step() -> None:
    for data in BY_NAME.values():
        number = data["kind"] in (Kind.INTEGER.value, Kind.NUMBER.value)
        assert (data["step"] is not None) == number


def test_each_level_comes_with_its_levers() -> None:
    assert [level["value"] for level in DECLARED["levels"]] == [level.value for level in LEVELS]
    assert DECLARED["levels"][0]["levers"] == {}
    assert DECLARED["levels"][4]["levers"] == {"schedule": [50], "normalize": "off"}


def test_auto_mode_is_known_to_take_the_schedule_lever_away() -> None:
    assert DECLARED["suppressed"] == {"auto_mode": ["schedule"]}


def test_addresses_and_voices_are_those_of_the_servers() -> None:
    assert DECLARED["hosts"]["us"] == "wss://api.us.elevenlabs.io"
    assert DECLARED["local"] == {"name": "local", "url": "ws://127.0.0.1"}
    assert DECLARED["schemes"] == {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}
    voices = DECLARED["default_voices"]
    assert set(voices) == {"local", *DECLARED["hosts"], "*"}
    assert voices["local"] != voices["*"] == voices["elevenlabs"]


def test_what_surrounds_the_parameters_is_handed_over_too() -> None:
    assert set(DECLARED["endpoints"]) == {
        "stream_input",
        "multi_stream_input",
        "dialogue",
        "multi_dialogue",
        "http_speech",
        "http_dialogue",
    }
    speech, dialogue = (DECLARED["endpoints"][name] for name in ("stream_input", "multi_dialogue"))
    assert speech["path"] == ["/v1/text-to-speech/", "/stream-input"]
    assert speech["first"] == {"text": " "}
    assert dialogue["path"] == ["/v1/text-to-dialogue/multi-stream-input"]
    assert dialogue["first"] == {"context_id": "1"}
    assert "no effect" in dialogue["level_note"]
    assert DECLARED["dialogue_prefixes"] == ["eleven_v3", "eleven_v4"]
    assert DECLARED["locator"] == ["pronunciation_dictionary_id", "version_id"]
    costs = {"socket": "new socket", "message": "first message only", "request": "next request"}
    assert DECLARED["costs"] == costs


def documented(wire: str) -> str:
    """What the embedded server's own table says of a parameter."""
    assert server.__doc__
    rows = server.__doc__.split(f"``{wire}``")[1]
    return " ".join(rows.split("\n``")[0].split())


@pytest.mark.parametrize(
    "declared",
    [parameter for parameter in PARAMETERS if parameter.wire],
    ids=lambda parameter: parameter.name,
)
def test_notes_on_the_embedded_voice_are_what_it_documents(declared: object) -> None:
    name = declared.name  # type: ignore[attr-defined]  # a Parameter
    idle = "without effect" in documented(parameter(name).wire)
    assert idle == (name in LOCAL_WITHOUT_EFFECT)


def test_a_control_that_does_nothing_is_named_with_the_reason() -> None:
    assert "model" in without_effect(SpeechRequest(server="local"))
    assert "model" not in without_effect(SpeechRequest())
    assert "schedule" in without_effect(SpeechRequest(auto_mode=True))
    assert "latency" in without_effect(SpeechRequest(multi=True, levers=False))
    assert "pvc_as_ivc" in without_effect(SpeechRequest(multi=True))
    assert "style" in without_effect(SpeechRequest(model="eleven_monolingual_v1"))
    assert "pronounce" in without_effect(SpeechRequest(pronounce="GIF=/dʒɪf/"))
    assert "pronounce" not in without_effect(SpeechRequest(pronounce="GIF=/dʒɪf/, SQL=sequel"))
    wanted = SpeechRequest(model="eleven_multilingual_v2", format="pcm_24000")
    assert without_effect(wanted) == {}


def test_on_text_to_dialogue_a_control_that_it_lacks_does_nothing() -> None:
    reasons = without_effect(SpeechRequest(model="eleven_v4_turbo", format="pcm_24000"))
    assert set(reasons) == {
        "similarity",
        "style",
        "speed",
        "speaker_boost",
        "auto_mode",
        "schedule",
        "ssml",
        "inactivity_timeout",
        "pvc_as_ivc",
    }
    assert set(reasons.values()) == {"text-to-dialogue does not take it."}
    without_levers = SpeechRequest(model="eleven_v4_turbo", levers=False)
    assert "latency" in without_effect(without_levers)


def test_what_a_voice_lacks_is_named_once_its_server_lists_it() -> None:
    voices = [
        {"id": "en-us", "without_effect": "seed"},
        {"id": "joe", "without_effect": "similarity_boost style"},
        {"id": "heart", "without_effect": ""},
        {"id": "from elsewhere"},
    ]
    lacking = {
        voice: set(without_effect(SpeechRequest(server="local", voice=voice), voices))
        - set(LOCAL_WITHOUT_EFFECT)
        for voice in ("en-us", "joe", "heart", "from elsewhere", "unknown")
    }
    assert lacking == {
        "en-us": {"seed"},
        "joe": {"similarity", "style"},
        "heart": set(),
        "from elsewhere": set(),
        "unknown": set(),
    }


def test_a_format_that_cannot_be_heard_here_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "format" not in without_effect(SpeechRequest())
    monkeypatch.setattr(codecs, "find_spec", lambda package: None)
    assert "mp3_44100_128 is decoded with PyAV" in without_effect(SpeechRequest())["format"]


def test_over_http_the_controls_of_sockets_have_no_effect() -> None:
    effects = without_effect(SpeechRequest(transport="http"))
    lacking = {"auto_mode", "schedule", "sync_alignment", "ssml", "inactivity_timeout", "multi"}
    assert {name for name, text in effects.items() if text == "HTTP does not take it."} == lacking
    assert "latency" not in effects
    turbo = without_effect(SpeechRequest(transport="http", model="eleven_v4_turbo"))
    assert "nobody has tried" in turbo["latency"]
    dialogue = without_effect(SpeechRequest(transport="http", model="eleven_v4"))
    assert dialogue["latency"] == SpeechRequest(transport="http", model="eleven_v4").level_note
    assert dialogue["similarity"] == "text-to-dialogue over HTTP does not take it."
