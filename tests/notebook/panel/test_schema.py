from __future__ import annotations

import json

from jupyter_tts.notebook.panel.schema import declaration
from jupyter_tts.wire.levels import LEVELS
from jupyter_tts.wire.parameters import PARAMETERS, Kind, parameter

DECLARED = declaration()
BY_NAME = {each["name"]: each for each in DECLARED["parameters"]}


def test_it_survives_json_unchanged() -> None:
    assert json.loads(json.dumps(DECLARED)) == DECLARED


def test_every_parameter_is_there_in_order_with_what_is_declared_of_it() -> None:
    assert list(BY_NAME) == [each.name for each in PARAMETERS]
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
    assert [each["value"] for each in DECLARED["levels"]] == [each.value for each in LEVELS]
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
    assert DECLARED["path"] == ["/v1/text-to-speech/", "/stream-input"]
    assert DECLARED["first"] == {"text": " "}
    assert DECLARED["locator"] == ["pronunciation_dictionary_id", "version_id"]
    assert DECLARED["costs"] == {"socket": "new socket", "message": "first message only"}
