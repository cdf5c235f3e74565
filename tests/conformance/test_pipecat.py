"""pipecat's ElevenLabsTTSService speaks with the embedded server over multi-stream-input."""

from __future__ import annotations

import pytest

from jupyter_tts.server import TTSServer

from ..faults.relay import Relay
from ..server.serving import until
from .clients import LONG, SENTENCES, assert_same, contexts, heard_by_us, require

require("pipecat.services.elevenlabs.tts", "pipecat.workers.runner")

from pipecat.frames.frames import (  # noqa: E402  (skipped where there is no pipecat)
    InterruptionFrame,
    TTSAudioRawFrame,
    TTSSpeakFrame,
    TTSStoppedFrame,
)

from .pipecat_pipeline import conversation, turn  # noqa: E402

pytestmark = pytest.mark.conformance


def websocket(relay: Relay) -> str:
    return relay.address.replace("http", "ws", 1)


async def test_two_turns_on_one_socket_are_whole_and_every_word_has_its_time(
    server: TTSServer, relay: Relay
) -> None:
    async with conversation(websocket(relay), "SECRET") as talk:
        await talk.say(*turn(*SENTENCES))
        await talk.until(TTSStoppedFrame)
        await talk.say(TTSSpeakFrame(SENTENCES[1]))
    first, second = talk.heard
    assert_same(first, await heard_by_us(server, SENTENCES))
    assert_same(second, await heard_by_us(server, SENTENCES[1:2]))
    (socket,) = relay.connections
    assert len(contexts(socket)) == 2


@pytest.mark.parametrize("ended", [False, True], ids=["mid-turn", "after the turn's end"])
async def test_an_interruption_ends_the_servers_work_and_the_next_turn_is_whole(
    server: TTSServer, relay: Relay, ended: bool
) -> None:
    server.conditions(generation_rate=4)  # as it is, all of it takes a minute
    frames = turn(*LONG)
    async with conversation(websocket(relay), "SECRET") as talk:
        await talk.say(*(frames if ended else frames[:-1]))
        await talk.until(TTSAudioRawFrame)
        await talk.say(InterruptionFrame())
        (socket,) = relay.connections
        await until(lambda: bool(contexts(socket)))
        await talk.say(*turn(*SENTENCES))
        await talk.until(TTSStoppedFrame)
    server.conditions()
    assert_same(talk.heard[-1], await heard_by_us(server, SENTENCES))
    interrupted, whole = contexts(socket).values()
    assert interrupted.seconds < len(LONG) / 2  # each sentence takes some four seconds
    assert whole.seconds == pytest.approx(talk.heard[-1].seconds)
    assert len(relay.connections) == 1
