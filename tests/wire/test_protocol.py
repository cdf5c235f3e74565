from __future__ import annotations

import json

import pytest

from jupyter_tts.wire.errors import (
    AuthenticationError,
    ConnectionLost,
    ProtocolError,
    ServerError,
    VoiceNotFound,
)
from jupyter_tts.wire.messages import ServerFault, ServerMessage, encode_server
from jupyter_tts.wire.protocol import Chunk, Final, State, StreamProtocol
from jupyter_tts.wire.request import SpeechRequest

AUDIO = encode_server(ServerMessage(b"\1\0"))
FINAL = encode_server(ServerMessage(is_final=True))


def opened() -> StreamProtocol:
    exchange = StreamProtocol(SpeechRequest(stability=0.4))
    exchange.start()
    return exchange


def test_the_first_message_comes_first_and_once() -> None:
    exchange = StreamProtocol(SpeechRequest(stability=0.4, levers=False))
    with pytest.raises(ProtocolError):
        exchange.text("too soon ")
    assert json.loads(exchange.start()) == {"text": " ", "voice_settings": {"stability": 0.4}}
    with pytest.raises(ProtocolError):
        exchange.start()


def test_text_may_be_sent_while_audio_is_read() -> None:
    exchange = opened()
    assert json.loads(exchange.text("one ")) == {"text": "one "}
    assert exchange.receive(AUDIO) == (Chunk(b"\1\0"),)
    assert json.loads(exchange.text("two ", flush=True)) == {"text": "two ", "flush": True}
    assert json.loads(exchange.keepalive()) == {"text": " "}


def test_nothing_is_sent_after_the_end_of_input() -> None:
    exchange = opened()
    assert json.loads(exchange.end()) == {"text": ""}
    for send in (exchange.end, exchange.keepalive, lambda: exchange.text("late ")):
        with pytest.raises(ProtocolError):
            send()


def test_the_final_message_ends_the_exchange() -> None:
    exchange = opened()
    exchange.end()
    assert exchange.receive(FINAL) == (Final(),)
    assert exchange.state is State.FINAL
    assert exchange.closed(1000) == ()
    with pytest.raises(ProtocolError):
        exchange.receive(AUDIO)


def test_a_final_message_with_audio_gives_both() -> None:
    exchange = opened()
    both = encode_server(ServerMessage(b"\1\0", is_final=True))
    assert exchange.receive(both) == (Chunk(b"\1\0"), Final())


def test_a_normal_closure_after_the_end_of_input_counts_as_final() -> None:
    exchange = opened()
    exchange.end()
    assert exchange.closed(1000) == (Final(),)


@pytest.mark.parametrize("code", [None, 1000, 1001, 1006, 1011])
def test_a_closure_in_mid_stream_is_a_loss(code: int | None) -> None:
    with pytest.raises(ConnectionLost) as caught:
        opened().closed(code)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("invalid_api_key", AuthenticationError),
        ("voice_not_found", VoiceNotFound),
        ("something_new", ServerError),
    ],
)
def test_an_error_in_band_raises_what_it_is(error: str, kind: type[ServerError]) -> None:
    frame = encode_server(ServerMessage(fault=ServerFault("It said so.", error, 1008)))
    with pytest.raises(kind, match=r"It said so\.") as caught:
        opened().receive(frame)
    assert (caught.value.error, caught.value.code) == (error, 1008)


def test_a_1008_with_a_reason_is_the_servers_error() -> None:
    with pytest.raises(ServerError, match="exceeds your quota"):
        opened().closed(1008, "This request exceeds your quota")


def test_a_character_cut_in_two_messages_is_one() -> None:
    exchange = opened()
    alignments = []
    for items in (["\ud83d"], None, ["\ude00"], ["\ude00"]):
        timed = items and {"chars": items, "charStartTimesMs": [0], "charDurationsMs": [1]}
        (chunk,) = exchange.receive(json.dumps({"audio": "AQA=", "alignment": timed}))
        assert isinstance(chunk, Chunk)
        alignments.append(chunk.alignment and chunk.alignment.text)
    assert alignments == ["", None, "😀", "\ufffd"]
