from __future__ import annotations

import pytest

from jupyter_tts.url_check.check import Finding, check_url
from jupyter_tts.url_check.query import MOST_PAIRS
from jupyter_tts.wire.messages import ClientMessage
from jupyter_tts.wire.parameters import CREDENTIALS, PARAMETERS, Place, parameter
from jupyter_tts.wire.request import SpeechRequest

BASE = "wss://api.elevenlabs.io/v1/text-to-speech/abc/stream-input"
MULTI = BASE.replace("stream-input", "multi-stream-input")
SAMPLES = {"stability": "0.5", "similarity": "0.8", "style": "0.1", "speed": "1.1"}
SAMPLES |= {"speaker_boost": "true", "schedule": "50,90", "pronunciation": "a:1"}


def faults_of(query: str) -> list[tuple[str, str]]:
    return [(f.severity, f.parameter) for f in check_url(f"{BASE}?{query}").findings]


def corrected(query: str) -> str:
    return check_url(f"{BASE}?{query}").corrected.removeprefix(BASE).removeprefix("?")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("optimise_streaming_latency", "optimize_streaming_latency"),
        ("optimize_latency", "optimize_streaming_latency"),
        ("latency", "optimize_streaming_latency"),
        ("Model_ID", "model_id"),
        ("modelId", "model_id"),
        ("model", "model_id"),
        ("output-format", "output_format"),
        ("format", "output_format"),
        ("language", "language_code"),
        ("inactivity_timeouts", "inactivity_timeout"),
        (" seed", "seed"),
    ],
)
def test_a_misspelt_parameter_gets_the_nearest_declared_name(written: str, meant: str) -> None:
    value = {"output_format": "pcm_24000", "language_code": "en", "model_id": "m"}.get(meant, "3")
    keyword = next(declared.name for declared in PARAMETERS if declared.wire == meant)
    finding = check_url(f"{BASE}?{written}={value}").findings[0]
    assert (finding.severity, finding.parameter) == ("error", keyword)
    assert meant in finding.message
    assert corrected(f"{written}={value}") == f"{meant}={value}"


@pytest.mark.parametrize("name", ["foo", "sample_rate", "user_id", "volume", "test", "é", "server"])
def test_an_unknown_parameter_is_a_warning_and_dropped(name: str) -> None:
    assert faults_of(f"{name}=1&model_id=m") == [("warning", name)]
    assert corrected(f"{name}=1&model_id=m") == "model_id=m"


@pytest.mark.parametrize("query", ["=1", "=", "gibberish"])
def test_a_value_or_name_alone_is_a_warning(query: str) -> None:
    assert faults_of(query) == [("warning", "query")]


@pytest.mark.parametrize("name", SAMPLES)
def test_what_belongs_into_the_first_message_is_moved_there(name: str) -> None:
    declared = parameter(name)
    diagnosis = check_url(f"{BASE}?model_id=m&{declared.wire}={SAMPLES[name]}")
    (finding,) = diagnosis.findings
    assert (finding.severity, finding.parameter) == ("error", name)
    assert "belongs in the first message" in finding.message
    if declared.place is not Place.MESSAGE:
        assert declared.place.value in finding.message
    assert diagnosis.corrected == f"{BASE}?model_id=m"
    assert diagnosis.parameters[name] == declared.parse(SAMPLES[name])
    SpeechRequest(**diagnosis.parameters)


def test_every_declared_message_parameter_is_covered() -> None:
    places = (Place.VOICE_SETTINGS, Place.GENERATION_CONFIG, Place.MESSAGE)
    assert set(SAMPLES) == {declared.name for declared in PARAMETERS if declared.place in places}


@pytest.mark.parametrize(
    "name", [n for n in ClientMessage.__dataclass_fields__ if n not in ("key", "authorization")]
)
def test_every_field_of_a_message_is_known_as_such(name: str) -> None:
    (finding,) = check_url(f"{BASE}?{name}=1:1").findings
    assert finding.severity == "error"
    assert "message" in finding.message
    assert corrected(f"{name}=1:1") == ""


def test_settings_written_as_json_or_with_brackets_are_read() -> None:
    query = 'voice_settings={"stability":0.25,"speed":9,"x":1}&voice_settings[style]=0.5'
    diagnosis = check_url(f"{BASE}?{query}&generation_config={{%22chunk_length_schedule%22:[50]}}")
    assert diagnosis.corrected == BASE
    expected = {"server": "elevenlabs", "voice": "abc", "stability": 0.25, "style": 0.5}
    assert diagnosis.parameters == {**expected, "schedule": (50,)}


def test_a_voice_in_the_query_speaks_where_the_path_has_none() -> None:
    nameless = BASE.replace("/abc", "")
    assert check_url(f"{nameless}?voice_id=joe").corrected == BASE.replace("abc", "joe")
    assert check_url(f"{nameless}?voice=joe").corrected == BASE.replace("abc", "joe")
    assert check_url(f"{BASE}?voice_id=joe").corrected == BASE
    assert faults_of("voice_id=joe") == [("error", "voice")]


@pytest.mark.parametrize(
    "name", ["xi_api_key", "api_key", *(credential.wire for credential in CREDENTIALS)]
)
def test_a_key_in_the_url_is_an_error_and_its_place_is_named(name: str) -> None:
    (finding,) = check_url(f"{BASE}?{name}=abc").findings
    assert (finding.severity, finding.parameter) == ("error", name)
    assert "xi-api-key header" in finding.message
    assert corrected(f"{name}=abc&model_id=m") == "model_id=m"


def test_only_documented_credentials_are_reported_to_work() -> None:
    effects = {
        credential.wire: check_url(f"{BASE}?{credential.wire}=abc").findings[0].effect
        for credential in CREDENTIALS
    }
    working = {name for name, effect in effects.items() if "takes it from here" in effect}
    assert working == {credential.wire for credential in CREDENTIALS if credential.place == "query"}


def test_a_repeated_parameter_keeps_the_last_usable_value() -> None:
    assert faults_of("seed=1&seed=2") == [("error", "seed")]
    assert corrected("seed=1&model_id=m&seed=2") == "seed=2&model_id=m"
    assert corrected("seed=1&seed=") == "seed=1"
    assert faults_of("seed=1&seed=1") == [("warning", "seed")]


@pytest.mark.parametrize("name", ["latency", "pvc_as_ivc"])
def test_a_deprecated_parameter_is_a_note_with_what_is_declared_of_it(name: str) -> None:
    declared = parameter(name)
    value = "3" if name == "latency" else "true"
    (finding,) = check_url(f"{BASE}?{declared.wire}={value}").findings
    assert finding == Finding(
        finding.severity,
        name,
        f"{declared.wire} is deprecated: it is no longer in the WebSocket reference.",
        declared.note,
    )
    assert finding.severity == "note"
    assert corrected(f"{declared.wire}={value}") == f"{declared.wire}={value}"


@pytest.mark.parametrize("name", ["latency", "pvc_as_ivc"])
def test_multi_stream_input_does_not_have_the_deprecated_ones(name: str) -> None:
    value = "3" if name == "latency" else "true"
    diagnosis = check_url(f"{MULTI}?{parameter(name).wire}={value}&seed=1")
    assert [(f.severity, f.parameter) for f in diagnosis.findings] == [
        ("note", "path"),
        ("warning", name),
    ]
    assert diagnosis.corrected == f"{MULTI}?seed=1"
    assert diagnosis.parameters[name] == parameter(name).parse(value)


def test_more_parameters_than_there_are_are_not_read() -> None:
    query = "&".join(["seed=1"] * MOST_PAIRS + ["model_id=m"])
    assert ("error", "query") in faults_of(query)
    assert corrected(query) == "seed=1"
