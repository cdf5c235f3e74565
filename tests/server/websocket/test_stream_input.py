"""The rules of a stream-input session, without a socket and without waiting."""

from __future__ import annotations

import gc
import json
import tracemalloc
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.server.websocket.stream_input import StreamInput
from jupyter_tts.wire.errors import ProtocolError, ServerError

from .endpoint_input import MESSAGE_FIELDS, frames_of, handshake, take_all

UNCHANGED = (
    "field must be provided in the first message and then either be not provided or not change."
)


def session(
    *, key: str | None = None, voice_known: bool = True, now: float = 0, **changes: Any
) -> StreamInput:
    return StreamInput(handshake(**changes), voice_known=voice_known, key=key, now=now)


def send(stream: StreamInput, now: float = 0, **message: object) -> None:
    stream.receive(json.dumps(message), now)


def opened(schedule: list[int] | None = None, **changes: Any) -> StreamInput:
    stream = session(**changes)
    send(stream, text=" ", generation_config={"chunk_length_schedule": schedule or [50]})
    return stream


def next_segment(stream: StreamInput) -> str | None:
    return stream.contexts[0].next_segment() if stream.contexts else None


def all_said(stream: StreamInput) -> bool:
    """Whether the input has ended and every segment has been taken."""
    return stream.ended and all(context.finished for context in stream.contexts)


def segments(stream: StreamInput) -> list[str]:
    return take_all(stream.contexts[0]) if stream.contexts else []


def spoken(stream: StreamInput) -> str:
    return "".join(segments(stream))


# Text, schedule, flush and end


def test_text_waits_for_the_schedule_and_the_end_brings_the_rest() -> None:
    stream = opened()
    send(stream, text="Hello ")
    assert segments(stream) == []
    send(stream, text="world, this is more than fifty characters by now. And ")
    assert segments(stream) == ["Hello world, this is more than fifty characters by now. "]
    send(stream, text="")
    assert segments(stream) == ["And "]
    assert all_said(stream)


def test_without_a_schedule_the_documented_default_counts() -> None:
    stream = session()
    send(stream, text=" ")
    send(stream, text="word " * 23)  # 115 of 120 characters
    assert segments(stream) == []
    send(stream, text="word ")
    assert len(spoken(stream)) == 120


def test_a_schedule_of_whole_floats_is_a_schedule() -> None:
    stream = session()
    send(stream, text=" ", generation_config={"chunk_length_schedule": [50.0, 60]})
    send(stream, text="word " * 10)
    assert len(spoken(stream)) == 50


def test_flush_speaks_at_once_and_does_not_end_the_stream() -> None:
    stream = opened()
    send(stream, text="Hello ", flush=True)
    assert segments(stream) == ["Hello "]
    send(stream, text="again ")
    send(stream, text=" ", flush=True)
    assert segments(stream) == ["again "]
    assert not all_said(stream)


def test_trigger_speaks_only_above_fifty_characters() -> None:
    stream = opened([500])
    send(stream, text="Hello ", try_trigger_generation=True)
    assert segments(stream) == []
    send(stream, text="word " * 10, try_trigger_generation=True)
    assert spoken(stream) == "Hello " + "word " * 10


def test_the_keepalive_is_not_text() -> None:
    stream = opened()
    send(stream, text="Hel")
    send(stream, text=" ")
    send(stream, text="lo")
    send(stream, text="")
    assert spoken(stream) == "Hello"


def test_auto_mode_speaks_each_message() -> None:
    stream = opened(auto_mode=True)
    send(stream, text="Yes. ")
    assert segments(stream) == ["Yes. "]


def test_an_end_without_text_finishes_without_a_segment() -> None:
    stream = opened()
    send(stream, text="")
    assert all_said(stream)
    assert segments(stream) == []


def test_the_first_message_may_be_the_end() -> None:
    stream = session()
    send(stream, text="")
    assert all_said(stream)


def test_what_follows_the_end_is_ignored() -> None:
    stream = opened()
    send(stream, text="")
    stream.receive("not even JSON", 0)
    assert segments(stream) == []


def test_waiting_characters_count_what_has_not_been_taken() -> None:
    stream = opened()
    send(stream, text="word " * 20)
    assert stream.waiting_characters == 100
    next_segment(stream)
    assert stream.waiting_characters == 50


# The first message


@pytest.mark.parametrize("text", ["Hello ", "  "])
def test_the_first_message_must_be_one_space(text: str) -> None:
    with pytest.raises(ProtocolError, match="one space"):
        send(session(), text=text)


@pytest.mark.parametrize("frame", ["", "[]", "{}", '{"text": null}', '{"text": 1}', "\ud800"])
def test_a_frame_that_is_not_the_protocols_is_an_error(frame: str) -> None:
    with pytest.raises(ProtocolError):
        opened().receive(frame, 0)


def test_voice_settings_are_kept_by_wire_name_and_null_means_not_set() -> None:
    stream = session()
    send(
        stream,
        text=" ",
        voice_settings={
            "stability": 1,
            "similarity_boost": True,
            "use_speaker_boost": False,
            "speed": None,
            "clone_strength": 0.5,
        },
    )
    assert stream.contexts[0].voice_settings == {
        "stability": 1,
        "similarity_boost": 1.0,
        "use_speaker_boost": False,
    }


@pytest.mark.parametrize(
    ("message", "named"),
    [
        ({"voice_settings": {"stability": 7.5}}, "voice_settings.stability"),
        ({"voice_settings": {"similarity_boost": -0.1}}, "voice_settings.similarity_boost"),
        ({"voice_settings": {"style": "much"}}, "voice_settings.style"),
        ({"voice_settings": {"speed": 1.3}}, "1.2"),
        ({"voice_settings": {"speed": 10**400}}, "1.2"),
        ({"voice_settings": {"use_speaker_boost": "yes"}}, "use_speaker_boost"),
        ({"generation_config": {"chunk_length_schedule": [49]}}, "50 to 500"),
        ({"generation_config": {"chunk_length_schedule": [501]}}, "50 to 500"),
        ({"generation_config": {"chunk_length_schedule": []}}, "chunk_length_schedule"),
        ({"generation_config": {"chunk_length_schedule": 120}}, "chunk_length_schedule"),
        ({"generation_config": {"chunk_length_schedule": [120.5]}}, "chunk_length_schedule"),
    ],
)
def test_a_setting_out_of_range_is_refused_with_its_range(
    message: dict[str, Any], named: str
) -> None:
    with pytest.raises(ServerError) as refusal:
        send(session(), text=" ", **message)
    assert refusal.value.code == 1008
    assert named in refusal.value.message


# Changes


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ({"voice_settings": {"stability": 0.5}}, {"voice_settings": {"stability": 0.6}}),
        ({}, {"voice_settings": {"stability": 0.5}}),
        ({"voice_settings": None}, {"voice_settings": {"speed": 1.1}}),
        (
            {"generation_config": {"chunk_length_schedule": [50]}},
            {"generation_config": {"chunk_length_schedule": [60]}},
        ),
    ],
)
def test_a_changed_setting_is_refused_in_the_documented_words(
    first: dict[str, Any], later: dict[str, Any]
) -> None:
    stream = session()
    send(stream, text=" ", **first)
    with pytest.raises(ServerError) as refusal:
        send(stream, text="Hello ", **later)
    assert refusal.value.code == 1008
    assert refusal.value.message == f"{next(iter(later))} {UNCHANGED}"


@pytest.mark.parametrize(
    "later",
    [
        {"voice_settings": {"stability": 0.5, "speed": None}},
        {"voice_settings": None},
        {"voice_settings": {}},
        {"generation_config": {"chunk_length_schedule": [50, 90]}},
        {"generator_config": {"chunk_length_schedule": [50, 90]}},
    ],
)
def test_repeated_or_empty_settings_are_no_change(later: dict[str, Any]) -> None:
    stream = session()
    send(
        stream,
        text=" ",
        voice_settings={"stability": 0.5},
        generation_config={"chunk_length_schedule": [50, 90]},
    )
    send(stream, text="Hello ", **later)
    send(stream, text="")
    assert spoken(stream) == "Hello "


# Keys and voices


@pytest.mark.parametrize(
    ("credentials", "message"),
    [
        (("KEY",), {}),
        (("Bearer KEY",), {}),
        (("bearer  KEY",), {}),
        ((), {"xi_api_key": "KEY"}),
        ((), {"xi-api-key": "KEY"}),
        ((), {"authorization": "Bearer KEY"}),
        ((), {"authorization": "KEY"}),
        (("wrong",), {"xi_api_key": "KEY"}),
    ],
)
def test_the_key_may_come_in_every_documented_place(
    credentials: tuple[str, ...], message: dict[str, Any]
) -> None:
    stream = session(key="KEY", credentials=credentials)
    send(stream, text=" ", **message)
    send(stream, text="")
    assert all_said(stream)


@pytest.mark.parametrize("key", [None, "wrong", "KEY ", "key", "Bearer", "\ud800"])
def test_without_the_key_the_first_message_gets_the_documented_error(key: str | None) -> None:
    stream = session(key="KEY", voice_known=False)
    with pytest.raises(ServerError) as refusal:
        send(stream, text=" ", xi_api_key=key)
    error = refusal.value
    assert (error.message, error.error, error.code) == ("Invalid API key", "invalid_api_key", 1008)


def test_where_no_key_is_required_any_is_accepted() -> None:
    stream = session(credentials=("whatever",))
    send(stream, text=" ", xi_api_key="whatever")


def test_an_unknown_voice_is_an_error_of_the_first_message() -> None:
    stream = session(voice_known=False, voice_id="nobody")
    with pytest.raises(ServerError, match="'nobody'") as refusal:
        send(stream, text=" ")
    assert (refusal.value.error, refusal.value.code) == ("voice_not_found", 1008)


# The clock


def test_silence_for_the_whole_timeout_is_the_documented_error() -> None:
    stream = session(now=100, inactivity_timeout=20)
    assert stream.deadline == 120
    stream.check_clock(119.9)
    with pytest.raises(ServerError) as refusal:
        stream.check_clock(120)
    assert (refusal.value.error, refusal.value.code) == ("input_timeout_exceeded", 1008)
    assert refusal.value.message == (
        "Have not received a new text input within the timeout of 20.0 seconds. Streaming input "
        "terminated. Please make sure to either feed the input in the timely manner, or to send "
        'the end of input text (empty string "") when done.'
    )


def test_a_socket_may_wait_for_its_first_message_as_long_as_for_any_other() -> None:
    stream = session(now=100, inactivity_timeout=20)
    stream.check_clock(119.9)
    send(stream, 119.9, text=" ", voice_settings={"speed": 1.1})
    assert stream.deadline == 139.9
    assert len(stream.contexts) == 1


def test_every_message_resets_the_timer_and_the_end_stops_it() -> None:
    stream = session(inactivity_timeout=180)
    send(stream, 10, text=" ")
    assert stream.deadline == 190
    send(stream, 100, text=" ")
    assert stream.deadline == 280
    send(stream, 200, text="")
    assert stream.deadline is None
    stream.check_clock(10_000)


def test_time_in_which_the_client_was_not_read_does_not_count() -> None:
    stream = opened()
    stream.restart_clock(50)
    assert stream.deadline == 70


# Properties

messages = st.fixed_dictionaries(
    {"text": st.text(st.sampled_from("ab .,!\n字。😀"), min_size=2, max_size=90)},
    optional={"flush": st.booleans(), "try_trigger_generation": st.booleans()},
)


@given(
    sent=st.lists(messages, max_size=15),
    schedule=st.lists(st.integers(50, 500), min_size=1, max_size=3),
    auto_mode=st.booleans(),
)
def test_however_the_text_is_split_every_character_is_spoken_once(
    sent: list[dict[str, Any]], schedule: list[int], auto_mode: bool
) -> None:
    stream = opened(schedule, auto_mode=auto_mode)
    spoken: list[str] = []
    for message in sent:
        send(stream, **message)
        spoken += segments(stream)
        assert not all_said(stream)
    send(stream, text="")
    spoken += segments(stream)
    assert all_said(stream)
    assert "".join(spoken) == "".join(message["text"] for message in sent)


client_messages = st.fixed_dictionaries({}, optional=MESSAGE_FIELDS)
frames = frames_of(client_messages)


def end_of(
    stream: StreamInput, sent: Sequence[tuple[str | bytes, float]]
) -> ServerError | ProtocolError | None:
    """Send frames, each after a time of silence, then nothing: the error it ends with."""
    now = 0.0
    try:
        for frame, wait in sent:
            now += wait
            stream.check_clock(now)
            stream.receive(frame, now)
            assert all(next_segment(stream) != "" for _ in range(3))
        stream.check_clock(now + 1_000)
    except (ServerError, ProtocolError) as error:
        return error
    return None


@given(
    sent=st.lists(st.tuples(frames, st.floats(0, 30)), max_size=8),
    first=st.none() | client_messages,
    key=st.none() | st.just("KEY"),
    auto_mode=st.booleans(),
)
def test_whatever_is_sent_and_whenever_the_session_ends_in_a_defined_close(
    sent: list[tuple[str | bytes, float]],
    first: dict[str, Any] | None,
    key: str | None,
    auto_mode: bool,
) -> None:
    if first is not None:  # get past the first message more often than by chance
        sent.insert(0, (json.dumps(first | {"text": " ", "xi_api_key": "KEY"}), 0.0))
    stream = session(key=key, auto_mode=auto_mode)
    error = end_of(stream, sent)
    if error is None:
        segments(stream)
        assert all_said(stream)
        assert stream.deadline is None
        assert stream.waiting_characters == 0
    else:
        assert error.message
        assert isinstance(error, ProtocolError) or (error.code == 1008 and error.error)


# What a client may make the session hold


@pytest.mark.parametrize("auto_mode", [False, True])
@pytest.mark.parametrize("piece", ["x", "  ", "\n", ".", ",", "字", "\u0301", "a ", ". "])
def test_text_that_never_comes_to_an_end_is_spoken_all_the_same(
    piece: str, auto_mode: bool
) -> None:
    stream = opened([500], auto_mode=auto_mode)
    most = 0
    for _ in range(3_000):
        send(stream, text=piece)
        segments(stream)
        most = max(most, stream.waiting_characters)
    assert most <= 1_010


def test_a_long_message_is_cut_only_as_it_is_spoken() -> None:
    stream = opened()
    send(stream, text="word " * 100_000)
    assert stream.waiting_characters == 500_000
    for taken in range(1, 11):
        assert len(next_segment(stream) or "") == 50
        assert stream.waiting_characters == 500_000 - 50 * taken


def test_keepalives_are_not_kept() -> None:
    stream = opened()
    for _ in range(1_000):
        send(stream, text=" ")
    assert stream.waiting_characters == 0


@pytest.mark.parametrize("first", [{}, {"voice_settings": {"stability": 0.5}}])
def test_of_large_settings_nothing_is_kept(first: dict[str, Any]) -> None:
    def held() -> int:
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    gc.freeze()  # so that only what this test makes is collected
    tracemalloc.start()
    try:
        stream = session()
        before = held()
        junk = {"model_of_the_future": [[] for _ in range(20_000)]}
        settings_ = first.get("voice_settings", {}) | junk
        for text in (" ", "Hello "):
            send(
                stream,
                text=text,
                voice_settings=settings_,
                generation_config=junk,
                pronunciation_dictionary_locators=[junk],
            )
        del junk, settings_
        assert held() - before < 10_000
    finally:
        tracemalloc.stop()
        gc.unfreeze()
