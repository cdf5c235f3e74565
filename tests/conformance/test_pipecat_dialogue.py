"""pipecat's ElevenLabsDialogueTTSService speaks with the embedded server: text-to-dialogue."""

from __future__ import annotations

import pytest

from jupyter_tts.server import TTSServer

from ..faults.relay import Received, Relay
from ..server.serving import until
from .clients import LONG, SENTENCES, Heard, assert_same, contexts, heard_by_us, require

require("pipecat.services.elevenlabs.dialogue.tts", "pipecat.workers.runner")

from pipecat.frames.frames import (  # noqa: E402  (skipped where there is no pipecat)
    InterruptionFrame,
    TTSAudioRawFrame,
    TTSSpeakFrame,
    TTSStoppedFrame,
)
from pipecat.services.elevenlabs.dialogue.tts import ElevenLabsDialogueTTSService  # noqa: E402

from .pipecat_pipeline import conversation, turn  # noqa: E402

pytestmark = pytest.mark.conformance

DIALOGUE = {"kind": ElevenLabsDialogueTTSService}


def websocket(relay: Relay) -> str:
    return relay.address.replace("http", "ws", 1)


def spoken(socket: Received) -> list[Heard]:
    """What the contexts brought, but for the one that only keeps the socket alive."""
    return [heard for heard in contexts(socket).values() if heard.seconds]


async def test_two_turns_on_one_socket_are_whole_and_every_word_has_its_time(
    server: TTSServer, relay: Relay
) -> None:
    async with conversation(websocket(relay), "SECRET", **DIALOGUE) as talk:
        await talk.say(*turn(*SENTENCES))
        await talk.until(TTSStoppedFrame)
        await talk.say(TTSSpeakFrame(SENTENCES[1]))
    first, second = talk.heard
    assert_same(first, await heard_by_us(server, SENTENCES))
    assert_same(second, await heard_by_us(server, SENTENCES[1:2]))
    (socket,) = relay.connections
    assert socket.path.startswith("/v1/text-to-dialogue/multi-stream-input?")
    assert len(spoken(socket)) == 2


async def test_a_tag_is_not_spoken(server: TTSServer, relay: Relay) -> None:
    async with conversation(websocket(relay), "SECRET", stability=0.8, **DIALOGUE) as talk:
        await talk.say(TTSSpeakFrame(f"[laughs] {SENTENCES[2]}"))
    (heard,) = talk.heard
    expected = await heard_by_us(server, SENTENCES[2:])
    assert heard.seconds == pytest.approx(expected.seconds, abs=0.3)  # with a short pause
    assert heard.texts[0] == "[laughs]"
    (socket,) = relay.connections
    assert {"stability": 0.8} in [message.get("voice_settings") for message in socket.messages]


@pytest.mark.parametrize("ended", [False, True], ids=["mid-turn", "after the turn's end"])
async def test_an_interrupted_turn_is_discarded_and_the_next_one_is_whole(
    server: TTSServer, relay: Relay, ended: bool
) -> None:
    """Nothing ends the server's work on an interrupted turn: a closed context is spoken whole."""
    frames = turn(*LONG[:20])
    async with conversation(websocket(relay), "SECRET", **DIALOGUE) as talk:
        await talk.say(*(frames if ended else frames[:-1]))
        await talk.until(TTSAudioRawFrame)
        await talk.say(InterruptionFrame())
        (socket,) = relay.connections
        await until(lambda: bool(contexts(socket)))
        await talk.say(*turn(*SENTENCES))
        await talk.until(TTSStoppedFrame)
    assert_same(talk.heard[-1], await heard_by_us(server, SENTENCES))
    _, whole = spoken(socket)
    assert whole.seconds == pytest.approx(talk.heard[-1].seconds)
    assert len(relay.connections) == 1
