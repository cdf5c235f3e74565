from __future__ import annotations

import json

import pytest

from jupyter_tts.wire.errors import (
    ConnectionLost,
    InputTimeout,
    ProtocolError,
    QuotaExceeded,
    ServerError,
    TTSError,
)
from jupyter_tts.wire.exchanges import multi_context_endpoint, new_exchange
from jupyter_tts.wire.messages import ServerFault, ServerMessage, context_of, encode_server
from jupyter_tts.wire.multi_context import (
    MULTI_STREAM_INPUT,
    ContextProtocol,
)
from jupyter_tts.wire.protocol import Chunk, Final, State
from jupyter_tts.wire.request import SpeechRequest

REQUEST = SpeechRequest(multi=True, stability=0.4, levers=False)
LIMIT = ServerFault("Maximum simultaneous contexts exceeded (5).", "max_active_conversations", 1008)


def says(context_id: str | None, audio: bytes = b"", *, final: bool = False) -> str:
    return encode_server(ServerMessage(audio, final, context_id=context_id), contexts=True)


def fails(fault: ServerFault, context_id: str | None) -> str:
    return encode_server(ServerMessage(fault=fault, context_id=context_id), contexts=True)


def opened(context_id: str = "7") -> ContextProtocol:
    context = ContextProtocol(REQUEST, context_id)
    context.start()
    return context


def test_the_request_chooses_the_endpoint() -> None:
    assert multi_context_endpoint(REQUEST) is MULTI_STREAM_INPUT
    assert multi_context_endpoint(SpeechRequest()) is None
    assert json.loads(new_exchange(REQUEST).start()) == REQUEST.first_message


def test_every_message_names_the_context_and_the_settings_come_first() -> None:
    context = ContextProtocol(REQUEST, "7")
    for early in (context.keepalive, context.end, context.interrupt, lambda: context.text("a ")):
        with pytest.raises(ProtocolError):
            early()
    frames = [
        context.start(),
        context.text("One. ", flush=True),
        context.keepalive(),
        context.end(),
    ]
    assert list(map(json.loads, frames)) == [
        {"text": " ", "context_id": "7", "voice_settings": {"stability": 0.4}},
        {"text": "One. ", "context_id": "7", "flush": True},
        {"text": "", "context_id": "7"},
        {"context_id": "7", "flush": True, "close_context": True},
    ]
    assert context.ended


def test_an_interruption_speaks_nothing_more_and_must_come_before_the_end() -> None:
    context = opened()
    assert json.loads(context.interrupt()) == {"context_id": "7", "close_context": True}
    assert not context.ended
    with pytest.raises(ProtocolError):
        context.text("late ")
    ended = opened()
    ended.end()
    with pytest.raises(ProtocolError):  # it would begin another context
        ended.interrupt()


def test_only_messages_that_name_the_context_are_its_own() -> None:
    context = opened()
    for other in (says("8", b"\1\0"), says(None, b"\1\0"), says("8", final=True), says(None)):
        assert context.receive(other) == ()
    assert context.receive(says("7", b"\1\0")) == (Chunk(b"\1\0"),)
    context.end()
    assert context.receive(says("7", final=True)) == (Final(),)
    assert context.state is State.FINAL
    assert context.closed(1006) == ()


@pytest.mark.parametrize("named", ["7", None])
def test_an_error_that_names_the_context_or_none_ends_it(named: str | None) -> None:
    context = opened()
    fault = ServerFault("Have not received a new text input", "input_timeout_exceeded", 1008)
    with pytest.raises(InputTimeout):
        context.receive(fails(fault, named))
    assert context.state is State.FINAL


def test_an_error_that_names_another_context_is_its_own_affair() -> None:
    context = opened()
    assert context.receive(fails(LIMIT, "8")) == ()
    assert context.receive(says("7", b"\1\0")) == (Chunk(b"\1\0"),)
    with pytest.raises(ConnectionLost, match="another stream") as caught:
        context.closed(1008, LIMIT.message)
    assert caught.value.retryable


@pytest.mark.parametrize("ended", [False, True])
@pytest.mark.parametrize(
    ("code", "reason", "kind"),
    [
        (None, "", ConnectionLost),
        (1000, "", ConnectionLost),  # every context has a final message of its own
        (1008, "This request exceeds your quota of 10000.", QuotaExceeded),
        (1008, "No.", ServerError),
    ],
)
def test_a_closure_before_the_final_message_is_a_loss(
    code: int | None, reason: str, kind: type[TTSError], *, ended: bool
) -> None:
    context = opened()
    if ended:
        context.end()
    with pytest.raises(kind):
        context.closed(code, reason)


@pytest.mark.parametrize(
    ("frame", "named"),
    [
        (says("7", b"\1\0"), "7"),
        (says('a "b" \\ ü'), 'a "b" \\ ü'),
        (says(None, b"\1\0"), None),
        ('{"context_id" : "9", "audio": null}', "9"),
        ('{"message": "no \\"contextId\\": \\"8\\" here"}', None),
        ('{"alignment": {"chars": ["contextId", ":", "x"]}, "contextId": "7"}', "7"),
        ("{}", None),
        ("\xff", None),
        ('{"contextId": "\\q"}', None),
    ],
)
def test_the_context_of_a_frame_is_found_without_decoding_it(frame: str, named: str | None) -> None:
    assert context_of(frame.encode("latin-1", "backslashreplace")) == named
