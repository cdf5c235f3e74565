"""How a dialogue is made, charged and sent, with a socket the test holds in its hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest

from jupyter_tts.server.access.admission import Admission
from jupyter_tts.server.access.limits import Limits
from jupyter_tts.server.access.tokens import DIALOGUE_TOKEN, SingleUseTokens
from jupyter_tts.server.engines.engine import Engine
from jupyter_tts.server.engines.espeak.voices import find_voice
from jupyter_tts.server.engines.voices import Voice
from jupyter_tts.server.simulation.account import Account
from jupyter_tts.server.websocket import dialogue, dialogue_context, multi_dialogue
from jupyter_tts.server.websocket.connection import Connection
from jupyter_tts.server.websocket.dialogue import Dialogue
from jupyter_tts.server.websocket.dialogue_session import DialogueSession
from jupyter_tts.server.websocket.multi_dialogue import MultiDialogue
from jupyter_tts.server.websocket.socket import WebSocket

from ..serving import PATIENCE, until
from .dialogue_input import SENTENCE, line
from .endpoint_input import handshake
from .test_connection import FakeEngine, Socket, settle


class Voices(FakeEngine):
    """A fake engine that notes which voices it was made ready for."""

    def __init__(self) -> None:
        super().__init__()
        self.prepared: list[str] = []

    def prepare(self, voice: Voice) -> None:
        self.prepared.append(voice.id)


@asynccontextmanager
async def talking(
    limits: Limits | None = None,
    account: Account | None = None,
    endpoint: type[DialogueSession] = Dialogue,
) -> AsyncIterator[tuple[Socket, Voices, asyncio.Task[None]]]:
    socket, engine = Socket(), Voices()
    session = endpoint(
        handshake(model="eleven_v4", sync_alignment=True),
        knows_voice=lambda voice_id: find_voice(voice_id) is not None,
        languages=(),
        admission=Admission(None, SingleUseTokens(), DIALOGUE_TOKEN),
        now=asyncio.get_running_loop().time(),
    )
    connection = Connection(
        cast(WebSocket, socket),
        cast(asyncio.Transport, socket),
        session,
        cast(Engine, engine),
        limits or Limits(),
        account,
    )
    running = asyncio.create_task(connection.run())
    socket.say(voices=["en-us", "de"], **{"context_id": "a"} if endpoint.names_contexts else {})
    try:
        yield socket, engine, running
    finally:
        running.cancel()
        await asyncio.wait({running})


def kinds(socket: Socket) -> list[str]:
    return [next(iter(message)) for message in socket.sent]


async def test_the_end_of_a_turn_follows_its_sound_and_the_final_message_everything() -> None:
    async with talking() as (socket, engine, running):
        socket.say(inputs=[line("Ready? ", "en-us"), line("[sighs] Immer. ", "de")], flush=True)
        socket.say(close_socket=True)
        await running
        assert engine.texts == ["Ready? ", " Immer. "]
        order = [kind for kind in kinds(socket) if kind != "audio"]
        assert order == ["is_final_audio_for_turn", "is_final_audio_for_turn", "is_final"]
        assert kinds(socket)[0] == "audio"
        assert socket.closed == (1000, b"")


async def test_the_end_of_a_turn_follows_the_last_part_of_a_long_segment() -> None:
    account = Account()
    async with talking(account=account) as (socket, engine, running):
        engine.longest = 12
        socket.say(inputs=[line("One two three four. ", "en-us")], flush=True)
        socket.say(close_socket=True)
        await running
        assert engine.texts == ["One two three four. ", "One two ", "three four. "]
        assert kinds(socket)[:3] == ["audio", "audio", "is_final_audio_for_turn"]
        assert kinds(socket).count("is_final_audio_for_turn") == 1
        assert account.subscription()["character_count"] == len("One two three four. ")


async def test_every_voice_is_prepared_when_the_dialogue_begins() -> None:
    async with talking() as (_, engine, _):
        await until(lambda: engine.prepared == ["en-us", "de"])


async def test_tags_are_charged() -> None:
    account = Account()
    async with talking(account=account) as (socket, _, running):
        socket.say(inputs=[line("[sighs] Hi. ", "en-us")])
        socket.say(close_socket=True)
        await running
        assert account.subscription()["character_count"] == len("[sighs] Hi. ")


async def test_a_client_with_too_much_unspoken_text_is_not_read_until_speech_catches_up() -> None:
    async with talking(Limits(waiting_characters=500)) as (socket, engine, running):
        engine.ready.clear()
        for _ in range(8):
            socket.say(inputs=[line(SENTENCE * 4, "en-us")])
        await settle()
        assert socket.incoming.qsize() > 2
        engine.ready.set()
        await until(socket.incoming.empty)
        assert not running.done()


async def test_a_text_that_cannot_be_spoken_is_an_error_with_a_null_param() -> None:
    async with talking() as (socket, _, running):
        socket.say(inputs=[line("unspeakable ", "en-us")], flush=True)
        await running
        assert socket.sent[-1] == {
            "message": "The voice cannot speak this.",
            "error": "something_went_wrong",
            "code": 1008,
            "param": None,
        }
        assert socket.closed == (1008, b"The voice cannot speak this.")


async def test_a_client_that_vanishes_ends_everything_at_once() -> None:
    before: set[Any] = asyncio.all_tasks()
    async with talking() as (socket, engine, running):
        engine.ready.clear()
        socket.say(inputs=[line("Hello. ", "en-us")], flush=True)
        await until(lambda: engine.texts == ["Hello. "])
        socket.vanish()
        await running
        assert engine.cancelled == 1
    assert asyncio.all_tasks() == before


@pytest.mark.parametrize("endpoint", [Dialogue, MultiDialogue])
async def test_a_silent_client_hears_what_is_left_and_the_socket_closes(
    monkeypatch: pytest.MonkeyPatch, endpoint: type[DialogueSession]
) -> None:
    for module in (dialogue, dialogue_context, multi_dialogue):
        monkeypatch.setattr(module, "IDLE_SECONDS", 0.1)
    context = {"context_id": "a"} if endpoint is MultiDialogue else {}
    async with talking(endpoint=endpoint) as (socket, engine, running):
        socket.say(inputs=[line("Hello. ", "en-us")], **context)
        await asyncio.wait_for(running, PATIENCE)
        assert engine.texts == ["Hello. "]
        assert socket.sent[-1] == {"is_final": True, **context}
        assert socket.closed == (1000, b"")
