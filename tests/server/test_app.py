"""The server as its clients see it: real process, real socket, real voice."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import os
import signal
import urllib.error
import urllib.request
from http.client import HTTPResponse
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from jupyter_tts.audio.codecs import decoder
from jupyter_tts.audio.formats import parse_format
from jupyter_tts.audio.loudness import loudness
from jupyter_tts.audio.resample import Resampler
from jupyter_tts.wire.parameters import FORMATS

from .http_client import ask
from .serving import RunningServer, StartServer, StreamResult, exchange, read_all, speak

FIRST: dict[str, Any] = {"text": " ", "generation_config": {"chunk_length_schedule": [50]}}
END: dict[str, Any] = {"text": ""}
TEXT = "Hello world, this is the embedded voice speaking. It has something more to say. "


def say(text: str, **first: object) -> list[dict[str, Any]]:
    return [FIRST | first, {"text": text}, END]


def get(url: str, **headers: str) -> HTTPResponse:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    response: HTTPResponse = opener.open(urllib.request.Request(url, headers=names), timeout=60)
    return response


async def fails_with(url: str) -> tuple[int, dict[str, Any]]:
    with pytest.raises(InvalidStatus) as refusal:
        await speak(url, [])
    response = refusal.value.response
    return response.status_code, json.loads(response.body or b"")


def pcm(result: StreamResult, name: str = "pcm_24000") -> np.ndarray[Any, np.dtype[np.int16]]:
    return np.frombuffer(decoder(parse_format(name)).decode(result.audio), "<i2")


# The stream


async def test_a_stream_is_audio_with_times_then_one_final_message_then_code_1000(
    server: RunningServer,
) -> None:
    result = await speak(server.stream_input(), say(TEXT))
    *audio, final = result.messages
    assert final == {
        "audio": None,
        "isFinal": True,
        "normalizedAlignment": None,
        "alignment": None,
    }
    assert all(list(message) == list(final) for message in audio)
    assert all(message["isFinal"] is None for message in audio)
    assert result.code == 1000
    assert result.text == TEXT
    assert 3 < len(pcm(result)) / 24_000 < 8
    assert np.abs(pcm(result).astype(int)).max() > 3_000


@pytest.mark.parametrize("name", FORMATS)
async def test_every_format_has_the_same_duration_and_loudness(
    server: RunningServer, name: str
) -> None:
    rate = parse_format(name).sample_rate
    result = await speak(server.stream_input(f"output_format={name}"), say(TEXT))
    plain = await speak(server.stream_input("output_format=pcm_22050"), say(TEXT))
    # eSpeak NG varies by some 10 ms per segment between calls.
    assert len(pcm(result, name)) / rate == pytest.approx(len(pcm(plain)) / 22_050, abs=0.15)
    # What a low rate leaves out of the voice is no fault: some 0.4 dB above 4 kHz.
    reference = Resampler(22_050, rate).convert(plain.audio) if rate < 22_050 else plain.audio
    louder = loudness(pcm(result, name).tobytes(), rate) / loudness(reference, min(rate, 22_050))
    assert abs(20 * np.log10(louder)) < 0.5
    assert result.text == TEXT


async def test_without_a_format_mp3_comes_in_whole_frames(server: RunningServer) -> None:
    result = await speak(server.stream_input(""), say(TEXT))
    audio = [base64.b64decode(message["audio"]) for message in result.messages if message["audio"]]
    assert len(audio) > 10
    assert all(chunk[:2] == b"\xff\xfb" for chunk in audio)
    assert 3 < len(pcm(result, "mp3_44100_128")) / 44_100 < 8


async def test_the_first_message_is_a_word_and_later_ones_stay_small(server: RunningServer) -> None:
    result = await speak(server.stream_input("output_format=pcm_48000"), say(TEXT * 5))
    sizes = [len(base64.b64decode(message["audio"] or "")) for message in result.messages]
    times = result.messages[0]["alignment"]
    word = 0.001 * times["charStartTimesMs"][len("Hello")]
    assert sizes[0] / 96_000 == pytest.approx(word, abs=0.006)
    assert max(sizes[1:]) <= 0.26 * 96_000


async def test_audio_comes_before_the_text_has_ended(server: RunningServer) -> None:
    async with connect(server.stream_input(), compression=None, proxy=None) as socket:
        await socket.send(json.dumps(FIRST))
        await socket.send(json.dumps({"text": TEXT}))
        first = json.loads(await socket.recv())
        assert first["audio"]
        assert first["alignment"]["chars"]
        await socket.send(json.dumps(END))
        result = await read_all(socket)
    assert result.messages[-1]["isFinal"]


async def test_flush_speaks_at_once_and_the_stream_goes_on(server: RunningServer) -> None:
    async with connect(server.stream_input(), compression=None, proxy=None) as socket:
        await socket.send(json.dumps(FIRST))
        spoken: list[str] = []
        for word in ("One. ", "Two. "):
            await socket.send(json.dumps({"text": word, "flush": True}))
            while word not in spoken:
                message = json.loads(await socket.recv())
                assert message["isFinal"] is None
                spoken.append("".join((message["alignment"] or {"chars": []})["chars"]))
        await socket.send(json.dumps(END))
        assert (await read_all(socket)).code == 1000


async def test_a_sound_is_finite_without_any_text(server: RunningServer) -> None:
    result = await speak(server.stream_input(), [FIRST, END])
    assert [message["isFinal"] for message in result.messages] == [True]
    assert result.code == 1000


async def test_white_space_keeps_its_place_in_the_alignment(server: RunningServer) -> None:
    result = await speak(server.stream_input(), say("\n\n\t"))
    assert result.text == "\n\n\t"
    assert result.audio == b""


async def test_sync_alignment_times_every_part_and_all_parts_are_the_text(
    server: RunningServer,
) -> None:
    url = server.stream_input("output_format=pcm_24000&sync_alignment=true")
    result = await speak(url, say(TEXT))
    timed = [message for message in result.messages if message["alignment"]]
    assert len(timed) > 10
    assert result.text == TEXT
    for message in timed:
        length = len(base64.b64decode(message["audio"] or "")) / 48
        assert all(0 <= s <= length + 4 for s in message["alignment"]["charStartTimesMs"])


async def test_times_are_whole_numbers_in_order_and_within_the_segment(
    server: RunningServer,
) -> None:
    result = await speak(server.stream_input(), [FIRST, {"text": TEXT, "flush": True}, END])
    for message in result.messages:
        if (alignment := message["alignment"]) is not None:
            starts, durations = alignment["charStartTimesMs"], alignment["charDurationsMs"]
            assert len(alignment["chars"]) == len(starts) == len(durations)
            assert all(isinstance(number, int) for number in starts + durations)
            assert all(a <= b for a, b in itertools.pairwise(starts))
            assert message["normalizedAlignment"] == alignment


async def test_settings_are_heard(server: RunningServer) -> None:
    async def samples(query: str = "", **settings: object) -> int:
        url = server.stream_input(f"output_format=pcm_16000&{query}")
        messages = say("Call 3141592 now, please. ", voice_settings=settings or None)
        return len(pcm(await speak(url, messages)))

    usual = await samples()
    assert await samples(speed=0.7) > 1.2 * usual
    assert await samples(speed=1.2) < 0.95 * usual
    digits = await samples("optimize_streaming_latency=4")
    assert abs(digits - usual) > 1_600
    assert await samples("apply_text_normalization=off") == pytest.approx(digits, abs=800)
    assert await samples("apply_text_normalization=on") == pytest.approx(usual, abs=800)
    assert await samples("language_code=de") != pytest.approx(usual, abs=100)


async def test_a_text_in_many_scripts_is_spoken_whole(server: RunningServer) -> None:
    text = "Ein Satz. 今天天气很好。 مرحبا بالعالم. 👩‍👩‍👧 emoji, \ue000 and\x00 controls! "
    result = await speak(server.stream_input(), say(text * 20))
    assert result.text == text * 20
    assert result.code == 1000


@given(
    text=st.text(st.sampled_from("ab, .!?\n字🙂1"), min_size=1, max_size=200),
    cuts=st.lists(st.integers(0, 200), max_size=6),
    sync=st.sampled_from(["true", "false"]),
)
@settings(max_examples=25, deadline=None)
def test_any_split_of_the_text_gives_every_character_and_one_final_message(
    server: RunningServer, text: str, cuts: list[int], sync: str
) -> None:
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    parts = [text[start:end] for start, end in itertools.pairwise(places)]
    # On this wire an empty text is the end, one space the keep-alive.
    parts = [part for part in parts if part not in ("", " ")]
    url = server.stream_input(f"output_format=pcm_8000&sync_alignment={sync}")
    result = asyncio.run(speak(url, [FIRST, *({"text": part} for part in parts), END]))
    sent = "".join(parts)
    assert result.text == (sent if not sent or sent[-1].isspace() else sent + " ")
    assert [message["isFinal"] for message in result.messages].count(True) == 1
    assert result.code == 1000


async def test_streams_side_by_side_do_not_mix(server: RunningServer) -> None:
    texts = [f"This is stream number {number}, and nothing else. " * 3 for number in range(8)]
    result = await asyncio.gather(*(speak(server.stream_input(), say(text)) for text in texts))
    assert [stream.text for stream in result] == texts


# Errors inside the stream


async def refused(url: str, *messages: dict[str, Any], **options: Any) -> dict[str, Any]:
    result = await speak(url, messages, **options)
    error = result.messages[-1]
    assert result.code == error["code"] == 1008
    assert error["message"].startswith(result.reason)
    assert result.reason
    assert len(result.reason.encode()) <= 123
    return error


async def test_an_unknown_voice_is_told_after_the_handshake(server: RunningServer) -> None:
    error = await refused(server.stream_input(voice="nobody"), FIRST)
    assert error["error"] == "voice_not_found"
    assert "nobody" in error["message"]


async def test_changed_voice_settings_are_refused(server: RunningServer) -> None:
    error = await refused(
        server.stream_input(),
        {"text": " ", "voice_settings": {"stability": 0.5}},
        {"text": "Hello ", "voice_settings": {"stability": 0.9}},
    )
    assert error["message"] == (
        "voice_settings field must be provided in the first message and then either be not "
        "provided or not change."
    )


async def test_settings_out_of_range_are_refused(server: RunningServer) -> None:
    error = await refused(server.stream_input(), FIRST | {"voice_settings": {"stability": 7.5}})
    assert "stability" in error["message"]
    assert "0 to 1" in error["message"]


async def test_silence_ends_the_stream_after_the_timeout_asked_for(server: RunningServer) -> None:
    error = await refused(
        server.stream_input("output_format=pcm_24000&inactivity_timeout=1"), FIRST
    )
    assert error["error"] == "input_timeout_exceeded"
    assert "within the timeout of 1.0 seconds" in error["message"]


async def test_a_frame_that_is_not_json_is_refused(server: RunningServer) -> None:
    async with connect(server.stream_input(), compression=None, proxy=None) as socket:
        await socket.send("hello")
        result = await read_all(socket)
    assert result.messages[0]["error"] == "invalid_message"
    assert result.code == 1008


@pytest.mark.parametrize(
    ("headers", "query", "first"),
    [
        ({"xi-api-key": "SECRET"}, "", {}),
        ({"authorization": "Bearer SECRET"}, "", {}),
        ({}, "&authorization=Bearer%20SECRET", {}),
        ({}, "", {"xi_api_key": "SECRET"}),
        ({}, "", {"xi-api-key": "SECRET"}),
        ({}, "", {"authorization": "SECRET"}),
    ],
)
async def test_the_key_is_accepted_in_every_documented_place_and_never_logged(
    keyed: RunningServer, headers: dict[str, str], query: str, first: dict[str, str]
) -> None:
    url = keyed.stream_input("output_format=pcm_24000" + query)
    result = await speak(url, say("Hello. ", **first), additional_headers=headers)
    assert result.code == 1000
    error = await refused(keyed.stream_input(), FIRST, additional_headers={"xi-api-key": "no"})
    assert error == {"message": "Invalid API key", "error": "invalid_api_key", "code": 1008}
    assert "GET /v1/text-to-speech" in keyed.log
    assert "SECRET" not in keyed.log


# The handshake and HTTP


async def test_a_handshake_that_cannot_be_served_is_refused_over_http(
    server: RunningServer,
) -> None:
    for query, expected, code in (
        ("output_format=pcm_24000&model_id=eleven_v3", 403, "unsupported_model"),
        ("model_id=two%20words", 403, "unsupported_model"),
    ):
        status, body = await fails_with(server.stream_input(query))
        assert status == expected
        assert body["detail"]["code"] == body["detail"]["status"] == code
        assert body["detail"]["message"]
    status, body = await fails_with(server.stream_input("seed=-1"))
    assert status == 422
    assert body["detail"][0]["loc"] == ["query", "seed"]


async def test_a_second_question_mark_is_refused(server: RunningServer) -> None:
    query = "output_format=pcm_24000&model_id=eleven_multilingual_v2?optimize_streaming_latency=3"
    status, body = await fails_with(server.stream_input(query))
    assert status == 403
    assert "joined with &" in body["detail"]["message"]


async def test_a_wrong_path_is_refused(server: RunningServer) -> None:
    url = server.stream_input().replace("stream-input", "no-such-input")
    status, _ = await fails_with(url)
    assert status == 403


async def test_the_log_has_the_request_as_it_was_sent(server: RunningServer) -> None:
    query = "model_id=eleven_multilingual_v2&optimize_streaming_latency=3&x=%20%2B+%C3%A9"
    url = server.stream_input(query + "&output_format=pcm_8000", voice="en-us%2Bf3")
    await speak(url, say("Hello. "))
    assert f"GET /v1/text-to-speech/en-us%2Bf3/stream-input?{query}&output" in server.log


def test_voices_are_listed_in_the_documented_shape(server: RunningServer) -> None:
    with get(f"{server.address}/v1/voices") as response:
        voices = json.load(response)["voices"]
    assert len(voices) > 130
    by_id = {voice["voice_id"]: voice for voice in voices}
    assert len(by_id) == len(voices)
    assert by_id["en-us"]["labels"]["language"] == "en-us"
    assert by_id["JBFqnCBsd6RMkjVDRZzb"]["name"].startswith("George")
    for voice in voices:
        assert set(voice) == {
            "voice_id",
            "name",
            "category",
            "labels",
            "description",
            "preview_url",
            "available_for_tiers",
            "high_quality_base_model_ids",
        }
        assert set(voice["labels"]) - {"without_effect"} == {"language", "gender", "kind"}


def test_one_voice_is_described_as_in_the_list(server: RunningServer) -> None:
    with get(f"{server.address}/v1/voices/en-us%2Bf3") as response:
        assert json.load(response)["voice_id"] == "en-us+f3"
    with pytest.raises(urllib.error.HTTPError) as refusal:
        get(f"{server.address}/v1/voices/nobody")
    with refusal.value as answer:
        assert answer.code == 404
        assert json.load(answer)["detail"]["status"] == "voice_not_found"


def test_voices_need_the_key_where_one_is_set(keyed: RunningServer) -> None:
    for url in (f"{keyed.address}/v1/voices", f"{keyed.address}/v1/voices/en-us"):
        with get(url, xi_api_key="SECRET") as response:
            assert response.status == 200
        for headers in ({}, {"xi_api_key": "wrong"}):
            with pytest.raises(urllib.error.HTTPError) as refusal:
                get(url, **headers)
            with refusal.value as answer:
                assert answer.code == 401
                assert json.load(answer)["detail"]["status"] == "invalid_api_key"


def test_an_unknown_route_is_answered_in_json(server: RunningServer) -> None:
    with pytest.raises(urllib.error.HTTPError) as refusal:
        get(f"{server.address}/v1/nothing")
    with refusal.value as answer:
        assert answer.code == 404
        assert json.load(answer) == {"detail": "Not Found"}


def test_a_wrong_method_is_told_the_right_ones(server: RunningServer) -> None:
    answer = ask(f"{server.address}/v1/text-to-speech/en-us")
    assert (answer.status, answer.headers["allow"]) == (405, "POST")
    assert answer.json == {"detail": "Method Not Allowed"}


def test_a_stream_asked_for_without_an_upgrade_is_answered_in_json(server: RunningServer) -> None:
    with pytest.raises(urllib.error.HTTPError) as refusal:
        get(server.stream_input().replace("ws", "http", 1))
    with refusal.value as answer:
        assert answer.code == 400
        assert "detail" in json.load(answer)


# When things go wrong


async def test_a_worker_killed_in_mid_text_is_replaced_and_no_word_is_lost(
    start_server: StartServer,
) -> None:
    server = start_server()
    async with connect(server.stream_input(), compression=None, proxy=None) as socket:
        await socket.send(json.dumps(FIRST))
        await socket.send(json.dumps({"text": TEXT}))
        first = json.loads(await socket.recv())
        worker = server.worker
        os.kill(worker, signal.SIGKILL)
        result = await exchange(socket, [{"text": TEXT}, END])
    result.messages.insert(0, first)
    assert result.text == TEXT * 2
    assert result.code == 1000
    assert server.worker != worker
    assert 7 < len(pcm(result)) / 24_000 < 16


async def test_a_client_that_vanishes_leaves_the_server_to_others(
    start_server: StartServer,
) -> None:
    server = start_server()
    for _ in range(20):
        socket = await connect(server.stream_input(), compression=None, proxy=None)
        await socket.send(json.dumps(FIRST))
        await socket.send(json.dumps({"text": TEXT * 50}))
        await socket.recv()
        socket.transport.abort()
        await socket.wait_closed()
    result = await speak(server.stream_input(), say(TEXT))
    assert result.text == TEXT
    assert "Traceback" not in server.log
    assert "ERROR" not in server.log
