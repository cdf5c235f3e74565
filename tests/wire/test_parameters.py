from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.wire.conditions import Conditions
from jupyter_tts.wire.errors import ParameterError
from jupyter_tts.wire.parameters import (
    CREDENTIALS,
    PARAMETERS,
    Kind,
    Parameter,
    Place,
    check_parameters,
    parameter,
)

NUMBERS = [declared for declared in PARAMETERS if declared.kind in (Kind.NUMBER, Kind.INTEGER)]


def test_names_and_wire_names_are_unique() -> None:
    names = [declared.name for declared in PARAMETERS]
    wire = [declared.wire for declared in PARAMETERS if declared.wire]
    assert len(set(names)) == len(names)
    assert len(set(wire)) == len(wire)


def test_every_parameter_says_what_it_is_and_where_that_comes_from() -> None:
    for declared in PARAMETERS:
        assert declared.help.endswith(".")
        assert declared.source
        assert declared.accepted


@pytest.mark.parametrize("declared", NUMBERS, ids=lambda parameter: parameter.name)
def test_both_ends_of_a_range_are_accepted_and_nothing_beyond(declared: Parameter) -> None:
    assert declared.low is not None
    assert declared.high is not None
    step = 1 if declared.kind is Kind.INTEGER else 1e-9
    low, high = declared.low, declared.high
    assert declared.check(low) == low
    assert declared.check(high) == high
    for outside in (low - step, high + step, math.nan, math.inf, 10**400, True, "1", None):
        with pytest.raises(ValueError, match=f"from {low:g} to"):
            declared.check(outside)


@pytest.mark.parametrize("value", [[], [49], [501], [50, 90.5], "50", [True], 50, None])
def test_a_schedule_is_a_list_of_50_to_500(value: object) -> None:
    with pytest.raises(ValueError, match="whole numbers from 50 to 500"):
        parameter("schedule").check(value)
    assert parameter("schedule").check([50, 500]) == (50, 500)


@pytest.mark.parametrize("voice", ["", "  ", ".", "..", "a\nb", "\ud800", 7])
def test_a_voice_id_must_be_able_to_stand_in_a_path(voice: object) -> None:
    with pytest.raises(ValueError, match="a voice id"):
        parameter("voice").check(voice)


@pytest.mark.parametrize(
    ("name", "value", "meant"),
    [
        ("model", "Eleven_Flash_V2_5", "eleven_flash_v2_5"),
        ("model", "Eleven_V3", "eleven_v3"),
        ("language", "DE", "de"),
        ("language", "zh-CN", "zh"),
        ("format", "PCM_24000", "pcm_24000"),
        ("format", "ulaw_800", "ulaw_8000"),
        ("normalize", "AUTO", "auto"),
    ],
)
def test_a_value_that_is_misspelt_is_refused_with_the_one_that_is_known(
    name: str, value: str, meant: str
) -> None:
    with pytest.raises(ValueError, match=f"not '{value}' \\(did you mean '{meant}'\\?\\)$"):
        parameter(name).check(value)


@pytest.mark.parametrize("model", ["eleven_flash_v9", "eleven_v5", "tts-1-HD", "Kokoro"])
def test_a_model_that_is_not_known_may_be_named(model: str) -> None:
    assert parameter("model").check(model) == model


def test_all_faults_come_in_one_message_each_with_its_range() -> None:
    with pytest.raises(ParameterError) as caught:
        check_parameters({"latency": 5, "stability": 7.5, "server": "ftp://x", "stabilty": 1})
    faults = caught.value.faults
    assert faults[0] == "latency must be a whole number from 0 to 4, not 5"
    assert faults[1] == "stability must be a number from 0 to 1, not 7.5"
    assert faults[2] == "there is no parameter 'stabilty' (did you mean 'stability'?)"
    assert faults[3].startswith("server must be")
    assert all(fault in str(caught.value) for fault in faults)


@pytest.mark.parametrize("declared", [known for known in PARAMETERS if known.wire])
def test_a_name_of_the_protocol_is_answered_with_ours(declared: Parameter) -> None:
    words = declared.wire.split("_")
    camel = words[0] + "".join(map(str.capitalize, words[1:]))
    for name in {declared.wire, "-".join(words), camel} - {declared.name}:
        with pytest.raises(ParameterError) as caught:
            check_parameters({name: 1})
        assert caught.value.faults == (f"{name} is called {declared.name} here",)


def test_an_object_of_the_first_message_is_answered_with_what_is_in_it() -> None:
    with pytest.raises(ParameterError, match="no parameter here: use stability, similarity, style"):
        check_parameters({"voice_settings": {"stability": 1}})
    with pytest.raises(ParameterError, match="no parameter here: use schedule"):
        check_parameters({"generationConfig": {}})


@pytest.mark.parametrize("name", [*(known.wire for known in CREDENTIALS), "api_key", "key"])
def test_a_key_is_no_parameter(name: str) -> None:
    with pytest.raises(ParameterError, match=r"set ELEVENLABS_API_KEY, or run %tts_key") as caught:
        check_parameters({name: "sk_123"})
    assert "sk_123" not in str(caught.value)


def test_a_long_wrong_value_does_not_flood_the_message() -> None:
    with pytest.raises(ParameterError) as caught:
        check_parameters({"format": "x" * 10_000})
    assert len(str(caught.value)) < 300


def test_a_value_that_is_nested_deeply_is_refused_in_a_sentence() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    for name in ("schedule", "model", "pronunciation", "seed"):
        for value in (deep, [deep]):
            with pytest.raises(ParameterError, match="nested too deeply"):
                check_parameters({name: value})
    with pytest.raises(ParameterError, match="nested too deeply"):
        Conditions(rtt=deep)  # type: ignore[arg-type]


def test_none_stands_for_not_set() -> None:
    assert check_parameters({"voice": None, "seed": 3}) == {"seed": 3}


@given(st.sampled_from(PARAMETERS), st.data())
def test_what_is_written_is_read_back(declared: Parameter, data: st.DataObject) -> None:
    if declared.kind is Kind.SWITCH:
        value: object = data.draw(st.booleans())
    elif declared.kind is Kind.INTEGER:
        value = data.draw(st.integers(int(declared.low or 0), int(declared.high or 0)))
    elif declared.kind is Kind.NUMBER:
        value = data.draw(st.floats(declared.low, declared.high))
    elif declared.choices:
        value = data.draw(st.sampled_from(declared.choices))
    else:
        return
    assert declared.parse(declared.write(value)) == value


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("schedule", "50,90", (50, 90)),
        ("pronunciation", "a:1, b:2", ("a:1", "b:2")),
        ("speaker_boost", "FALSE", False),
        ("latency", "3", 3),
        ("speed", "1.1", 1.1),
    ],
)
def test_options_are_read_as_text(name: str, text: str, value: object) -> None:
    assert parameter(name).parse(text) == value


@pytest.mark.parametrize("text", ["three", "3.5", "", "5"])
def test_a_text_that_is_no_such_value_is_refused_in_the_same_words(text: str) -> None:
    with pytest.raises(ValueError, match="must be a whole number from 0 to 4, not"):
        parameter("latency").parse(text)


def test_only_url_parameters_cost_a_new_socket() -> None:
    assert Place.PATH.in_url
    assert Place.ENDPOINT.in_url
    assert Place.QUERY.in_url
    assert Place.HOST.in_url
    assert not Place.VOICE_SETTINGS.in_url
    assert not Place.GENERATION_CONFIG.in_url
    assert not Place.MESSAGE.in_url
