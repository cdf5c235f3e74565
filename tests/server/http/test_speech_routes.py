"""Speech over HTTP: real process, real voice."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import functools
import io
import itertools
import json
import wave
from http.client import IncompleteRead
from typing import Any

import numpy as np
import pytest

from jupyter_tts.audio.codecs import decoder
from jupyter_tts.audio.formats import parse_format
from jupyter_tts.audio.loudness import loudness
from jupyter_tts.audio.resample import Resampler
from jupyter_tts.server import Conditions, serve
from jupyter_tts.server.access.limits import Limits
from jupyter_tts.server.engines.espeak.engine import EspeakEngine
from jupyter_tts.server.http.text_request import WAV_FORMATS
from jupyter_tts.wire.errors import VoiceEngineError
from jupyter_tts.wire.parameters import FORMATS

from ..http_client import Answer, ask
from ..serving import RunningServer, StartServer, in_process, speak, until

TEXT = (
    "The quick brown fox jumps over the lazy dog. Then, after a short rest, it does so again; "
    "nobody knows why. In the end they both sleep under the old tree, and 42 birds sing for them."
    " Nobody wakes up before the morning comes."
)
ROUTES = ("", "/stream", "/with-timestamps", "/stream/with-timestamps")
TYPES = {
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "pcm": "audio/pcm",
    "ulaw": "audio/basic",
    "alaw": "audio/x-alaw-basic",
}


def url(address: str, route: str = "", query: str = "", voice: str = "en-us") -> str:
    return f"{address}/v1/text-to-speech/{voice}{route}?{query}"


def post(server: RunningServer, route: str = "", query: str = "", **body: Any) -> Answer:
    return ask(url(server.address, route, query, server.voice), {"text": TEXT} | body)


async def sent(
    address: str, route: str, body: bytes, *, length: int | None = None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Send a request by hand, without reading the answer."""
    host, port = address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = (
        f"POST /v1/text-to-speech/en-us{route} HTTP/1.1",
        f"Host: {host}",
        f"Content-Length: {len(body) if length is None else length}",
    )
    writer.write("\r\n".join((*head, "", "")).encode() + body)
    return reader, writer


def pcm(name: str, audio: bytes) -> bytes:
    coder = decoder(parse_format(name))
    return coder.decode(audio) + coder.flush()


def seconds(name: str, audio: bytes) -> float:
    return len(pcm(name, audio)) / 2 / parse_format(name).sample_rate


@functools.cache
def plain_sound(address: str, voice: str) -> bytes:
    """The text as pcm_22050."""
    return ask(url(address, "", "output_format=pcm_22050&seed=7", voice), {"text": TEXT}).body


@pytest.fixture
def plain(server: RunningServer) -> bytes:
    return plain_sound(server.address, server.voice)


@pytest.mark.parametrize("route", ["", "/stream"])
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_the_same_duration_and_loudness(
    server: RunningServer, plain: bytes, route: str, name: str
) -> None:
    answer = post(server, route, f"output_format={name}")
    assert answer.status == 200
    assert answer.headers["content-type"] == TYPES[name.split("_")[0]]
    # eSpeak NG varies by some 10 ms per segment between calls.
    assert seconds(name, answer.body) == pytest.approx(len(plain) / 44_100, abs=0.15)
    rate = parse_format(name).sample_rate
    # What a low rate leaves out of the voice is no fault: some 0.4 dB above 4 kHz.
    reference = Resampler(22_050, rate).convert(plain) if rate < 22_050 else plain
    louder = loudness(pcm(name, answer.body), rate) / loudness(reference, min(rate, 22_050))
    assert abs(20 * np.log10(louder)) < 0.5


@pytest.mark.parametrize("name", WAV_FORMATS)
def test_a_wav_file_has_its_length(server: RunningServer, name: str) -> None:
    answer = post(server, "", f"output_format={name}", text="Hello, world.")
    assert answer.headers["content-type"] == "audio/wav"
    with wave.open(io.BytesIO(answer.body)) as file:
        assert file.getframerate() == int(name.partition("_")[2])
        assert file.getnchannels() == 1
        assert file.getnframes() == (len(answer.body) - 44) // 2 > file.getframerate() // 2


def test_a_tag_is_silent_with_a_model_that_performs_it(server: RunningServer) -> None:
    text = "[laughs out very loud] Hello."

    def length(model: str) -> float:
        answer = post(server, "/with-timestamps", text=text, model_id=model)
        times = answer.json["alignment"]
        assert "".join(times["characters"]) == text
        return float(times["character_end_times_seconds"][text.index("]")])

    assert length("eleven_v4") < 0.3 < length("eleven_flash_v2_5")


def test_without_a_format_it_is_mp3(server: RunningServer) -> None:
    answer = post(server)
    assert answer.headers["content-type"] == "audio/mpeg"
    assert 10 < seconds("mp3_44100_128", answer.body) < 25


async def test_it_is_the_same_sound_as_in_a_websocket(server: RunningServer) -> None:
    text = TEXT[:90]
    answer = await asyncio.to_thread(post, server, "/stream", "output_format=pcm_24000", text=text)
    query = "output_format=pcm_24000&auto_mode=true"
    result = await speak(server.stream_input(query), [{"text": " "}, {"text": text}, {"text": ""}])
    assert len(answer.body) / 48_000 == pytest.approx(len(result.audio) / 48_000, abs=0.05)


@pytest.mark.parametrize("name", ["pcm_16000", "mp3_22050_32", "opus_48000_64", "wav_24000"])
def test_timestamps_are_those_of_the_whole_text(server: RunningServer, name: str) -> None:
    answer = post(server, "/with-timestamps", f"output_format={name}").json
    alignment = answer["alignment"]
    assert answer["normalized_alignment"] == alignment
    assert "".join(alignment["characters"]) == TEXT
    starts = alignment["character_start_times_seconds"]
    ends = alignment["character_end_times_seconds"]
    assert len(starts) == len(ends) == len(TEXT)
    assert all(a <= b for a, b in itertools.pairwise(starts))
    audio = base64.b64decode(answer["audio_base64"])
    plain = "pcm_24000" if name.startswith("wav") else name
    length = seconds(plain, audio[44:] if name.startswith("wav") else audio)
    assert ends[-1] == pytest.approx(length, abs=0.08)


def test_a_streamed_answer_has_an_object_on_each_line(server: RunningServer) -> None:
    answer = post(server, "/stream/with-timestamps", "output_format=mp3_44100_64")
    lines = [json.loads(line) for line in answer.body.splitlines()]
    assert len(lines) > 20
    timed = [line["alignment"] for line in lines if line["alignment"]]
    assert "".join(character for part in timed for character in part["characters"]) == TEXT
    starts = [start for part in timed for start in part["character_start_times_seconds"]]
    assert all(a <= b for a, b in itertools.pairwise(starts))
    assert len(timed) > 1
    audio = b"".join(base64.b64decode(line["audio_base64"]) for line in lines)
    last = timed[-1]["character_end_times_seconds"][-1]
    assert seconds("mp3_44100_64", audio) == pytest.approx(last, abs=0.08)


def test_settings_are_heard(server: RunningServer) -> None:
    def samples(query: str = "", **body: Any) -> int:
        body |= {"text": "Call 3141592 now, please. "}
        return len(post(server, "", f"output_format=pcm_16000&{query}", **body).body) // 2

    usual = samples()
    assert samples(voice_settings={"speed": 0.7}) > 1.2 * usual
    digits = samples(apply_text_normalization="off")
    assert abs(digits - usual) > 1_600
    assert samples("optimize_streaming_latency=4") == pytest.approx(digits, abs=800)
    assert samples(language_code="de") != pytest.approx(usual, abs=100)
    assert samples(previous_text="What?", model_id="eleven_v3") == pytest.approx(usual, abs=800)


@pytest.mark.parametrize("route", ROUTES)
def test_the_headers_say_what_the_request_was(server: RunningServer, route: str) -> None:
    first, second = post(server, route), post(server, route)
    assert first.headers["character-cost"] == str(len(TEXT))
    assert int(first.headers["current-concurrent-requests"]) == 1
    assert first.headers["maximum-concurrent-requests"] == str(Limits().streams)
    assert len(first.headers["request-id"]) == 32
    assert first.headers["request-id"] == first.headers["x-trace-id"]
    assert first.headers["request-id"] != second.headers["request-id"]


@pytest.mark.parametrize("route", ROUTES)
def test_faults_are_answered_before_anything_is_spoken(server: RunningServer, route: str) -> None:
    nobody = ask(url(server.address, route, voice="nobody"), {"text": "x"})
    assert (nobody.status, nobody.code) == (404, "voice_not_found")
    assert nobody.json["detail"]["request_id"] == nobody.headers["request-id"]
    assert nobody.json["detail"]["status"] == "voice_not_found"
    long = post(server, route, text="x" * 10_001)
    assert (long.status, long.code) == (400, "max_character_limit_exceeded")
    invalid = ask(url(server.address, route), {})
    assert invalid.status == 422
    assert invalid.json["detail"] == [
        {"loc": ["body", "text"], "msg": "Field required", "type": "missing"}
    ]


def test_wav_is_not_streamed(server: RunningServer) -> None:
    for route in ("/stream", "/stream/with-timestamps"):
        assert post(server, route, "output_format=wav_24000").status == 422


def test_the_key_is_required_and_not_logged(keyed: RunningServer) -> None:
    for headers in ({}, {"xi_api_key": "wrong"}):
        answer = ask(url(keyed.address), {"text": "x"}, **headers)
        assert (answer.status, answer.code) == (401, "invalid_api_key")
    assert ask(url(keyed.address), {"text": "x"}, xi_api_key="SECRET").status == 200
    query = "authorization=Bearer%20SECRET"
    assert ask(url(keyed.address, query=query), {"text": "x"}).status == 200
    assert "POST /v1/text-to-speech/en-us" in keyed.log
    assert "SECRET" not in keyed.log


def test_beyond_the_quota_nothing_is_spoken(start_server: StartServer) -> None:
    server = start_server("--quota", "30")
    assert post(server, text="x" * 20).status == 200
    answer = post(server, text="y" * 20)
    assert (answer.status, answer.code) == (401, "quota_exceeded")
    assert "You have 10 credits remaining, while 20 credits" in answer.json["detail"]["message"]
    assert post(server, text="z" * 10).status == 200


async def test_a_websocket_ends_where_the_quota_does(start_server: StartServer) -> None:
    server = start_server("--quota", "30")
    messages = [
        {"text": " "},
        {"text": "This is within it. ", "flush": True},
        {"text": "But this is not. ", "flush": True},
        {"text": ""},
    ]
    result = await speak(server.stream_input(), messages)
    assert result.text == "This is within it. "
    assert result.messages[-1]["error"] == "quota_exceeded"
    assert result.messages[-1]["code"] == result.code == 1008
    assert len(result.audio) > 24_000


async def test_a_request_too_many_gets_429() -> None:
    async with in_process(limits=Limits(streams=0)) as address:
        answer = await asyncio.to_thread(ask, url(address), {"text": "x"})
        assert (answer.status, answer.code) == (429, "too_many_concurrent_requests")
        assert answer.headers["retry-after"] == "1"


async def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    async with in_process(limits=Limits(handshake_seconds=0.2)) as address:
        reader, writer = await sent(address, "", b"{", length=9)
        assert (await reader.readline()).startswith(b"HTTP/1.1 408")
        writer.close()


@pytest.mark.parametrize("route", ROUTES)
def test_a_body_that_is_not_packed_as_it_says_is_refused(server: RunningServer, route: str) -> None:
    answer = ask(url(server.address, route), b'{"text": "Hello."}', content_encoding="gzip")
    assert (answer.status, answer.code) == (400, "invalid_parameters")


@pytest.mark.parametrize(("route", "query"), [("", "output_format=wav_8000"), (ROUTES[2], "")])
async def test_an_answer_that_comes_whole_is_made_no_faster(route: str, query: str) -> None:
    slow = Conditions(first_audio_delay=30_000, concurrency=1)
    async with serve(conditions=slow) as server:

        async def second() -> int:
            request = ask, url(server.url, "/stream"), {"text": "x"}
            return (await asyncio.to_thread(*request)).status

        _, writer = await sent(server.url, f"{route}?{query}", b'{"text": "Hello there."}')
        await until(lambda: server._simulation.generating == 1)
        server.conditions(concurrency=1)
        assert [await second() for _ in range(3)] == [429] * 3
        writer.close()


class FailingEngine(EspeakEngine):
    """Speaks so many segments, then fails."""

    def __init__(self, segments: int, fault: Exception | None = None) -> None:
        super().__init__()
        self.left = segments
        self.fault = fault or VoiceEngineError("The voice is gone.")

    async def speak(self, *arguments: Any, **options: Any) -> Any:
        if not self.left:
            raise self.fault
        self.left -= 1
        return await super().speak(*arguments, **options)


async def test_a_voice_that_fails_at_once_is_a_500() -> None:
    async with FailingEngine(0) as engine, in_process(engine=engine) as address:
        for route in ROUTES:
            answer = await asyncio.to_thread(ask, url(address, route), {"text": TEXT})
            assert (answer.status, answer.code) == (500, "something_went_wrong")
        preview = await asyncio.to_thread(ask, f"{address}/v1/voices/en-us/preview")
        assert (preview.status, preview.code) == (500, "something_went_wrong")


async def test_what_nobody_has_foreseen_is_a_500_and_stands_in_the_log_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with (
        FailingEngine(0, RuntimeError("CANARY")) as engine,
        in_process(engine=engine) as address,
    ):
        for route in ROUTES:
            answer = await asyncio.to_thread(ask, url(address, route), {"text": TEXT})
            assert (answer.status, answer.code) == (500, "something_went_wrong")
            assert b"CANARY" not in answer.body
    assert caplog.text.count("RuntimeError: CANARY") == len(ROUTES)


@pytest.mark.parametrize("fault", [None, RuntimeError("CANARY")])
async def test_a_voice_that_fails_later_cuts_the_answer_off(fault: Exception | None) -> None:
    async with FailingEngine(1, fault) as engine, in_process(engine=engine) as address:
        for route in ("/stream", "/stream/with-timestamps"):
            engine.left = 1
            with pytest.raises((ConnectionError, IncompleteRead)):
                await asyncio.to_thread(ask, url(address, route), {"text": TEXT})
        engine.left = 99
        assert (await asyncio.to_thread(ask, url(address), {"text": TEXT})).status == 200


async def test_a_client_that_leaves_is_forgotten_and_is_no_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with in_process(limits=Limits(streams=1)) as address:
        body = json.dumps({"text": TEXT * 25}).encode()
        for _ in range(5):
            reader, writer = await sent(address, "/stream?output_format=pcm_48000", body)
            while not (line := await reader.readline()).startswith(b"HTTP/1.1 200"):
                assert line.startswith(b"HTTP/1.1 429"), line  # the one before is still leaving
                break
            writer.transport.abort()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()
        async with asyncio.timeout(60):
            while (await asyncio.to_thread(ask, url(address), {"text": "x"})).status == 429:
                await asyncio.sleep(0)
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


@pytest.mark.parametrize("route", ROUTES)
def test_a_break_is_a_pause_and_its_tag_keeps_its_times(server: RunningServer, route: str) -> None:
    def spoken(text: str) -> tuple[float, str]:
        answer = post(server, route, "output_format=pcm_22050", text=text)
        if not route.endswith("timestamps"):
            return len(answer.body) / 44_100, text
        objects = [json.loads(line) for line in answer.body.splitlines()]
        audio = b"".join(base64.b64decode(message["audio_base64"]) for message in objects)
        timed = [message["alignment"]["characters"] for message in objects if message["alignment"]]
        return len(audio) / 44_100, "".join(itertools.chain(*timed))

    text = 'Hold on. <break time="2s" />Now.'
    duration, characters = spoken(text)
    # eSpeak NG varies by some 10 ms per segment between calls.
    assert duration == pytest.approx(spoken("Hold on. Now.")[0] + 2, abs=0.3)
    assert characters == text


def test_a_long_text_is_not_cut_within_a_tag(server: RunningServer) -> None:
    tag = '<break time="0.5s" />'
    text = f"One, two, three, four, five, six, seven, eight, nine, ten, and so on. {tag} " * 5
    plain = post(server, query="output_format=pcm_22050", text=text.replace(tag, "")).body
    tagged = post(server, query="output_format=pcm_22050", text=text).body
    assert (len(tagged) - len(plain)) / 44_100 == pytest.approx(5 * 0.5, abs=0.4)


def test_a_phoneme_is_spoken_by_its_pronunciation(server: RunningServer) -> None:
    def length(text: str) -> float:
        return len(post(server, query="output_format=pcm_22050", text=text).body) / 44_100

    element = '<phoneme alphabet="ipa" ph="ˈænti">x</phoneme>'
    assert length(f"My {element}.") == pytest.approx(length("My auntie."), abs=0.15)
    # Read as text, the tag's own words take longer.
    assert length(element.replace("phoneme", "sound")) > length(f"My {element}.") + 1
