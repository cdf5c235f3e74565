"""The rules of a multi-stream-input session, without a socket and without waiting."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.server.websocket.context import Context
from jupyter_tts.server.websocket.multi_stream_input import MultiStreamInput
from jupyter_tts.wire.errors import ProtocolError, ServerError
from jupyter_tts.wire.messages import MOST_CONTEXTS

from .endpoint_input import MESSAGE_FIELDS, frames_of, handshake, take_all

SCHEDULE = {"chunk_length_schedule": [50]}
WORDS = "word " * 10  # one segment of that schedule
UNCHANGED = (
    "voice_settings field must be provided in the first message and then either be not provided "
    "or not change."
)


def session(
    *, key: str | None = None, voice_known: bool = True, now: float = 0, **changes: Any
) -> MultiStreamInput:
    return MultiStreamInput(handshake(**changes), voice_known=voice_known, key=key, now=now)


def send(sockets: MultiStreamInput, now: float = 0, **message: object) -> None:
    sockets.receive(json.dumps(message), now)


def context(of: MultiStreamInput, context_id: str | None) -> Context:
    """The newest context of a name."""
    return next(
        open_context for open_context in reversed(of.contexts) if open_context.id == context_id
    )


def spoken(of: MultiStreamInput, context_id: str | None) -> str:
    """All that can be said of a context now, as if its sound were sent at once."""
    text = ""
    speaking = context(of, context_id)
    while (segment := speaking.next_segment()) is not None:
        text += segment
        speaking.segment_sent()
    return text


def finish_ended(of: MultiStreamInput, now: float = 0) -> list[tuple[str | None, bool]]:
    """Speak ended contexts to their end: ids, and whether their last message is final."""
    ended = []
    for open_context in of.contexts:
        while open_context.next_segment() is not None:
            open_context.segment_sent()
        if open_context.finished:
            ended.append((open_context.id, open_context.closing_message.is_final))
            of.done_with(open_context, now)
    return ended


# Contexts and their text


def test_contexts_gather_their_text_and_settings_apart() -> None:
    talk = session()
    send(talk, text=" ", context_id="a", generation_config=SCHEDULE)
    send(talk, text=" ", context_id="b", voice_settings={"speed": 1.1})
    send(talk, text="One ", context_id="a")
    send(talk, text="Two ", context_id="b")
    send(talk, text=WORDS, context_id="a")
    assert spoken(talk, "a") == "One " + WORDS
    assert spoken(talk, "b") == ""
    assert context(talk, "a").voice_settings == {}
    assert context(talk, "b").voice_settings == {"speed": 1.1}


def test_the_first_message_may_bring_text() -> None:
    talk = session()
    send(talk, text=WORDS, context_id="a", generation_config=SCHEDULE)
    assert spoken(talk, "a") == WORDS


@pytest.mark.parametrize("given", [{}, {"context_id": None}, {"context_id": ""}])
def test_no_id_is_the_default_context(given: dict[str, Any]) -> None:
    talk = session()
    send(talk, text=" ", **given)
    send(talk, text="Hello ", flush=True)
    assert [open_context.id for open_context in talk.contexts] == [None]
    assert spoken(talk, None) == "Hello "


def test_the_camel_case_of_the_documents_is_an_id_too() -> None:
    talk = session()
    send(talk, text="Hello ", contextId="a", flush=True)
    assert spoken(talk, "a") == "Hello "


@pytest.mark.parametrize(
    "message",
    [
        {"text": ""},
        {"flush": True},
        {"text": "Hello "},
        {"close_context": True},
        {"try_trigger_generation": True},
        {},
    ],
)
def test_any_message_with_an_unknown_id_begins_a_context(message: dict[str, Any]) -> None:
    talk = session()
    send(talk, context_id="new", **message)
    assert [open_context.id for open_context in talk.contexts] == ["new"]


def test_one_space_is_text_once_the_context_has_begun() -> None:
    talk = session()
    for text in (" ", "one", " ", "two"):
        send(talk, text=text, context_id="a")
    send(talk, context_id="a", flush=True)
    assert spoken(talk, "a") == "one two"


def test_the_keepalive_is_not_text_and_flush_speaks_without_ending() -> None:
    talk = session()
    send(talk, text="Hel", context_id="a")
    send(talk, text="", context_id="a")
    send(talk, text="lo ", context_id="a", flush=True)
    assert spoken(talk, "a") == "Hello "
    assert not context(talk, "a").finished


def test_there_is_no_trigger_here() -> None:
    talk = session()
    send(talk, text=WORDS * 2, context_id="a", try_trigger_generation=True)
    assert spoken(talk, "a") == ""


def test_auto_mode_speaks_each_message() -> None:
    talk = session(auto_mode=True)
    send(talk, text="Yes. ", context_id="a")
    assert spoken(talk, "a") == "Yes. "


def test_changed_voice_settings_are_refused_and_the_same_ones_are_not() -> None:
    talk = session()
    send(talk, text=" ", context_id="a", voice_settings={"stability": 0.5})
    send(talk, text="x", context_id="a", voice_settings={"stability": 0.5})
    with pytest.raises(ServerError) as refusal:
        send(talk, text="x", context_id="a", voice_settings={"stability": 0.6})
    assert refusal.value.message == UNCHANGED
    assert (refusal.value.code, refusal.value.context_id) == (1008, "a")


def test_a_keepalive_before_the_settings_makes_them_a_change() -> None:
    talk = session()
    send(talk, text="", context_id="a")
    with pytest.raises(ServerError, match="must be provided in the first message"):
        send(talk, text=" ", context_id="a", voice_settings={"stability": 0.6})


# Closing


def test_a_context_closed_with_a_flush_says_everything() -> None:
    talk = session()
    send(talk, text="Hello ", context_id="a")
    send(talk, text="again ", context_id="a", close_context=True, flush=True)
    assert spoken(talk, "a") == "Hello again "
    assert finish_ended(talk) == [("a", True)]


def test_a_context_closed_without_says_nothing_more() -> None:
    talk = session()
    send(talk, text=WORDS * 4, context_id="a", generation_config=SCHEDULE)
    assert context(talk, "a").next_segment() == WORDS
    send(talk, text="lost ", context_id="a", close_context=True)
    assert context(talk, "a").over
    assert spoken(talk, "a") == ""
    assert finish_ended(talk) == [("a", True)]


def test_a_flush_that_was_asked_for_before_the_close_is_carried_out() -> None:
    talk = session()
    send(talk, text="Hello ", context_id="a", flush=True)
    send(talk, text="lost ", context_id="a")
    send(talk, context_id="a", close_context=True)
    assert spoken(talk, "a") == "Hello "
    assert finish_ended(talk) == [("a", True)]


def test_a_context_closed_twice_says_nothing_more_even_of_what_was_flushed() -> None:
    talk = session()
    send(talk, text=WORDS * 4, context_id="a", generation_config=SCHEDULE, flush=True)
    send(talk, context_id="a", close_context=True)
    assert context(talk, "a").next_segment() == WORDS
    assert not context(talk, "a").over
    send(talk, context_id="a", close_context=True)
    assert context(talk, "a").over
    assert spoken(talk, "a") == ""
    assert finish_ended(talk) == [("a", True)]


def test_a_closed_contexts_id_begins_another_with_settings_of_its_own() -> None:
    talk = session()
    send(talk, text="Old ", context_id="a", voice_settings={"speed": 0.9}, flush=True)
    send(talk, context_id="a", close_context=True)
    send(talk, text="New ", context_id="a", voice_settings={"speed": 1.2}, flush=True)
    old, new = talk.contexts
    assert (take_all(old), take_all(new)) == (["Old "], ["New "])
    assert (old.finished, new.finished) == (True, False)


def test_the_socket_closes_when_every_context_has_been_done_with() -> None:
    talk = session()
    send(talk, text="One ", context_id="a", flush=True)
    send(talk, text="Two ", context_id="b")
    send(talk, close_socket=True)
    send(talk, text="ignored ", context_id="c")
    assert talk.ended
    assert not talk.finished
    assert talk.deadline is None
    assert spoken(talk, "a") == "One "
    assert spoken(talk, "b") == ""
    assert finish_ended(talk) == [("a", True), ("b", True)]
    assert talk.finished


def test_a_socket_closed_with_a_flush_says_everything() -> None:
    talk = session()
    send(talk, text="One ", context_id="a")
    send(talk, close_socket=True, flush=True)
    assert spoken(talk, "a") == "One "


def test_a_socket_may_be_closed_without_any_context() -> None:
    talk = session()
    send(talk, close_socket=True)
    assert talk.finished


# How many


def test_the_sixth_context_is_refused_in_the_documented_words() -> None:
    talk = session()
    for number in range(MOST_CONTEXTS):
        send(talk, text=" ", context_id=str(number))
    with pytest.raises(ServerError) as refusal:
        send(talk, text=" ", context_id="5")
    assert (refusal.value.error, refusal.value.code) == ("max_active_conversations", 1008)
    assert refusal.value.message == (
        "Maximum simultaneous contexts per WebSocket connection exceeded (5). Please close an "
        "existing context before opening a new one."
    )


def test_a_closed_context_makes_room_though_it_is_still_speaking() -> None:
    talk = session()
    for number in range(MOST_CONTEXTS):
        send(talk, text="Hello ", context_id=str(number))
    send(talk, context_id="0", close_context=True, flush=True)
    send(talk, text=" ", context_id="5")
    assert len(talk.contexts) == 6


def test_a_client_that_closes_contexts_faster_than_they_are_spoken_is_to_wait() -> None:
    talk = session()
    for _ in range(2 * MOST_CONTEXTS):
        assert not talk.crowded
        send(talk, text="Hello ", context_id="a", close_context=True, flush=True)
    assert talk.crowded
    finish_ended(talk)
    assert not talk.crowded


# Who may speak


@pytest.mark.parametrize("message", [{"xi_api_key": "no"}, {}, {"close_socket": True}])
def test_the_first_message_must_have_the_key(message: dict[str, Any]) -> None:
    with pytest.raises(ServerError, match="Invalid API key"):
        send(session(key="KEY"), text=" ", context_id="a", **message)


def test_the_key_is_asked_for_once() -> None:
    talk = session(key="KEY")
    send(talk, text=" ", context_id="a", xi_api_key="KEY")
    send(talk, text=" ", context_id="b")
    assert len(talk.contexts) == 2


def test_an_unknown_voice_is_an_error_of_the_first_message() -> None:
    with pytest.raises(ServerError, match="was not found"):
        send(session(voice_known=False), text=" ", context_id="a")


@pytest.mark.parametrize("context_id", [5, True, ["a"], {"a": 1}, "x" * 257])
def test_an_id_that_is_none_is_refused(context_id: Any) -> None:
    with pytest.raises(ProtocolError, match="context_id"):
        send(session(), text=" ", context_id=context_id)


# The clock


def test_a_context_that_is_silent_for_too_long_ends_and_the_others_go_on() -> None:
    talk = session()
    send(talk, 0, text="Hello ", context_id="a")
    send(talk, 15, text="Hello ", context_id="b")
    assert talk.deadline == 20
    talk.check_clock(19.9)
    assert not context(talk, "a").finished
    talk.check_clock(20)
    closing_message = context(talk, "a").closing_message
    assert finish_ended(talk, 20) == [("a", False)]
    assert closing_message.fault is not None
    assert closing_message.context_id == "a"
    assert closing_message.fault.message.startswith(
        "Have not received a new text input within the timeout of 20.0 seconds."
    )
    assert [open_context.id for open_context in talk.contexts] == ["b"]
    assert talk.deadline == 35


def test_the_last_context_that_is_silent_for_too_long_closes_the_socket_with_its_id() -> None:
    talk = session(inactivity_timeout=180)
    send(talk, 0, text=" ", context_id="a")
    with pytest.raises(ServerError) as refusal:
        talk.check_clock(180)
    assert (refusal.value.error, refusal.value.code) == ("input_timeout_exceeded", 1008)
    assert refusal.value.context_id == "a"


def test_a_keepalive_resets_the_clock_of_its_own_context_only() -> None:
    talk = session()
    send(talk, 0, text=" ", context_id="a")
    send(talk, 0, text=" ", context_id="b")
    send(talk, 15, text="", context_id="b")
    talk.check_clock(20)
    assert finish_ended(talk, 20) == [("a", False)]


def test_a_socket_without_contexts_has_a_clock_of_its_own() -> None:
    talk = session()
    assert talk.deadline == 20
    send(talk, 5, text="Hello ", context_id="a", close_context=True, flush=True)
    assert talk.deadline is None  # its context is still speaking
    talk.check_clock(1_000)
    finish_ended(talk, 100)
    assert talk.deadline == 120
    with pytest.raises(ServerError) as refusal:
        talk.check_clock(120)
    assert refusal.value.context_id is None


def test_time_in_which_the_client_was_not_read_does_not_count() -> None:
    talk = session()
    send(talk, 0, text=" ", context_id="a")
    talk.restart_clock(50)
    assert talk.deadline == 70


# Properties

messages = st.fixed_dictionaries(
    {"context_id": st.sampled_from(["a", "b", None])},
    optional={
        "text": st.text(st.sampled_from("ab .,!\n字。😀"), min_size=2, max_size=90),
        "flush": st.booleans(),
    },
)


@given(
    sent=st.lists(messages, max_size=20),
    schedule=st.lists(st.integers(50, 500), min_size=1, max_size=3),
    auto_mode=st.booleans(),
)
def test_however_contexts_interleave_each_says_all_of_its_own_text(
    sent: list[dict[str, Any]], schedule: list[int], auto_mode: bool
) -> None:
    talk = session(auto_mode=auto_mode)
    given: dict[str | None, str] = {}
    for message in sent:
        name = message["context_id"]
        if name not in given:
            config = {"chunk_length_schedule": schedule}
            send(talk, text=" ", context_id=name, generation_config=config)
        given[name] = given.get(name, "") + message.get("text", "")
        send(talk, **message)
    send(talk, close_socket=True, flush=True)
    assert {
        open_context.id: "".join(take_all(open_context)) for open_context in talk.contexts
    } == given


client_messages = st.fixed_dictionaries(
    {},
    optional={
        **MESSAGE_FIELDS,
        "context_id": st.sampled_from(["a", "b", "", *"cdefgh"]),
        "contextId": MESSAGE_FIELDS["text"],
        "close_context": st.booleans() | MESSAGE_FIELDS["flush"],
        "close_socket": st.just(False) | st.just(False) | MESSAGE_FIELDS["flush"],
    },
)
tame_messages = st.fixed_dictionaries(
    {"context_id": st.sampled_from([None, *"abcdef"])},
    optional={
        "text": st.sampled_from(["", " ", "Hello. ", "a " * 200]),
        "flush": st.booleans(),
        "close_context": st.booleans(),
        "close_socket": st.sampled_from([False] * 9 + [True]),
    },
)


def end_of(
    talk: MultiStreamInput, sent: list[tuple[str | bytes, float]], takes: int
) -> ServerError | ProtocolError | None:
    """Send frames, each after a time of silence, then nothing: the error it ends with."""
    now = 0.0
    try:
        for frame, wait in sent:
            now += wait
            talk.check_clock(now)
            talk.receive(frame, now)
            while (begun := talk.next_context()) is not None:
                assert begun in talk.contexts
            for open_context in talk.contexts:
                for _ in range(takes):
                    if segment := open_context.next_segment():
                        open_context.segment_sent()
                    assert segment != ""
                if open_context.finished:
                    talk.done_with(open_context, now)
        finish_ended(talk, now)  # a socket without contexts has a deadline again
        while talk.deadline is not None:
            talk.check_clock(talk.deadline)
            finish_ended(talk, now)
    except (ServerError, ProtocolError) as error:
        return error
    return None


@given(
    sent=st.lists(
        st.tuples(frames_of(client_messages) | tame_messages.map(json.dumps), st.floats(0, 15)),
        max_size=15,
    ),
    key=st.none() | st.just("KEY"),
    auto_mode=st.booleans(),
    ssml=st.booleans(),
    takes=st.integers(0, 3),
)
def test_whatever_is_sent_and_whenever_the_session_ends_in_a_defined_close(
    sent: list[tuple[str | bytes, float]],
    key: str | None,
    auto_mode: bool,
    ssml: bool,
    takes: int,
) -> None:
    talk = session(key=key, auto_mode=auto_mode, ssml=ssml)
    error = end_of(talk, [(json.dumps({"text": " ", "xi_api_key": "KEY"}), 0.0), *sent], takes)
    if error is None:
        assert talk.finished
        assert talk.waiting_characters == 0
    else:
        assert error.message
        assert isinstance(error, ProtocolError) or (error.code == 1008 and error.error)


def test_keepalives_are_not_kept() -> None:
    talk = session()
    for _ in range(1_000):
        send(talk, text="", context_id="a")
    assert talk.waiting_characters == 0
