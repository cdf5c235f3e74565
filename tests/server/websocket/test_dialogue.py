"""The rules of one session of text-to-dialogue/stream-input, without a socket and waiting."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.server.access.tokens import DIALOGUE_TOKEN, SPEECH_TOKEN, SingleUseTokens
from jupyter_tts.server.websocket.dialogue import Dialogue
from jupyter_tts.wire.errors import ProtocolError, ServerError

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


def session(**changes: Any) -> Dialogue:
    return dialogue_session(Dialogue, **changes)


def refusal(talk: Dialogue, **message: object) -> tuple[str, str | None]:
    with pytest.raises(ServerError) as error:
        send(talk, **message)
    assert error.value.code == 1008
    return error.value.error, error.value.param


def test_the_first_message_registers_voices_and_the_last_ends_all() -> None:
    talk = session()
    send(talk, voices=["A", "B"], voice_settings={"stability": 0.3, "style": "any"})
    send(talk, inputs=[line("Hello. "), line("Hi. ", "B")])
    send(talk, close_socket=True)
    send(talk, inputs="ignored")
    (context,) = talk.contexts
    assert context.voice_settings == {"stability": 0.3}
    assert [(segment.text, segment.voice_id) for segment in take_all(context)] == [
        ("Hello. ", "A"),
        ("Hi. ", "B"),
    ]
    assert finish_ended(talk) == [None]
    assert talk.finished


@pytest.mark.parametrize(
    ("message", "refused"),
    [
        ({}, ("missing_required_field", "voices")),
        ({"voices": []}, ("missing_required_field", "voices")),
        ({"inputs": [line("Hello. ")]}, ("missing_required_field", "voices")),
        ({"keep_alive": True}, ("missing_required_field", "voices")),
        ({"voices": ["A", "nobody"]}, ("voice_not_found", "voices")),
        (
            {"voices": ["A"], "voice_settings": {"stability": 1.1}},
            ("invalid_voice_settings", "stability"),
        ),
        (
            {"voices": ["A"], "voice_settings": {"clone_strength": "much"}},
            ("invalid_voice_settings", "clone_strength"),
        ),
        ({"voices": ["A"], "inputs": [line("Hi. ", "B")]}, ("invalid_voice_id", "voice_id")),
    ],
)
def test_a_first_message_that_is_none_is_refused(
    message: dict[str, Any], refused: tuple[str, str]
) -> None:
    assert refusal(session(), **message) == refused


@pytest.mark.parametrize(
    ("message", "param"),
    [
        ({"voices": ["A"]}, "voices"),
        ({"voice_settings": {"stability": 0.5}}, "voice_settings"),
        (
            {"pronunciation_dictionary_locators": [{"version_id": "V"}]},
            "pronunciation_dictionary_locators",
        ),
    ],
)
def test_what_belongs_into_the_first_message_is_refused_later(
    message: dict[str, Any], param: str
) -> None:
    talk = session()
    send(talk, voices=["A"])
    with pytest.raises(ServerError, match=f"^{param} can only be set in the first message$") as no:
        send(talk, **message)
    assert (no.value.code, no.value.param) == (1008, param)


def test_a_voice_that_was_not_registered_is_refused() -> None:
    talk = session()
    send(talk, voices=["A"])
    assert refusal(talk, inputs=[line("Hi. ", "B")]) == ("invalid_voice_id", "voice_id")


@pytest.mark.parametrize(
    ("model", "most"),
    [
        ("eleven_v4_turbo", 1),
        ("eleven_v3_conversational", 1),
        (None, 1),
        ("eleven_v4", 10),
        ("eleven_v3", 10),
    ],
)
def test_a_model_has_so_many_voices(model: str | None, most: int) -> None:
    names = [f"voice {number}" for number in range(most + 1)]
    talk = session(model=model, voices=names)
    assert refusal(talk, voices=names) == ("invalid_parameters", "voices")
    send(session(model=model, voices=names), voices=names[:most])


# Credentials


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ({}, "authentication_required"),
        ({"xi_api_key": "no"}, "invalid_api_key"),
        ({"single_use_token": "no"}, "invalid_token"),
    ],
)
def test_the_first_message_must_have_the_key(message: dict[str, Any], error: str) -> None:
    assert refusal(session(key="KEY"), voices=["A"], **message)[0] == error


@pytest.mark.parametrize("message", [{"xi_api_key": "KEY"}, {"authorization": "Bearer KEY"}])
def test_the_first_message_may_have_the_key(message: dict[str, Any]) -> None:
    talk = session(key="KEY")
    send(talk, voices=["A"], **message)
    send(talk, inputs=[line("Hello. ")])


@pytest.mark.parametrize("place", ["message", "URL"])
def test_a_token_opens_one_session_if_it_is_of_the_type(place: str) -> None:
    tokens = SingleUseTokens()

    def opened(token: str) -> None:
        if place == "URL":
            send(session(key="KEY", tokens=tokens, token=token), voices=["A"])
        else:
            talk = session(key="KEY", tokens=tokens)
            send(talk, voices=["A"], single_use_token=token)

    token = tokens.issue(DIALOGUE_TOKEN)
    opened(token)
    with pytest.raises(ServerError, match="has been used"):
        opened(token)
    with pytest.raises(ServerError) as refused:
        opened(tokens.issue(SPEECH_TOKEN))
    assert refused.value.error == "invalid_token_type"
    assert refused.value.code == 1008
    assert refused.value.message == (
        "Token type mismatch: expected 'ttd_websocket', got 'tts_websocket'."
    )


def test_an_unknown_language_is_refused_in_the_stream() -> None:
    talk = session(language="wo", model="eleven_v4_turbo")
    with pytest.raises(ServerError) as refused:
        send(talk, voices=["A"])
    assert refused.value.message == ("Model 'eleven_v4_turbo' does not support language_code 'wo'.")
    assert (refused.value.error, refused.value.param) == ("unsupported_language", "language_code")
    send(session(language="de"), voices=["A"])


# The clock


def test_a_silent_session_speaks_what_is_left_and_ends() -> None:
    talk = session()
    send(talk, 0, voices=["A"])
    send(talk, 5, inputs=[line("Hello. ")])
    send(talk, 15, keep_alive=True)
    assert talk.deadline == 35
    talk.check_clock(34.9)
    assert not talk.ended
    talk.check_clock(35)
    (context,) = talk.contexts
    assert [segment.text for segment in take_all(context)] == ["Hello. "]
    assert finish_ended(talk) == [None]
    assert talk.finished


def test_a_session_without_a_message_ends() -> None:
    talk = session()
    talk.check_clock(20)
    assert talk.finished


# Properties


@given(
    messages=st.lists(
        st.tuples(st.lists(good_lines, max_size=3), st.booleans(), st.floats(0, 30)), max_size=10
    )
)
def test_whatever_is_sent_is_final_once(messages: list[tuple[Any, bool, float]]) -> None:
    talk = session()
    frames: list[tuple[str | bytes, float]] = [(json.dumps({"voices": ["A", "B"]}), 0.0)]
    frames += [
        (json.dumps({"inputs": inputs, "flush": flush}), wait) for inputs, flush, wait in messages
    ]
    assert end_of(talk, frames, 1) is None
    assert talk.finished


@given(
    sent=st.lists(st.tuples(frames_of(wild_messages), st.floats(0, 15)), max_size=15),
    key=st.none() | st.just("KEY"),
    takes=st.integers(0, 3),
)
def test_whatever_is_sent_and_whenever_the_session_ends_in_a_defined_close(
    sent: list[tuple[str | bytes, float]], key: str | None, takes: int
) -> None:
    talk = session(key=key)
    first = json.dumps({"voices": ["A", "B"], "xi_api_key": "KEY"})
    error = end_of(talk, [(first, 0.0), *sent], takes)
    if error is None:
        assert talk.finished
        assert talk.waiting_characters == 0
    else:
        assert error.message
        assert isinstance(error, ProtocolError) or (error.code == 1008 and error.error)
