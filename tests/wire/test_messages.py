from __future__ import annotations

import base64
import contextlib
import dataclasses
import importlib.util
import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.wire.alignment import Alignment
from jupyter_tts.wire.errors import ProtocolError
from jupyter_tts.wire.messages import (
    END_OF_INPUT,
    KEEPALIVE,
    ServerFault,
    ServerMessage,
    decode_client,
    decode_context_client,
    decode_server,
    decode_timed_audio,
    encode_server,
    encode_text,
    server,
    sound,
    timed_audio,
)
from jupyter_tts.wire.messages.fields import read_object

ALIGNMENT = Alignment(("H", "i", " "), (0, 50, 90), (50, 40, 10))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(
    ["audio", "isFinal", "is_final", "alignment", "normalizedAlignment", "error", "message", "code"]
)
alignments = st.lists(
    st.tuples(st.text(min_size=1, max_size=2), st.integers(0, 10**6), st.integers(0, 10**4)),
    max_size=8,
).map(lambda rows: Alignment(*(tuple(row[n] for row in rows) for n in range(3))))


@given(
    audio=st.binary(max_size=200),
    final=st.booleans(),
    alignment=st.none() | alignments,
    normalized=st.none() | alignments,
)
def test_a_server_message_survives_the_wire(
    audio: bytes, final: bool, alignment: Alignment | None, normalized: Alignment | None
) -> None:
    message = ServerMessage(audio, final, alignment, normalized)
    assert decode_server(encode_server(message)) == message
    assert decode_server(encode_server(message).encode()) == message


def _read(
    frame: str | bytes, decode: Callable[[str | bytes], ServerMessage] = decode_server
) -> ServerMessage | str:
    try:
        return decode(frame)
    except ProtocolError as error:
        return error.message


@pytest.mark.parametrize(
    "frame",
    [
        '{"audio": "AAEC", "isFinal": null}',
        '{"isFinal": true, "audio" :\n"AAEC"}',
        '{"audio": ""}',
        r'{"audio": "AA\/C"}',
        r'{"audio": "AA\u0041C"}',
        '{"audio": "AA", "isFinal": true}',
        '{"audio": "AA\\"C", "isFinal": true}',
        '{"audio": "AA\tC"}',
        '{"audio": "AA\N{LATIN SMALL LETTER E WITH ACUTE}C"}',
        '{"audio": "AAEC", "isFinal": tru}',
        '{"audio": "AAEC"',
        '{"audio": "AAEC',
        '{"audio": "AAEC", "audio": "AgME"}',
        '{"audio": "AAEC", "audio": null}',
        '{"other": {"audio": "AAEC"}}',
        '{"other": {"audio": "AAEC"}, "audio": "AgME"}',
        r'{"other": "\"audio\": \"AAEC", "audio": "AgME"}',
        '["audio", "AAEC"]',
        '{"audio": "AAEC"} {}',
        '{"audio": "AAEC", "error": "quota_exceeded", "message": "none left"}',
    ],
)
def test_bytes_are_read_as_text_is_wherever_the_sound_stands(frame: str) -> None:
    assert _read(frame.encode()) == _read(frame)


@st.composite
def frames_with_sound(draw: st.DrawFn) -> bytes:
    """Frames with keys and texts that look like sound, some there twice, and some spoilt."""
    texts = st.sampled_from(
        ["AAEC", "AgM=", "AAE", "AA-_", "", 'x"audio', '"audio":"AAEC"', "\\", "\ud800", "audio"]
    )
    values = st.recursive(
        texts | st.none() | st.integers(-1, 1),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
        max_leaves=4,
    )
    keys = st.sampled_from(["audio", "audio", "audio_base64", "isFinal", "alignment", 'x"audio'])
    ascii_only, space = draw(st.booleans()), draw(st.sampled_from(["", " ", "\n"]))
    pairs = [
        json.dumps(key) + space + ":" + space + json.dumps(value, ensure_ascii=ascii_only)
        for key, value in draw(st.lists(st.tuples(keys, values), max_size=4))
    ]
    frame = ("{" + ",".join(pairs) + "}").encode(errors="surrogatepass")
    at = draw(st.integers(0, len(frame)))
    spoilt = draw(st.sampled_from([frame[at:], frame[at + 1 :], b'"' + frame[at:], b""]))
    return draw(st.sampled_from([frame, frame, frame[:at] + spoilt]))


@given(frames_with_sound())
def test_any_frame_is_read_as_one_whose_sound_stays_text(frame: bytes) -> None:
    for decode, module in ((decode_server, server), (decode_timed_audio, timed_audio)):
        read = _read(frame, decode)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "read_message", read_object)
            assert _read(frame, decode) == read


def test_what_stands_for_the_sound_meanwhile_cannot_be_known() -> None:
    # A server that knew it could have the sound of one key taken for that of another.
    spec = importlib.util.find_spec(sound.__name__)
    assert spec is not None
    assert spec.loader is not None
    again = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(again)
    assert again._TAKEN != sound._TAKEN


def test_a_note_on_the_voice_is_one_more_field_and_never_long() -> None:
    frame = encode_server(ServerMessage(b"\1\2", note="eSpeak NG speaks."))
    assert json.loads(frame)["embedded_voice"] == "eSpeak NG speaks."
    assert decode_server(frame).note == "eSpeak NG speaks."
    assert decode_server('{"audio": "", "embedded_voice": ["no", "text"]}').note == ""
    assert len(decode_server(json.dumps({"embedded_voice": "x" * 10_000})).note) == 500


def test_a_server_sends_all_four_keys_and_null_for_not_final() -> None:
    frame = json.loads(encode_server(ServerMessage(b"\x01\x02", alignment=ALIGNMENT)))
    assert set(frame) == {"audio", "isFinal", "normalizedAlignment", "alignment"}
    assert base64.b64decode(frame["audio"]) == b"\x01\x02"
    assert frame["isFinal"] is None
    assert frame["alignment"] == {
        "chars": ["H", "i", " "],
        "charStartTimesMs": [0, 50, 90],
        "charDurationsMs": [50, 40, 10],
    }
    final = json.loads(encode_server(ServerMessage(is_final=True)))
    assert final == {"audio": None, "isFinal": True, "normalizedAlignment": None, "alignment": None}


@pytest.mark.parametrize("durations", ["charDurationsMs", "charsDurationsMs"])
def test_both_spellings_of_the_durations_are_read(durations: str) -> None:
    timed = {"chars": ["a"], "charStartTimesMs": [1], durations: [2]}
    message = decode_server(json.dumps({"audio": None, "alignment": timed}))
    assert message.alignment == Alignment(("a",), (1,), (2,))


@pytest.mark.parametrize("starts", ["charsStartTimesMs", "chars_start_times_ms"])
def test_other_spellings_of_the_starts_are_read(starts: str) -> None:
    timed = {"chars": ["a"], starts: [1], "charDurationsMs": [2]}
    message = decode_server(json.dumps({"audio": None, "alignment": timed}))
    assert message.alignment == Alignment(("a",), (1,), (2,))


def read_times(items: list[str], half: str = "") -> Alignment | None:
    """Read an alignment whose items last 10 ms each."""
    starts = [10 * number for number in range(len(items))]
    timed = {"chars": items, "charStartTimesMs": starts, "charDurationsMs": [10] * len(items)}
    frame = json.dumps({"audio": None, "alignment": timed, "normalizedAlignment": timed})
    message = decode_server(frame, half)
    assert message.normalized_alignment == message.alignment
    return message.alignment


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        (["\ud83d", "\ude00", "b"], Alignment(("😀", "b"), (0, 20), (20, 10))),
        (["a\ud83d", "\ude00b"], Alignment(("a😀", "b"), (0, 10), (10, 10))),
        (["\ud83d\ude00"], Alignment(("😀",), (0,), (10,))),
        (["\ud83d", "b", "\ude00"], Alignment(("\ufffd", "b", "\ufffd"), (0, 10, 20), (10,) * 3)),
        (["\ud83d"], Alignment(("",), (0,), (10,), "\ud83d")),
        (["a\ud83d\ud83d"], Alignment(("a\ufffd",), (0,), (10,), "\ud83d")),
    ],
)
def test_halves_of_utf_16_pairs_become_characters(items: list[str], expected: Alignment) -> None:
    assert read_times(items) == expected


def test_a_half_goes_on_in_the_next_message() -> None:
    assert read_times(["\ude00", "b"], "\ud83d") == Alignment(("😀", "b"), (0, 10), (10, 10))
    assert read_times(["b"], "\ud83d") == Alignment(("\ufffdb",), (0,), (10,))
    assert read_times([], "\ud83d") == Alignment((), (), (), "\ud83d")


@given(st.lists(st.text(st.sampled_from("a \ud83d\ude00😀"), max_size=3), max_size=6))
def test_what_can_be_sent_is_left_of_any_halves(items: list[str]) -> None:
    alignment = read_times(items)
    assert alignment is not None
    joined = "".join(items).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    assert alignment.text + "\ufffd" * len(alignment.half) == joined
    alignment.text.encode()


@pytest.mark.parametrize("items", [["a" * 100_001], ["a"] * 100_001])
def test_an_alignment_larger_than_any_text_costs_the_times_and_not_the_sound(
    items: list[str],
) -> None:
    assert read_times(items) is None
    assert read_times([items[0][:1]] * 100_000) is not None


def test_snake_case_is_read_as_camel_case() -> None:
    timed = {"chars": ["a"], "char_start_times_ms": [1.0], "char_durations_ms": [2]}
    frame = {"audio": "AAA=", "is_final": True, "normalized_alignment": timed}
    message = decode_server(json.dumps(frame))
    assert message == ServerMessage(b"\0\0", True, None, Alignment(("a",), (1,), (2,)), fault=None)


@pytest.mark.parametrize(
    "timed",
    [
        {"chars": ["a"], "charStartTimesMs": [1, 2], "charDurationsMs": [1]},
        {"chars": [1], "charStartTimesMs": [1], "charDurationsMs": [1]},
        {"chars": ["a"], "charStartTimesMs": ["x"], "charDurationsMs": [1]},
        {"chars": ["a"], "charStartTimesMs": [1e300], "charDurationsMs": [1]},
        {"chars": ["a", "b"], "charStartTimesMs": [10**400, 0.5], "charDurationsMs": [1, 1]},
        {"chars": ["a", "b"], "charStartTimesMs": [0, 1], "charDurationsMs": [math.nan, 1]},
        {"chars": ["a", "b"], "charStartTimesMs": [0, 1], "charDurationsMs": [1, -math.inf]},
        {"chars": ["a"], "charStartTimesMs": [True], "charDurationsMs": [1]},
        {"chars": "a", "charStartTimesMs": 1},
        [],
        "no",
    ],
)
def test_a_malformed_alignment_costs_the_times_and_not_the_sound(timed: Any) -> None:
    message = decode_server(json.dumps({"audio": "AAA=", "alignment": timed}))
    assert message.audio == b"\0\0"
    assert message.alignment is None


@pytest.mark.parametrize(
    ("frame", "fault"),
    [
        (
            {"message": "Invalid API key", "error": "invalid_api_key", "code": 1008},
            ServerFault("Invalid API key", "invalid_api_key", 1008),
        ),
        ({"error": "x"}, ServerFault("", "x")),
        (
            {"detail": {"status": "quota_exceeded", "message": "No credits."}},
            ServerFault("No credits.", "quota_exceeded"),
        ),
        (
            {"message": "No.", "error": "payment_required", "code": "paid_plan_required"},
            ServerFault("No.", "paid_plan_required"),
        ),
        (
            {"detail": [{"loc": ["voices"], "msg": "field required", "type": "missing"}]},
            ServerFault("voices: field required"),
        ),
        ({"detail": {"code": "x", "message": ["a", "b"]}}, ServerFault("a; b", "x")),
        ({"detail": "Not here."}, ServerFault("Not here.")),
    ],
)
def test_errors_in_either_shape_are_read_as_faults(frame: Any, fault: ServerFault) -> None:
    assert decode_server(json.dumps(frame)).fault == fault


@pytest.mark.parametrize(
    "frame", ["", "nonsense", "[]", "1", '{"audio": "?"}', '{"audio": 7}', b"\xff"]
)
def test_what_is_no_message_is_a_protocol_error(frame: str | bytes) -> None:
    with pytest.raises(ProtocolError):
        decode_server(frame)


@given(st.dictionaries(KEYS | st.text(), JSON).map(json.dumps) | st.text() | st.binary())
def test_no_frame_raises_anything_but_a_protocol_error(frame: str | bytes) -> None:
    for decode in (decode_server, decode_client, decode_context_client):
        with contextlib.suppress(ProtocolError):
            decode(frame)


def test_a_deeply_nested_frame_is_a_protocol_error() -> None:
    for levels in (101, 900, 5_000, 200_000):
        for deep in ("[" * levels, "[" * levels + "]" * levels):
            for frame in (deep, f'{{"alignment": {deep}, "normalizedAlignment": {deep}}}'):
                with pytest.raises(ProtocolError):
                    decode_server(frame)


@given(st.text().filter(lambda text: text not in ("", " ")), st.booleans())
def test_a_client_message_survives_the_wire(text: str, flush: bool) -> None:
    message = decode_client(encode_text(text, flush=flush))
    assert (message.text, message.flush, message.key) == (text, flush, None)


@pytest.mark.parametrize("text", ["", " "])
def test_text_that_would_end_the_stream_or_say_nothing_cannot_be_sent(text: str) -> None:
    with pytest.raises(ValueError, match="ends the stream"):
        encode_text(text)


def test_end_of_input_is_empty_and_keepalive_is_one_space() -> None:
    assert json.loads(END_OF_INPUT) == {"text": ""}
    assert json.loads(KEEPALIVE) == {"text": " "}


@pytest.mark.parametrize("name", ["xi_api_key", "xi-api-key"])
def test_a_key_in_a_message_is_read_and_never_shown(name: str) -> None:
    message = decode_client(json.dumps({"text": " ", name: "secret-canary"}))
    assert message.key == "secret-canary"
    assert "secret-canary" not in repr(message)


@pytest.mark.parametrize(
    "frame", ['{"text": null}', "{}", '{"text": 1}', '{"text":"a","voice_settings":1}']
)
def test_a_client_message_without_text_is_a_protocol_error(frame: str) -> None:
    with pytest.raises(ProtocolError):
        decode_client(frame)


@pytest.mark.parametrize("context_id", ["a", None])
@pytest.mark.parametrize(
    "message",
    [
        ServerMessage(b"\1\2", alignment=ALIGNMENT),
        ServerMessage(is_final=True),
        ServerMessage(fault=ServerFault("Too late.", "input_timeout_exceeded", 1008)),
    ],
)
def test_a_socket_with_contexts_names_them_in_camel_case(
    message: ServerMessage, context_id: str | None
) -> None:
    message = dataclasses.replace(message, context_id=context_id)
    frame = encode_server(message, contexts=True)
    assert json.loads(frame)["contextId"] == context_id
    assert "context_id" not in json.loads(frame)
    assert decode_server(frame) == message
    assert "contextId" not in json.loads(encode_server(message))


def test_a_context_in_snake_case_is_read_too() -> None:
    assert decode_server('{"audio": null, "context_id": "a"}').context_id == "a"


def test_a_message_on_a_socket_with_contexts_needs_no_text() -> None:
    received = decode_context_client('{"context_id": "a", "close_context": true, "flush": true}')
    assert (received.context_id, received.message.text) == ("a", "")
    assert received.close_context
    assert received.message.flush
    assert not received.close_socket
    assert decode_context_client('{"close_socket": true}').close_socket


@pytest.mark.parametrize("frame", ['{"text": 1}', '{"context_id": 1}', "[]", "nonsense"])
def test_what_is_no_message_of_a_context_is_a_protocol_error(frame: str) -> None:
    with pytest.raises(ProtocolError):
        decode_context_client(frame)
