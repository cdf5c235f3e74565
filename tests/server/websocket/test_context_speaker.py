"""Several contexts on one socket, spoken at the same time, with a socket the test holds in its
hand.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from contextlib import AbstractAsyncContextManager
from typing import Any

import numpy as np
import pytest

from jupyter_tts.audio.formats import parse_format
from jupyter_tts.server.access.limits import Limits
from jupyter_tts.server.engines.timed_speech import TimedSpeech
from jupyter_tts.server.websocket.multi_stream_input import MultiStreamInput
from jupyter_tts.wire.messages import MOST_CONTEXTS

from ..serving import until
from .test_connection import FakeEngine, Socket, connected, settle

SENTENCES = [f"This is sentence number {number} of the lot. " for number in range(10)]


def talking(
    limits: Limits | None = None, **changes: Any
) -> AbstractAsyncContextManager[tuple[Socket, FakeEngine, asyncio.Task[None]]]:
    return connected(limits, MultiStreamInput, **changes)


def of(socket: Socket, context_id: str | None) -> list[dict[str, Any]]:
    """The messages of one context."""
    return [message for message in socket.sent if message["contextId"] == context_id]


def text_of(messages: list[dict[str, Any]]) -> str:
    timed = [message["alignment"] for message in messages if message.get("alignment")]
    return "".join("".join(alignment["chars"]) for alignment in timed)


def audio_of(messages: list[dict[str, Any]]) -> bytes:
    return b"".join(base64.b64decode(message.get("audio") or "") for message in messages)


async def noise(_: FakeEngine, text: str, *__: object, **___: object) -> TimedSpeech:
    """What an engine returns that gives each text a noise of its own."""
    await asyncio.sleep(0)
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4])
    pcm = np.random.default_rng(seed).integers(-9_000, 9_000, 100 * len(text)).astype("<i2")
    ends = tuple(100 * (index + 1) for index in range(len(text)))
    return TimedSpeech(pcm.tobytes(), tuple(text), (0, *ends[:-1]), ends)


async def test_contexts_are_spoken_at_the_same_time_and_each_whole() -> None:
    async with talking() as (socket, _, running):
        for sentence in SENTENCES:
            for name in ("a", "b"):
                socket.say(text=sentence, context_id=name)
        socket.say(close_socket=True, flush=True)
        await running
        order = [
            message["contextId"] for message in socket.sent if message["contextId"] is not None
        ]
        assert order.index("b") < len(order) - 1 - order[::-1].index("a")
        assert order.index("a") < len(order) - 1 - order[::-1].index("b")
        for name in ("a", "b"):
            assert text_of(of(socket, name)) == "".join(SENTENCES)
            assert [message["isFinal"] for message in of(socket, name)][-2:] == [None, True]
        assert socket.closed == (1000, b"")


async def test_each_context_sounds_as_if_it_were_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeEngine, "speak", noise)
    texts = {"a": SENTENCES[:5], "b": SENTENCES[5:]}

    async def heard(*names: str) -> list[bytes]:
        async with talking(output_format=parse_format("pcm_24000")) as (socket, _, running):
            for sentences in zip(*(texts[name] for name in names), strict=True):
                for name, sentence in zip(names, sentences, strict=True):
                    socket.say(text=sentence, context_id=name)
            socket.say(close_socket=True, flush=True)
            await running
            return [audio_of(of(socket, name)) for name in names]

    alone = [*await heard("a"), *await heard("b")]
    assert len(alone[0]) == 2 * round(100 * len("".join(texts["a"])) * 24_000 / 22_050)
    assert await heard("a", "b") == alone


@pytest.mark.parametrize("flush", [True, False])
async def test_what_ends_without_a_space_gets_a_silent_one_so_that_words_stay_apart(
    flush: bool,
) -> None:
    async with talking(auto_mode=not flush) as (socket, voice, running):
        for sentence in ("One, two.", "Three. ", "字", "Four"):
            socket.say(text=sentence, context_id="a", flush=flush)
        socket.say(context_id="a", close_context=True, flush=True)
        socket.say(close_socket=True)
        await running
        assert voice.texts == ["One, two.", "Three. ", "字", "Four"]
        assert text_of(of(socket, "a")) == "One, two. Three. 字 Four "
        timed = [message["alignment"] for message in of(socket, "a") if message["alignment"]]
        last = {
            "".join(alignment["chars"]): alignment["charDurationsMs"][-1] for alignment in timed
        }
        assert last == {"One, two. ": 0, "Three. ": 1, "字 ": 0, "Four ": 0}


async def test_closing_a_context_ends_its_sound_in_the_middle_and_no_other() -> None:
    async with talking() as (socket, voice, running):
        socket.reading.clear()
        for name in ("a", "b"):
            socket.say(text="".join(SENTENCES), context_id=name)
        await until(lambda: len(voice.texts) == 4)
        socket.say(context_id="a", close_context=True)
        await until(socket.incoming.empty)
        await settle()
        socket.reading.set()
        socket.say(close_socket=True, flush=True)
        await running
        assert len(audio_of(of(socket, "a"))) < len(audio_of(of(socket, "b"))) / 5
        assert [message["isFinal"] for message in of(socket, "a")].count(True) == 1
        assert of(socket, "a")[-1]["isFinal"] is True
        # b was closed with a flush: all of it.
        assert text_of(of(socket, "b")) == "".join(SENTENCES)


async def test_closing_a_context_does_not_wait_for_what_is_being_made() -> None:
    async with talking() as (socket, voice, running):
        voice.ready.clear()
        socket.say(text="Hello. ", context_id="a")
        await until(lambda: voice.texts == ["Hello. "])
        socket.say(context_id="a", close_context=True)
        await until(lambda: bool(of(socket, "a")))
        assert voice.cancelled == 1
        assert [message["isFinal"] for message in of(socket, "a")] == [True]
        assert not running.done()


async def test_an_id_used_again_is_heard_after_its_first_owner() -> None:
    async with talking() as (socket, _, running):
        socket.say(text="".join(SENTENCES), context_id="a", flush=True)
        socket.say(context_id="a", close_context=True)
        socket.say(text="Again. ", context_id="a", flush=True)
        socket.say(close_socket=True)
        await running
        finals = [index for index, message in enumerate(of(socket, "a")) if message["isFinal"]]
        assert len(finals) == 2
        assert text_of(of(socket, "a")[: finals[0]]) == "".join(SENTENCES)
        assert text_of(of(socket, "a")[finals[0] :]) == "Again. "


async def test_little_is_made_ahead_for_a_client_that_does_not_read() -> None:
    async with talking() as (socket, voice, _):
        socket.say(context_id="", close_context=True)
        await until(lambda: bool(socket.sent))
        socket.reading.clear()
        for number in range(MOST_CONTEXTS):
            socket.say(text="".join(SENTENCES), context_id=str(number))
        await settle()
        assert len(voice.texts) == 2 * MOST_CONTEXTS


async def test_contexts_that_are_closed_faster_than_spoken_hold_the_reader_up() -> None:
    async with talking() as (socket, voice, running):
        voice.ready.clear()
        for number in range(30):
            socket.say(text="Hello. ", context_id=str(number), close_context=True, flush=True)
        await settle()
        assert socket.incoming.qsize() > 15
        voice.ready.set()
        socket.say(close_socket=True)
        await running
        assert (
            sum(message["isFinal"] is True for message in socket.sent) == 31
        )  # and the default one


async def test_a_context_that_is_silent_for_too_long_gets_the_error_and_the_others_go_on() -> None:
    async with talking(inactivity_timeout=0.3) as (socket, voice, running):
        voice.ready.clear()
        socket.say(text="Hello. ", context_id="b", close_context=True, flush=True)
        await until(lambda: bool(of(socket, None)))
        (error,) = of(socket, None)
        assert (error["error"], error["code"]) == ("input_timeout_exceeded", 1008)
        assert not running.done()
        voice.ready.set()
        await running
        assert text_of(of(socket, "b")) == "Hello. "
        assert of(socket, "b")[-1]["isFinal"] is True
        # Then no context is left, and nothing more is said.
        assert socket.sent[-1]["error"] == "input_timeout_exceeded"
        assert socket.closed is not None
        assert socket.closed[0] == 1008


async def test_what_is_said_to_one_context_does_not_keep_another() -> None:
    async with talking(inactivity_timeout=0.05) as (socket, _, running):
        socket.say(text=" ", context_id="a")
        while not of(socket, "a"):
            assert not running.done()
            socket.say(text="", context_id="b")
            await until(socket.incoming.empty)
        assert of(socket, "a")[0]["error"] == "input_timeout_exceeded"


async def test_nothing_is_left_behind() -> None:
    before = asyncio.all_tasks()
    async with talking() as (socket, voice, running):
        voice.ready.clear()
        for number in range(4):
            socket.say(text="Hello. ", context_id=str(number))
        await until(lambda: len(voice.texts) == 4)
        socket.vanish()
        await running
    assert asyncio.all_tasks() == before
