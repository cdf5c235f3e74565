"""What a recording holds of a stream, and what it never holds."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.server.recording.recording import (
    Closed,
    RecordedFrame,
    RecordedStream,
    Recorder,
    Refused,
    read_recording,
    same_target,
)
from jupyter_tts.server.recording.transcript import Transcript
from jupyter_tts.wire.errors import ProtocolError

CANARY = "sk_canary_7Qm2vT9x"
TARGET = "/v1/text-to-speech/en-us/stream-input?model_id=m"


def recorded(file: io.StringIO) -> list[RecordedStream]:
    return read_recording(file.getvalue().splitlines()).streams


def test_a_stream_is_read_as_it_was_written() -> None:
    file = io.StringIO()
    stream = Recorder(file).stream(TARGET, [], 100.0)
    stream.client('{"text": " ", "voice_settings": {"stability": 1}}', 100.5)
    stream.client('{"text": "Hello. "}', 101.0)
    stream.server('{"audio": "AAAA"}', 101.25)
    stream.client('{"text": ""}', 102.0)
    stream.server('{"isFinal": true}', 102.5)
    stream.closed(1000, "", 103.0)
    (read,) = recorded(file)
    assert read == RecordedStream(
        TARGET,
        Transcript("Hello. ", True),
        [RecordedFrame(7, 0.25, '{"audio": "AAAA"}'), RecordedFrame(8, 0.5, '{"isFinal": true}')],
        Closed(8, 1.0, 1000, ""),
    )


def test_a_refusal_and_a_stream_that_breaks_off_are_kept_as_such() -> None:
    file = io.StringIO()
    recorder = Recorder(file)
    recorder.stream(TARGET, [], 0.0).refused(429, '{"detail": "busy"}', 0.5)
    recorder.stream(TARGET, [], 1.0).client('{"text": " "}', 1.5)
    refused, broken = recorded(file)
    assert refused.end == Refused(429, '{"detail": "busy"}')
    assert broken.end is None


def test_streams_that_are_open_at_once_do_not_mix() -> None:
    file = io.StringIO()
    recorder = Recorder(file)
    streams = [recorder.stream(TARGET, [], 0.0) for _ in range(2)]
    for number, stream in enumerate(streams):
        stream.client(json.dumps({"text": f"Text {number}. "}), 1.0)
    for number, stream in enumerate(streams):
        stream.server(f"frame {number}", 2.0)
    read = recorded(file)
    assert [stream.transcript.text for stream in read] == ["Text 0. ", "Text 1. "]
    assert [stream.frames[0].text for stream in read] == ["frame 0", "frame 1"]


def test_no_key_or_token_is_kept_wherever_it_stands() -> None:
    file = io.StringIO()
    target = f"{TARGET}&xi_api_key={CANARY}&single_use_token={CANARY}&note={CANARY}"
    stream = Recorder(file).stream(target, [CANARY], 0.0)
    message = {"text": " ", "xi_api_key": CANARY, "authorization": f"Bearer {CANARY}"}
    stream.client(json.dumps(message), 0.0)
    stream.server(f'{{"message": "Bad key {CANARY}"}}', 0.0)
    stream.server(json.dumps({"alignment": {"chars": list(f"Bad {CANARY}")}}), 0.0)
    for part in (CANARY[:9], CANARY[9:]):
        stream.server(json.dumps({"normalizedAlignment": {"characters": list(part)}}), 0.0)
    stream.server(json.dumps({"message": CANARY}).replace("canary", "\\u0063anary"), 0.0)
    stream.closed(1008, f"Bad key {CANARY}", 0.0)
    for frame in recorded(io.StringIO(file.getvalue()))[0].frames:
        assert "7" not in frame.text
        assert json.loads(frame.text)
    assert CANARY not in file.getvalue()
    (read,) = recorded(file)
    assert same_target(read.target, TARGET + "&note=[redacted]")


def test_a_key_that_came_first_in_a_message_is_hidden_from_then_on() -> None:
    file = io.StringIO()
    stream = Recorder(file).stream(TARGET, [], 0.0)
    stream.client(json.dumps({"text": " ", "authorization": f"Bearer {CANARY}"}), 0.0)
    stream.server(f"Bad key {CANARY}", 0.0)
    stream.client(f"not JSON, but {CANARY}", 0.0)
    stream.refused(401, CANARY, 0.0)
    assert CANARY not in file.getvalue()


@given(
    client=st.lists(st.text(max_size=20)),
    server=st.lists(st.text(max_size=20)),
)
def test_frames_are_kept_as_they_are_whatever_they_are(
    client: list[str], server: list[str]
) -> None:
    file = io.StringIO()
    stream = Recorder(file).stream(TARGET, [], 0.0)
    for frame in client:
        stream.client(frame, 1.0)
    for frame in server:
        stream.server(frame, 2.0)
    (read,) = recorded(file)
    assert [frame.text for frame in read.frames] == server


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [""],
        ['{"recording": "jupyter_tts", "version": 2}'],
        ['{"recording": "jupyter_tts", "version": 1}'],
        ['{"recording": "jupyter_tts", "version": 1}', "[]"],
        ['{"recording": "jupyter_tts", "version": 1}', '{"stream": 0, "at": 0, "server": "x"}'],
        [
            '{"recording": "jupyter_tts", "version": 1}',
            '{"stream": 0, "at": 0, "opened": "/v1"}',
            '{"stream": 0, "at": 0, "closed": {"code": "never"}}',
        ],
        [
            '{"recording": "jupyter_tts", "version": 1}',
            '{"stream": 0, "at": 0, "opened": "/v1"}',
            '{"stream": 0, "at": 0, "closed": {"code": 99999, "reason": ""}}',
        ],
        [
            '{"recording": "jupyter_tts", "version": 1}',
            '{"stream": 0, "at": 0, "opened": "/v1"}',
            '{"stream": 0, "at": 0, "refused": {"status": 7, "body": ""}}',
        ],
        [
            '{"recording": "jupyter_tts", "version": 1}',
            '{"stream": 0, "at": 0, "opened": "/v1", "asked": null}',
            '{"stream": 0, "at": 0, "answered": {"status": 99999, "headers": {}}}',
        ],
        ['{"recording": "jupyter_tts", "version": 1}', "[" * 200_000],
    ],
)
def test_what_is_no_recording_is_refused(lines: list[str]) -> None:
    with pytest.raises(ProtocolError):
        read_recording(lines)


def test_what_is_no_text_is_no_recording() -> None:
    with pytest.raises(ProtocolError, match="not text in UTF-8"):
        read_recording(io.TextIOWrapper(io.BytesIO(b"RIFF\xff\xfe\x00WAVE"), "utf-8"))


def test_the_same_url_may_have_its_parameters_in_any_order_and_other_keys() -> None:
    stream = RecordedStream("/p?b=2&a=%201&token=[redacted]")
    assert same_target(stream.target, "/p?a=+1&b=2")
    assert same_target(stream.target, "/p?a=%201&b=2&xi-api-key=x")
    assert not same_target(stream.target, "/p?a=1&b=2")
    assert not same_target(stream.target, "/q?a=%201&b=2")


@pytest.mark.parametrize(
    ("messages", "transcript"),
    [
        ([{"text": " "}, {"text": "a "}, {"text": " "}, {"text": "b"}], Transcript("a b")),
        ([{"text": "a"}, {"text": ""}], Transcript("a", True)),
        (["noise", 1, None, {"text": 1}], Transcript()),
        (
            [
                {"voices": ["A", "B"]},
                {"inputs": [{"text": "a ", "voice_id": "A"}, {"text": "b", "voice_id": "B"}]},
                {"inputs": ["noise", {"text": 1}], "flush": True},
                {"inputs": [{"text": "c", "voice_id": "A"}], "close_socket": True},
            ],
            Transcript("a bc", True),
        ),
    ],
)
def test_the_transcript_is_text_and_its_end(messages: list[object], transcript: Transcript) -> None:
    read = Transcript.on(TARGET)
    for message in messages:
        read.add(message)
    assert read == transcript


@pytest.mark.parametrize(
    ("messages", "transcript"),
    [
        (
            [{"text": "a", "context_id": "x"}, {"text": "", "contextId": "y"}, {"text": "b"}],
            Transcript("ab", False, True, ["x", "y", None]),
        ),
        ([{"text": " "}, {"text": ""}, {"text": "a"}], Transcript("a", False, True, [None])),
        ([{"text": "a", "context_id": [1]}, {"close_socket": True}], Transcript("a", True, True)),
    ],
)
def test_with_contexts_an_empty_text_is_not_the_end(
    messages: list[object], transcript: Transcript
) -> None:
    read = Transcript.on(TARGET.replace("stream-input", "multi-stream-input"))
    for message in messages:
        read.add(message)
    assert read == transcript


def test_an_answer_is_read_as_it_was_written_and_holds_no_key() -> None:
    file = io.StringIO()
    target = f"/v1/text-to-speech/en-us?output_format=pcm_8000&xi_api_key={CANARY}"
    body = {"text": f"Hello {CANARY}.", "token": "sk_other"}
    answer = Recorder(file).answer(target, body, [CANARY], 100.0)
    answer.answered(200, {"content-type": "audio/pcm", "request-id": CANARY}, 100.5)
    answer.body(bytes(range(256)), 101.0)
    answer.body(f"Bad key {CANARY} or sk_other".encode(), 101.5)
    answer.ended(True, 102.0)
    assert CANARY not in file.getvalue()
    assert "sk_other" not in file.getvalue()
    (read,) = read_recording(file.getvalue().splitlines()).answers
    assert same_target(read.target, "/v1/text-to-speech/en-us?output_format=pcm_8000")
    assert read.text == "Hello [redacted]."
    assert (read.begun, read.status, read.ended) == (0.5, 200, 2.0)
    assert read.headers == {"content-type": "audio/pcm", "request-id": "[redacted]"}
    hidden = b"Bad key [redacted] or [redacted]"
    assert read.pieces == [(1.0, bytes(range(256))), (1.5, hidden)]


def test_an_answer_that_breaks_off_or_was_lost_has_no_end() -> None:
    file = io.StringIO()
    recorder = Recorder(file)
    recorder.answer("/v1/voices", None, [], 0.0)
    recorder.answer("/v1/models", None, [], 0.0).ended(False, 1.0)
    broken, lost = read_recording(file.getvalue().splitlines()).answers
    assert (broken.status, broken.ended, lost.ended) == (0, None, None)
