"""What the panel tells its page: plain data, whatever a server or a user has said."""

from __future__ import annotations

import json

from jupyter_tts.notebook.panel.payloads import check_payload, sentence, values_of
from jupyter_tts.wire.errors import ConnectError
from jupyter_tts.wire.parameters import PARAMETERS
from jupyter_tts.wire.request import SpeechRequest

URL = "wss://api.elevenlabs.io/v1/text-to-speech/abc/stream-input?model_id=eleven_flash_v2_5"


def test_a_foreseeable_error_is_its_own_sentence_and_any_other_is_named() -> None:
    assert sentence(ConnectError("Nobody is there.")) == "Nobody is there."
    assert sentence(LookupError("gone")) == "LookupError: gone"


def test_the_values_are_every_parameter_as_json_has_it() -> None:
    request = SpeechRequest(latency=3, schedule=(50, 90))
    values = values_of(request)
    assert list(values) == [declared.name for declared in PARAMETERS]
    assert values["latency"] == 3
    assert values["seed"] is None
    assert json.loads(json.dumps(values)) == values
    assert SpeechRequest(**values) == request


def test_a_url_without_a_fault_is_its_settings_in_a_format_that_can_be_heard() -> None:
    answer = check_payload(URL)
    assert answer["ok"] is True
    assert answer["corrected"] == URL
    wanted = {"voice": "abc", "model": "eleven_flash_v2_5", "format": "pcm_24000"}
    assert wanted.items() <= answer["settings"].items()


def test_a_format_that_the_url_has_is_kept() -> None:
    assert check_payload(URL + "&output_format=pcm_8000")["settings"]["format"] == "pcm_8000"


def test_each_finding_says_where_how_grave_what_and_what_comes_of_it() -> None:
    answer = check_payload(URL + "?optimize_streaming_latency=9")
    assert answer["ok"] is False
    assert json.loads(json.dumps(answer)) == answer
    assert {"error"} <= {finding["severity"] for finding in answer["findings"]}
    for finding in answer["findings"]:
        assert list(finding) == ["severity", "parameter", "message", "effect"]
        assert finding["message"]
