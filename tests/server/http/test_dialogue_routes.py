"""Dialogues over HTTP: real process, real voices."""

from __future__ import annotations

import base64
import io
import itertools
import json
import wave
from typing import Any

import pytest

from jupyter_tts.audio.codecs import decoder
from jupyter_tts.audio.formats import parse_format
from jupyter_tts.wire.audio_tags import tag_spans

from ..http_client import Answer, ask
from ..serving import RunningServer, StartServer

ROUTES = ("", "/stream", "/with-timestamps", "/stream/with-timestamps")


def inputs(server: RunningServer) -> list[dict[str, str]]:
    return [
        {"text": "[warmly] Are you ready for the journey? ", "voice_id": server.voice},
        {"text": "Ja, immer. [pause] Ganz bestimmt. ", "voice_id": "de"},
        {"text": "Then let us go. We have a long way before us. ", "voice_id": server.voice},
    ]


def post(server: RunningServer, route: str = "", query: str = "", **body: Any) -> Answer:
    url = f"{server.address}/v1/text-to-dialogue{route}?{query}"
    return ask(url, {"inputs": inputs(server), "seed": 7} | body)


def seconds(name: str, audio: bytes) -> float:
    coder = decoder(parse_format(name))
    pcm = coder.decode(audio) + coder.flush()
    return len(pcm) / 2 / parse_format(name).sample_rate


def test_all_routes_bring_the_same_dialogue(server: RunningServer) -> None:
    plain = post(server, "", "output_format=pcm_24000")
    assert plain.status == 200
    length = len(plain.body) / 48_000
    assert length > 5
    stream = post(server, "/stream", "output_format=opus_48000_64")
    assert stream.headers["content-type"] == "audio/ogg"
    # eSpeak NG varies by some 10 ms per segment between calls.
    assert seconds("opus_48000_64", stream.body) == pytest.approx(length, abs=0.2)
    mp3 = base64.b64decode(post(server, "/with-timestamps").json["audio_base64"])
    assert seconds("mp3_44100_128", mp3) == pytest.approx(length, abs=0.2)
    with wave.open(io.BytesIO(post(server, "", "output_format=wav_16000").body)) as file:
        assert file.getnframes() / 16_000 == pytest.approx(length, abs=0.2)


def test_every_character_has_its_time_and_every_input_its_voice(server: RunningServer) -> None:
    whole = post(server, "/with-timestamps", "output_format=pcm_24000").json
    times = whole["alignment"]
    sent = inputs(server)
    assert "".join(times["characters"]) == "".join(entry["text"] for entry in sent)
    starts = times["character_start_times_seconds"]
    assert all(before <= after for before, after in itertools.pairwise(starts))
    segments = whole["voice_segments"]
    assert [segment["voice_id"] for segment in segments] == [entry["voice_id"] for entry in sent]
    assert [segment["dialogue_input_index"] for segment in segments] == [0, 1, 2]
    for segment, entry in zip(segments, sent, strict=True):
        first, end = segment["character_start_index"], segment["character_end_index"]
        assert "".join(times["characters"][first:end]) == entry["text"]
        assert segment["start_time_seconds"] <= starts[first] < segment["end_time_seconds"]
    length = len(base64.b64decode(whole["audio_base64"])) / 48_000
    assert segments[-1]["end_time_seconds"] == pytest.approx(length, abs=0.01)


def test_a_tag_holds_the_time_of_its_pause(server: RunningServer) -> None:
    times = post(server, "/with-timestamps").json["alignment"]
    text = "".join(times["characters"])
    lengths = [
        times["character_end_times_seconds"][end - 1] - times["character_start_times_seconds"][at]
        for at, end in tag_spans(text)
    ]
    warmly, pause = lengths
    assert 0.1 < warmly < pause


def test_streamed_times_and_segments_belong_to_their_object(server: RunningServer) -> None:
    answer = post(server, "/stream/with-timestamps", "output_format=pcm_24000")
    chunks = [json.loads(line) for line in answer.body.splitlines()]
    assert len(chunks) > 10
    spoken: dict[int, str] = {}
    for chunk in chunks:
        assert (chunk["alignment"] is None) is (chunk["voice_segments"] == [])
        for segment in chunk["voice_segments"]:
            first, end = segment["character_start_index"], segment["character_end_index"]
            line = segment["dialogue_input_index"]
            text = "".join(chunk["alignment"]["characters"][first:end])
            spoken[line] = spoken.get(line, "") + text
    assert list(spoken.values()) == [entry["text"] for entry in inputs(server)]


@pytest.mark.parametrize("route", ROUTES)
def test_errors_have_their_status(server: RunningServer, route: str) -> None:
    unknown = post(server, route, inputs=[{"text": "Hi.", "voice_id": "nobody"}])
    assert (unknown.status, unknown.code) == (404, "voice_not_found")
    model = post(server, route, model_id="eleven_multilingual_v2")
    assert (model.status, model.code) == (400, "unsupported_model")
    language = post(server, route, language_code="wo")
    assert (language.status, language.code) == (400, "invalid_parameters")
    assert language.json["detail"]["status"] == "unsupported_language"
    assert post(server, route, "output_format=mp3_1_1").status == 422
    assert ask(f"{server.address}/v1/text-to-dialogue{route}", b"{").status == 422


def test_conditions_and_the_key_hold_for_dialogues_too(start_server: StartServer) -> None:
    server = start_server("--status", "503", "--api-key", "SECRET")
    url = f"{server.address}/v1/text-to-dialogue"
    body = {"inputs": inputs(server)}
    assert ask(url, body, xi_api_key="SECRET").status == 503
    server = start_server("--quota", "10", "--api-key", "SECRET")
    url = f"{server.address}/v1/text-to-dialogue"
    assert ask(url, body).code == "invalid_api_key"
    assert ask(url, body, xi_api_key="SECRET").code == "quota_exceeded"
