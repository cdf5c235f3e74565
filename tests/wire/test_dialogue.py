from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.wire.alignment import Alignment
from jupyter_tts.wire.dialogue import MULTI_DIALOGUE, DialogueContextProtocol, DialogueProtocol
from jupyter_tts.wire.errors import (
    ConnectionLost,
    ProtocolError,
    ServerError,
    TTSError,
)
from jupyter_tts.wire.exchanges import multi_context_endpoint, new_exchange
from jupyter_tts.wire.messages import (
    ServerFault,
    ServerMessage,
    decode_dialogue_client,
    encode_dialogue_server,
)
from jupyter_tts.wire.protocol import Chunk, Final, State, StreamProtocol
from jupyter_tts.wire.request import SpeechRequest

SINGLE = SpeechRequest(voice="v", model="eleven_v4_turbo", stability=0.4, latency=4)
MULTI = SpeechRequest(voice="v", model="eleven_v4_turbo", stability=0.4, multi=True)
SOUND = b"\1\0"
TIMES = Alignment(("[", "ab", " "), (0, 12, 20), (12, 8, 4))

both = pytest.mark.parametrize("request_", [SINGLE, MULTI], ids=["single", "multi"])


def message(context_id: str | None = None, **fields: Any) -> str:
    return encode_dialogue_server(
        ServerMessage(**fields, context_id=context_id), contexts=context_id is not None
    )


def opened(request: SpeechRequest) -> StreamProtocol:
    exchange = new_exchange(request)
    exchange.start()
    return exchange


def test_the_model_chooses_the_exchange() -> None:
    assert type(new_exchange(SINGLE)) is DialogueProtocol
    assert type(new_exchange(MULTI)) is DialogueContextProtocol
    assert multi_context_endpoint(SINGLE) is None
    assert multi_context_endpoint(MULTI) is MULTI_DIALOGUE


def test_a_stream_with_a_socket_to_itself_sends_voices_inputs_and_a_close() -> None:
    exchange = DialogueProtocol(SINGLE)
    for early in (exchange.keepalive, exchange.end, lambda: exchange.text("a ")):
        with pytest.raises(ProtocolError):
            early()
    frames = [
        exchange.start(),
        exchange.text("One. ", flush=True),
        exchange.keepalive(),
        exchange.text("Two."),
        exchange.end(),
    ]
    assert list(map(json.loads, frames)) == [
        {"voices": ["v"], "voice_settings": {"stability": 0.4}},
        {"inputs": [{"text": "One. ", "voice_id": "v"}], "flush": True},
        {"keep_alive": True},
        {"inputs": [{"text": "Two.", "voice_id": "v"}]},
        {"close_socket": True},
    ]
    with pytest.raises(ProtocolError):
        exchange.text("late")
    with pytest.raises(ProtocolError):
        exchange.start()  # voices go once


def test_every_message_of_a_context_names_it_and_none_follows_its_close() -> None:
    exchange = DialogueContextProtocol(MULTI, "7")
    with pytest.raises(ProtocolError):  # a keep-alive to a context that has not begun: 1008
        exchange.keepalive()
    frames = [exchange.start(), exchange.text("One. "), exchange.keepalive(), exchange.end()]
    assert list(map(json.loads, frames)) == [
        {"context_id": "7", "voices": ["v"], "voice_settings": {"stability": 0.4}},
        {"context_id": "7", "inputs": [{"text": "One. ", "voice_id": "v"}]},
        {"context_id": "7", "keep_alive": True},
        {"context_id": "7", "close_context": True},
    ]
    late: list[Callable[[], str]] = [exchange.keepalive, exchange.end, exchange.interrupt]
    for send in (*late, lambda: exchange.text("late")):
        with pytest.raises(ProtocolError):
            send()


def test_an_interruption_closes_the_context_which_is_then_left_alone() -> None:
    exchange = DialogueContextProtocol(MULTI, "7")
    exchange.start()
    assert json.loads(exchange.interrupt()) == {"context_id": "7", "close_context": True}
    assert not exchange.ended
    assert exchange.receive(message("7", audio=SOUND)) == (Chunk(SOUND),)
    assert exchange.receive(message("7", is_final=True)) == (Final(),)


@both
def test_the_end_of_a_segment_is_never_the_end(request_: SpeechRequest) -> None:
    exchange = opened(request_)
    exchange.text("One. ", flush=True)
    named = exchange.context_id
    for _ in range(3):
        assert exchange.receive(message(named, audio=SOUND)) == (Chunk(SOUND),)
        assert exchange.receive(message(named, is_final_for_turn=True)) == ()
    exchange.end()
    assert exchange.receive(message(named, is_final_for_turn=True)) == ()
    assert exchange.state is State.ENDING
    assert exchange.receive(message(named, is_final=True)) == (Final(),)
    assert exchange.closed(1000) == ()


@both
def test_an_end_without_a_sound_is_a_failure_that_says_what_it_may_mean(
    request_: SpeechRequest,
) -> None:
    exchange = opened(request_)
    exchange.text("[laughs] Hello. ")
    exchange.end()
    with pytest.raises(ServerError, match="without a sound") as caught:
        exchange.receive(message(exchange.context_id, is_final=True))
    assert "unpaid" in caught.value.hint
    assert not caught.value.retryable


@both
@pytest.mark.parametrize("text", [None, "… "])
def test_an_end_without_a_sound_is_right_where_there_was_nothing_to_speak(
    request_: SpeechRequest, text: str | None
) -> None:
    exchange = opened(request_)
    if text is not None:
        exchange.text(text)
    exchange.end()
    assert exchange.receive(message(exchange.context_id, is_final=True)) == (Final(),)


@both
def test_sound_times_and_the_end_may_come_in_one_frame(request_: SpeechRequest) -> None:
    exchange = opened(request_)
    exchange.text("ab ")
    exchange.end()
    named = exchange.context_id
    frame = json.loads(message(named, audio=SOUND, alignment=TIMES))
    frame |= {"is_final": True, "is_final_audio_for_turn": True, "normalized_alignment": None}
    assert exchange.receive(json.dumps(frame)) == (Chunk(SOUND, TIMES), Final())


def test_only_the_alignment_counts_and_what_is_no_object_is_none() -> None:
    exchange = opened(SINGLE)
    frame = json.loads(message(audio=SOUND, alignment=TIMES))
    frame["normalized_alignment"] = {
        "chars": ["x"],
        "char_start_times_ms": [0],
        "char_durations_ms": [900],
    }
    assert exchange.receive(json.dumps(frame)) == (Chunk(SOUND, TIMES),)
    frame["alignment"] = [frame["alignment"]]
    assert exchange.receive(json.dumps(frame)) == (Chunk(SOUND),)


FAULT = ServerFault("voice_id is not registered.", "invalid_voice", 1008, param="inputs.0.voice_id")


@both
def test_an_error_says_which_field_is_at_fault(request_: SpeechRequest) -> None:
    exchange = opened(request_)
    with pytest.raises(ServerError, match="not registered") as caught:
        exchange.receive(message(exchange.context_id, fault=FAULT))
    assert caught.value.param == "inputs.0.voice_id"
    assert "inputs.0.voice_id" in caught.value.hint
    assert caught.value.error == "invalid_voice"
    assert caught.value.code == 1008


def test_an_error_without_a_context_ends_every_context() -> None:
    for context_id in ("1", "2"):
        exchange = DialogueContextProtocol(MULTI, context_id)
        exchange.start()
        with pytest.raises(ServerError):
            exchange.receive(encode_dialogue_server(ServerMessage(fault=FAULT), contexts=True))
        assert exchange.state is State.FINAL


def test_a_socket_that_another_context_ended_may_be_opened_again() -> None:
    exchange = DialogueContextProtocol(MULTI, "1")
    exchange.start()
    other = ServerFault("The context is closing.", "context_closing", 1008)
    assert exchange.receive(message("2", fault=other)) == ()
    with pytest.raises(ConnectionLost, match="another stream") as caught:
        exchange.closed(1008, other.message)
    assert caught.value.retryable


def test_a_normal_closure_is_the_end_of_a_stream_and_a_loss_for_a_context() -> None:
    exchange = opened(SINGLE)
    exchange.end()
    assert exchange.closed(1000) == (Final(),)
    context = opened(MULTI)
    context.end()
    with pytest.raises(ConnectionLost):
        context.closed(1000)
    with pytest.raises(ConnectionLost):
        opened(SINGLE).closed(1000)


@given(
    text=st.text(min_size=1),
    cuts=st.lists(st.integers(0, 40)),
    flushes=st.sets(st.integers(0, 40)),
    multi=st.booleans(),
)
def test_what_is_sent_is_the_text_however_it_is_split(
    text: str, cuts: list[int], flushes: set[int], *, multi: bool
) -> None:
    exchange = opened(MULTI if multi else SINGLE)
    bounds = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    frames = [
        exchange.text(text[start:stop], flush=start in flushes)
        for start, stop in itertools.pairwise(bounds)
    ]
    sent = list(map(decode_dialogue_client, frames))
    assert "".join(entry.text for part in sent for entry in part.inputs) == text
    assert all(entry.voice_id == "v" for part in sent for entry in part.inputs)
    assert [part.flush for part in sent] == [start in flushes for start in bounds[:-1]]
    assert all(part.context_id == exchange.context_id for part in sent)


MESSAGES = st.lists(
    st.one_of(
        st.builds(
            dict,
            audio=st.binary(max_size=4),
            alignment=st.none() | st.just(TIMES),
            context_id=st.sampled_from(["1", "2", None]),
        ),
        st.builds(
            dict, is_final_for_turn=st.just(True), context_id=st.sampled_from(["1", "2", None])
        ),
        st.builds(dict, is_final=st.just(True), context_id=st.sampled_from(["1", "2", None])),
        st.builds(dict, fault=st.just(FAULT), context_id=st.sampled_from(["1", "2", None])),
    )
)


@given(messages=MESSAGES, multi=st.booleans(), text=st.sampled_from(["", "Hello. "]))
def test_messages_in_any_order_end_in_an_event_or_a_sentence(
    messages: list[dict[str, Any]], text: str, *, multi: bool
) -> None:
    exchange = opened(MULTI if multi else SINGLE)
    if text:
        exchange.text(text)
    exchange.end()
    own = exchange.context_id
    heard = expected = b""
    finals = 0
    for fields in messages:
        frame = message(**fields)
        try:
            events = exchange.receive(frame)
        except TTSError:
            return
        heard += b"".join(event.data for event in events if isinstance(event, Chunk))
        finals += sum(isinstance(event, Final) for event in events)
        if fields["context_id"] == own or not multi:
            expected += fields.get("audio", b"")
        assert heard == expected
        assert finals <= 1
        assert (exchange.state is State.FINAL) == (finals == 1)
