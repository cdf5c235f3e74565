from __future__ import annotations

import copy
import dataclasses
import inspect
import json
import pickle
import re
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.wire.errors import ParameterError
from jupyter_tts.wire.levels import LEVELS
from jupyter_tts.wire.models import MODEL_IDS, level_fault
from jupyter_tts.wire.parameters import FORMATS, PARAMETERS, Place, parameter
from jupyter_tts.wire.request import ChangeCost, SpeechRequest, changes

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(
    lambda text: text.strip() and text not in (".", "..") and "\u2028" not in text
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "voice": TEXT,
    "model": st.sampled_from(["eleven_v4_turbo", "eleven_v3", "eleven_flash_v2_5"]) | TEXT,
    "latency": st.integers(0, 4),
    "stability": st.floats(0, 1),
    "similarity": st.floats(0, 1),
    "style": st.floats(0, 1),
    "speed": st.floats(0.7, 1.2),
    "speaker_boost": st.booleans(),
    "language": st.sampled_from(["en", "de", "zh"]),
    "format": st.sampled_from(FORMATS),
    "auto_mode": st.booleans(),
    "schedule": st.lists(st.integers(50, 500), min_size=1, max_size=8),
    "normalize": st.sampled_from(["auto", "on", "off"]),
    "seed": st.integers(0, 2**32 - 1),
    "sync_alignment": st.booleans(),
    "ssml": st.booleans(),
    "inactivity_timeout": st.integers(1, 180),
    "logging": st.booleans(),
    "pvc_as_ivc": st.booleans(),
    "pronunciation": st.just(["abc:1"]),
    "pronounce": st.lists(
        st.sampled_from(["SQL=sequel", "GIF=/dʒɪf/", "a\\,b=ŋ", "Ə=Məmməd"]),
        unique=True,
        min_size=1,
    ),
    "read": st.sampled_from(["auto", "markdown", "plain"]),
    "read_code": st.booleans(),
    "levers": st.booleans(),
    "warm": st.booleans(),
    "cache": st.booleans(),
    "multi": st.booleans(),
    "transport": st.sampled_from(["websocket", "http"]),
    "server": st.sampled_from(["local", "us", "https://example.test/a/prefix", "ws://[::1]:8000"]),
}
SETTINGS = st.fixed_dictionaries({}, optional=VALUES)


def test_the_fields_are_the_declared_parameters_in_order() -> None:
    declared = [parameter.name for parameter in PARAMETERS]
    fields = [field for field in dataclasses.fields(SpeechRequest) if field.name != "voices"]
    assert [field.name for field in fields] == declared
    assert list(inspect.signature(SpeechRequest).parameters) == declared
    assert set(VALUES) == set(declared)
    for field in fields:
        assert field.default == parameter(field.name).preset


def test_the_url_of_the_article_comes_out_right() -> None:
    request = SpeechRequest(voice="abc", model="eleven_multilingual_v2", latency=3)
    assert request.url == (
        "wss://api.elevenlabs.io/v1/text-to-speech/abc/stream-input"
        "?model_id=eleven_multilingual_v2&optimize_streaming_latency=3"
    )


def test_the_first_message_of_the_article_comes_out_right_and_holds_no_key() -> None:
    request = SpeechRequest(stability=1, similarity=0.8, levers=False)
    assert request.first_message == {
        "text": " ",
        "voice_settings": {"stability": 1.0, "similarity_boost": 0.8},
    }


def test_only_what_was_set_is_sent_and_the_level_always() -> None:
    request = SpeechRequest(levers=False)
    assert request.url.partition("?")[2] == "optimize_streaming_latency=2"
    assert request.first_message == {"text": " "}


@given(SETTINGS)
def test_a_url_says_what_was_set_and_nothing_else(settings: dict[str, Any]) -> None:
    request = SpeechRequest(**settings)
    parts = urlsplit(request.url)
    query = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    sent = {
        parameter.wire: parameter.write(value)
        for parameter in PARAMETERS
        if parameter.place is Place.QUERY
        and not (request.endpoint.is_http and parameter.http_body)
        and (value := request.sent.get(parameter.name)) is not None
    }
    assert dict(query) == sent
    assert len(query) == len(sent)
    assert request.url.count("?") == bool(sent)
    assert request.url.isascii()
    assert parts.fragment == ""
    path = parts.path.removesuffix(f"/{request.endpoint.last_segment}")
    assert path != parts.path
    if request.endpoint.is_dialogue:
        assert path.endswith("/v1/text-to-dialogue")
    else:
        assert unquote(path.rpartition("/")[2]) == request.sent["voice"]
        assert path.rpartition("/")[0].endswith("/v1/text-to-speech")
    assert parts.scheme.startswith("http" if request.endpoint.is_http else "ws")
    assert "".join(part.text for part in request.url_parts) == request.url


@given(SETTINGS)
def test_the_first_message_is_json_with_what_was_set(settings: dict[str, Any]) -> None:
    request = SpeechRequest(**settings)
    message = json.loads(json.dumps(request.first_message))
    assert message == request.first_message
    http, dialogue = request.endpoint.is_http, request.endpoint.is_dialogue
    text = "…" if http else " "
    assert message.get("text") == (None if dialogue else text)
    voice = request.sent["voice"]
    assert message.get("voices") == ([voice] if dialogue and not http else None)
    inputs = [{"text": text, "voice_id": voice}]
    assert message.get("inputs") == (inputs if dialogue and http else None)
    spoken = message.get("settings" if http and dialogue else "voice_settings", {})
    for name in ("stability", "similarity", "style", "speed", "speaker_boost"):
        declared = parameter(name)
        value = settings.get(name) if request.endpoint in declared.endpoints else None
        assert spoken.get(declared.wire) == value


@given(SETTINGS)
def test_a_request_survives_pickle_copy_and_replace(settings: dict[str, Any]) -> None:
    request = SpeechRequest(**settings)
    assert pickle.loads(pickle.dumps(request)) == request
    assert copy.deepcopy(request) == request
    assert dataclasses.replace(request, latency=4).latency == 4
    assert eval(repr(request), {"SpeechRequest": SpeechRequest}) == request


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: f"level {level.value}")
def test_each_level_sets_its_levers_unless_they_are_off(level: Any) -> None:
    request = SpeechRequest(latency=level.value)
    schedule = level.levers.get("schedule")
    config = request.first_message.get("generation_config", {})
    assert config.get("chunk_length_schedule") == (list(schedule) if schedule else None)
    assert ("apply_text_normalization=off" in request.url) == (level.value == 4)
    bare = SpeechRequest(latency=level.value, levers=False)
    assert bare.first_message == {"text": " "}
    assert bare.url.endswith(f"?optimize_streaming_latency={level.value}")


def test_what_the_user_sets_wins_over_a_lever() -> None:
    request = SpeechRequest(latency=4, schedule=[200], normalize="on")
    assert request.first_message["generation_config"] == {"chunk_length_schedule": [200]}
    assert "apply_text_normalization=on" in request.url


def test_auto_mode_leaves_out_the_schedule_that_it_switches_off() -> None:
    assert SpeechRequest(latency=3, auto_mode=True).first_message == {"text": " "}


def test_pronunciation_dictionaries_travel_as_locators() -> None:
    message = SpeechRequest(pronunciation=["abc:7"], levers=False).first_message
    assert message["pronunciation_dictionary_locators"] == [
        {"pronunciation_dictionary_id": "abc", "version_id": "7"}
    ]


@pytest.mark.parametrize(
    ("server", "base"),
    [
        ("eu", "wss://api.eu.residency.elevenlabs.io"),
        ("https://tts.example.test/voice/", "wss://tts.example.test/voice"),
        ("http://127.0.0.1:8000", "ws://127.0.0.1:8000"),
        ("ws://[::1]:80/x", "ws://[::1]:80/x"),
    ],
)
def test_a_server_is_a_name_or_a_url_whose_prefix_is_kept(server: str, base: str) -> None:
    assert SpeechRequest(server=server, voice="v").url.startswith(f"{base}/v1/text-to-speech/v/")


@pytest.mark.parametrize(
    "server",
    ["nowhere", "ftp://x", "http://", "http://key@host", "http://h?a=1", "http://h#x", "ws://h:0"],
)
def test_a_server_that_is_neither_is_refused(server: str) -> None:
    with pytest.raises(ParameterError, match="server must"):
        SpeechRequest(server=server)


def test_multi_stream_input_is_sent_no_level_but_its_levers_and_a_context() -> None:
    request = SpeechRequest(voice="v", multi=True, latency=4, seed=7, pvc_as_ivc=True)
    path, _, query = request.url.partition("?")
    assert path.endswith("/v1/text-to-speech/v/multi-stream-input")
    assert query == "apply_text_normalization=off&seed=7"
    assert request.first_message == {
        "text": " ",
        "context_id": "1",
        "generation_config": {"chunk_length_schedule": [50]},
    }
    assert "not sent" in request.level_note
    assert "deprecated" in SpeechRequest().level_note


def test_moving_a_request_to_an_address_keeps_its_voice() -> None:
    request = SpeechRequest(server="local").at("http://127.0.0.1:7")
    assert request.url.startswith("ws://127.0.0.1:7/v1/text-to-speech/heart/")


def test_a_change_says_what_it_costs() -> None:
    before = SpeechRequest(latency=2, stability=0.1, voice="a")
    differences = changes(before, dataclasses.replace(before, latency=3, stability=0.2))
    costs = {change.parameter.name: change.cost for change in differences}
    assert costs == {
        "latency": ChangeCost.SOCKET,
        "stability": ChangeCost.MESSAGE,
        "schedule": ChangeCost.MESSAGE,  # the level's lever moves with it
    }
    assert changes(before, before) == ()


def test_on_multi_stream_input_a_level_costs_no_socket_unless_its_levers_do() -> None:
    before = SpeechRequest(multi=True, latency=2)
    differences = changes(before, dataclasses.replace(before, latency=3))
    assert [(change.parameter.name, change.cost) for change in differences] == [
        ("schedule", ChangeCost.MESSAGE)
    ]
    differences = changes(before, dataclasses.replace(before, multi=False))
    assert {change.parameter.name: change.cost for change in differences} == {
        "latency": ChangeCost.SOCKET,
        "multi": ChangeCost.SOCKET,
    }


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"model": "eleven_flash_v2_5", "language": "fa"},
            "does not speak Persian (fa); models that do: eleven_v4",
        ),
        ({"model": "eleven_flash_v2", "language": "de"}, "eleven_flash_v2_5"),
        ({"model": "eleven_multilingual_v2", "language": "hu"}, "eleven_flash_v2_5"),
        ({"language": "fa"}, "eleven_v4_turbo"),
        ({"model": "eleven_flash_v2_5", "language": "ell"}, "language must be 'el', not 'ell'"),
        ({"model": "eleven_v4", "language": "wo"}, "no model of ElevenLabs' does"),
        ({"server": "eu", "model": "eleven_v3", "language": "yue"}, "Cantonese (yue)"),
        ({"server": "wss://api.elevenlabs.io", "language": "cmn"}, "must be 'zh'"),
    ],
)
def test_a_language_that_the_model_refuses_is_refused_before(
    values: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ParameterError, match=re.escape(sentence)):
        SpeechRequest(**values)


def test_a_refusal_names_the_languages_that_the_model_speaks() -> None:
    with pytest.raises(ParameterError, match=r"speaks: ar, bg, cs, .*, vi, zh"):
        SpeechRequest(model="eleven_flash_v2_5", language="fa")


def test_a_language_with_a_region_names_the_form_to_write() -> None:
    with pytest.raises(ParameterError, match="did you mean 'es'"):
        SpeechRequest(model="eleven_flash_v2_5", language="es-ES")


@pytest.mark.parametrize("server", ["local", "https://speech.example"])
def test_another_server_speaks_its_own_languages(server: str) -> None:
    for language in ("fa", "cmn", "ell", "piq"):
        request = SpeechRequest(server=server, model="eleven_flash_v2", language=language)
        assert request.language == language


def test_a_model_that_is_not_known_may_speak_any_language() -> None:
    assert SpeechRequest(model="eleven_v5", language="wo").language == "wo"


EVERYTHING: dict[str, Any] = {
    "voice": "v",
    "stability": 0.3,
    "similarity": 0.5,
    "style": 0.1,
    "speed": 1.1,
    "speaker_boost": True,
    "language": "de",
    "format": "pcm_24000",
    "auto_mode": True,
    "schedule": [50],
    "normalize": "on",
    "seed": 7,
    "sync_alignment": True,
    "ssml": True,
    "inactivity_timeout": 60,
    "logging": False,
    "pvc_as_ivc": True,
    "pronunciation": ["abc:7"],
}


@pytest.mark.parametrize("multi", [False, True])
@pytest.mark.parametrize("model", ["eleven_v4", "eleven_v4_turbo", "eleven_v3_conversational"])
def test_a_dialogue_model_is_spoken_over_its_own_endpoint(model: str, *, multi: bool) -> None:
    request = SpeechRequest(**EVERYTHING, model=model, multi=multi)
    last = "multi-stream-input" if multi else "stream-input"
    assert request.url == (
        f"wss://api.elevenlabs.io/v1/text-to-dialogue/{last}?model_id={model}&language_code=de"
        "&output_format=pcm_24000&apply_text_normalization=on&seed=7&sync_alignment=true"
        "&enable_logging=false"
    )
    assert request.first_message == {
        **({"context_id": "1"} if multi else {}),
        "voices": ["v"],
        "voice_settings": {"stability": 0.3},
        "pronunciation_dictionary_locators": [
            {"pronunciation_dictionary_id": "abc", "version_id": "7"}
        ],
    }
    assert request.inactivity_limit == 20


def test_a_level_is_nothing_on_the_wire_of_text_to_dialogue_but_may_flush() -> None:
    requests = [SpeechRequest(model="eleven_v4", latency=level) for level in range(5)]
    assert {request.url for request in requests} == {requests[0].url}
    assert not any(request.active_levers for request in requests)
    assert [request.flushes_sentences for request in requests] == [False] * 3 + [True] * 2
    assert not SpeechRequest(model="eleven_v4", latency=4, levers=False).flushes_sentences
    assert not SpeechRequest(latency=4).flushes_sentences
    assert "no effect" in requests[0].level_note
    assert "level 3" in requests[0].level_note
    assert changes(requests[0], requests[4]) == ()


@pytest.mark.parametrize("transport", ["websocket", "http"])
def test_ssml_is_markup_where_it_is_asked_for_but_not_in_a_dialogue(transport: str) -> None:
    asked = SpeechRequest(ssml=True, transport=transport)
    assert asked.reads_ssml
    assert not dataclasses.replace(asked, model="eleven_v4").reads_ssml
    assert not dataclasses.replace(asked, ssml=None).reads_ssml


def test_on_text_to_dialogue_another_voice_is_another_first_message() -> None:
    before = SpeechRequest(model="eleven_v4", voice="a")

    def cost(after: SpeechRequest) -> ChangeCost | None:
        return {change.parameter.name: change.cost for change in changes(before, after)}["voice"]

    assert cost(dataclasses.replace(before, voice="b")) is ChangeCost.MESSAGE
    flash = dataclasses.replace(before, voice="b", model="eleven_flash_v2_5")
    assert cost(flash) is ChangeCost.SOCKET


def test_over_http_the_text_is_in_the_body_and_the_settings_with_it() -> None:
    request = SpeechRequest(
        voice="abc",
        model="eleven_flash_v2_5",
        latency=4,
        stability=1,
        language="de",
        format="pcm_24000",
        seed=7,
        schedule=[50],
        multi=True,
        transport="http",
    )
    assert request.url == (
        "https://api.elevenlabs.io/v1/text-to-speech/abc/stream/with-timestamps"
        "?optimize_streaming_latency=4&output_format=pcm_24000"
    )
    assert request.body("Ja.", "Und?") == {
        "text": "Ja.",
        "model_id": "eleven_flash_v2_5",
        "language_code": "de",
        "apply_text_normalization": "off",
        "seed": 7,
        "voice_settings": {"stability": 1.0},
        "previous_text": "Und?",
    }


def test_a_dialogue_over_http_names_the_voice_with_its_text() -> None:
    request = SpeechRequest(voice="abc", model="eleven_v3", stability=1, transport="http")
    assert request.url == ("https://api.elevenlabs.io/v1/text-to-dialogue/stream/with-timestamps")
    assert request.body("[laughs] Yes.", "Well.") == {
        "inputs": [{"text": "[laughs] Yes.", "voice_id": "abc"}],
        "model_id": "eleven_v3",
        "settings": {"stability": 1.0},
    }


@pytest.mark.parametrize("model", [None, "kokoro", *MODEL_IDS])
def test_no_model_is_sent_a_level_over_http_that_it_refuses_or_that_nobody_tried(
    model: str | None,
) -> None:
    request = SpeechRequest(model=model, transport="http")
    if level_fault(model) or (model or "").startswith(("eleven_v3", "eleven_v4")):
        assert "latency" not in request.sent
        assert request.level_note.startswith("It is not sent")
    else:
        assert "optimize_streaming_latency=2" in request.url


def test_over_http_any_change_is_one_of_the_next_request() -> None:
    before = SpeechRequest(transport="http")
    after = SpeechRequest(transport="http", voice="other", stability=1)
    assert {change.cost for change in changes(before, after)} == {ChangeCost.REQUEST}
    back = {change.parameter.name: change.cost for change in changes(before, SpeechRequest())}
    assert back["transport"] is ChangeCost.SOCKET
