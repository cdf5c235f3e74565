"""The rules of one session of text-to-dialogue/multi-stream-input, without a socket and waiting."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.server.websocket.multi_dialogue import MultiDialogue
from jupyter_tts.wire.errors import ProtocolError, ServerError
from jupyter_tts.wire.messages import MOST_CONTEXTS

from .dialogue_input import (
    dialogue_session,
    end_of,
    finish_ended,
    good_lines,
    line,
    send,
    take_all,
    wild_messages,
)
from .endpoint_input import frames_of


def session(**changes: Any) -> MultiDialogue:
    return dialogue_session(MultiDialogue, **changes)


def begin(talk: MultiDialogue, *names: str, now: float = 0) -> None:
    for name in names:
        send(talk, now, context_id=name, voices=["A", "B"])


def refusal(talk: MultiDialogue, now: float = 0, **message: object) -> tuple[str, str | None]:
    with pytest.raises(ServerError) as error:
        send(talk, now, **message)
    assert error.value.code == 1008
    assert error.value.context_id == message.get("context_id")
    return error.value.error, error.value.param


def spoken(talk: MultiDialogue, name: str) -> str:
    context = next(context for context in talk.contexts if context.id == name)
    return "".join(segment.text for segment in take_all(context))


def test_contexts_gather_their_text_apart() -> None:
    talk = session()
    begin(talk, "a", "b")
    send(talk, context_id="a", inputs=[line("Hello. ")])
    send(talk, context_id="b", inputs=[line("Hi. ", "B")])
    send(talk, context_id="a", flush=True)
    assert (spoken(talk, "a"), spoken(talk, "b")) == ("Hello. ", "")


def test_a_closed_context_speaks_what_is_left_and_the_others_go_on() -> None:
    talk = session()
    begin(talk, "a", "b")
    send(talk, context_id="a", inputs=[line("Hello. ")])
    send(talk, context_id="a", close_context=True)
    assert spoken(talk, "a") == "Hello. "
    assert finish_ended(talk) == ["a"]
    send(talk, context_id="b", inputs=[line("Hi. ")])


def test_closing_the_socket_ends_every_context() -> None:
    talk = session()
    begin(talk, "a", "b")
    send(talk, context_id="b", inputs=[line("Hi. ")])
    send(talk, close_socket=True)
    assert spoken(talk, "b") == "Hi. "
    assert finish_ended(talk) == ["a", "b"]
    assert talk.finished


@pytest.mark.parametrize(
    "message",
    [
        {"inputs": [line("Hello. ")]},
        {"flush": True},
        {"keep_alive": True},
        {"inputs": [line("Hello. ")], "close_context": True},
    ],
)
def test_a_context_without_voices_is_refused(message: dict[str, Any]) -> None:
    talk = session()
    begin(talk, "a")
    assert refusal(talk, context_id="b", **message) == ("missing_required_field", "voices")


def test_to_close_a_context_that_is_not_there_does_nothing() -> None:
    talk = session()
    begin(talk, "a")
    send(talk, context_id="b", close_context=True)
    assert [context.id for context in talk.contexts] == ["a"]


def test_a_message_without_a_context_is_refused() -> None:
    talk = session()
    assert refusal(talk, voices=["A"]) == ("missing_required_field", "context_id")


def test_a_context_that_registers_twice_is_refused() -> None:
    talk = session()
    begin(talk, "a")
    with pytest.raises(ServerError, match="voices can only be set in the first message"):
        begin(talk, "a")


@pytest.mark.parametrize(
    "message", [{"flush": True}, {"close_context": True}, {"voices": ["A"]}, {"keep_alive": True}]
)
def test_a_message_to_a_closing_context_is_refused(message: dict[str, Any]) -> None:
    talk = session()
    begin(talk, "a", "b")
    send(talk, context_id="a", close_context=True)
    assert refusal(talk, context_id="a", **message) == ("context_closing", "context_id")


def test_a_sixth_context_is_refused_and_a_closing_one_counts() -> None:
    talk = session()
    names = [f"context {number}" for number in range(MOST_CONTEXTS)]
    begin(talk, *names)
    send(talk, context_id=names[0], close_context=True)
    assert refusal(talk, context_id="more", voices=["A"]) == ("too_many_contexts", "context_id")
    talk = session()
    begin(talk, *names)
    send(talk, context_id=names[0], close_context=True)
    finish_ended(talk)
    begin(talk, "more")


def test_an_id_may_be_used_again_after_its_final_message() -> None:
    talk = session()
    begin(talk, "a")
    send(talk, context_id="a", close_context=True)
    finish_ended(talk)
    begin(talk, "a")


@pytest.mark.parametrize("context_id", [5, True, ["a"], "x" * 257])
def test_an_id_that_is_none_is_refused(context_id: Any) -> None:
    with pytest.raises(ProtocolError, match="context_id") as fault:
        send(session(), context_id=context_id, voices=["A"])
    assert fault.value.param == "context_id"


def test_the_credentials_belong_to_the_first_message_of_the_socket() -> None:
    talk = session(key="KEY")
    send(talk, context_id="a", voices=["A"], xi_api_key="KEY")
    begin(talk, "b")
    with pytest.raises(ServerError, match="Authentication is required"):
        send(session(key="KEY"), context_id="a", voices=["A"])


# The clock


def test_a_silent_context_speaks_what_is_left_and_the_others_go_on() -> None:
    talk = session()
    begin(talk, "a", "b")
    send(talk, 0, context_id="a", inputs=[line("Hello. ")])
    send(talk, 15, context_id="b", keep_alive=True)
    assert talk.deadline == 20
    talk.check_clock(20)
    assert spoken(talk, "a") == "Hello. "
    assert finish_ended(talk, 20) == ["a"]
    assert not talk.ended
    assert talk.deadline == 35
    assert refusal(talk, 21, context_id="a", flush=True)[0] == "missing_required_field"


def test_a_silent_socket_ends_with_all_its_contexts() -> None:
    talk = session()
    begin(talk, "a", "b")
    talk.check_clock(20)
    assert finish_ended(talk) == ["a", "b"]
    assert talk.finished
    silent = session()
    silent.check_clock(20)
    assert silent.finished


def test_time_in_which_the_client_was_not_read_does_not_count() -> None:
    talk = session()
    begin(talk, "a")
    talk.restart_clock(50)
    assert talk.deadline == 70


# Properties


@given(
    messages=st.lists(
        st.tuples(st.sampled_from("ab"), st.lists(good_lines, max_size=3), st.booleans()),
        max_size=15,
    )
)
def test_however_contexts_interleave_each_says_all_of_its_own_text(
    messages: list[tuple[str, list[dict[str, Any]], bool]],
) -> None:
    talk = session()
    begin(talk, "a", "b")
    sent = {"a": "", "b": ""}
    for name, inputs, flush in messages:
        send(talk, context_id=name, inputs=inputs, flush=flush)
        sent[name] += "".join(entry["text"] for entry in inputs)
    send(talk, close_socket=True)
    assert {name: spoken(talk, name) for name in sent} == sent
    assert finish_ended(talk) == ["a", "b"]


tame_messages = st.fixed_dictionaries(
    {"context_id": st.sampled_from("abcdef")},
    optional={
        "inputs": st.lists(good_lines, max_size=3),
        "flush": st.booleans(),
        "keep_alive": st.booleans(),
        "close_context": st.booleans(),
        "close_socket": st.sampled_from([False] * 9 + [True]),
    },
)
first_messages = st.fixed_dictionaries(
    {"context_id": st.sampled_from("abcdef"), "voices": st.just(["A", "B"])}
)


@given(
    sent=st.lists(
        st.tuples(
            frames_of(wild_messages)
            | tame_messages.map(json.dumps)
            | first_messages.map(json.dumps),
            st.floats(0, 15),
        ),
        max_size=15,
    ),
    key=st.none() | st.just("KEY"),
    takes=st.integers(0, 3),
)
def test_whatever_is_sent_and_whenever_the_session_ends_in_a_defined_close(
    sent: list[tuple[str | bytes, float]], key: str | None, takes: int
) -> None:
    talk = session(key=key)
    first = json.dumps({"context_id": "a", "voices": ["A", "B"], "xi_api_key": "KEY"})
    error = end_of(talk, [(first, 0.0), *sent], takes)
    if error is None:
        assert talk.finished
        assert talk.waiting_characters == 0
    else:
        assert error.message
        assert isinstance(error, ProtocolError) or (error.code == 1008 and error.error)
