"""Clients without the key: they keep nobody waiting who has it. Real sockets, small limits."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientSession
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from jupyter_tts.server.access.limits import Limits
from jupyter_tts.server.access.unproven import UnprovenConnections
from jupyter_tts.server.engines.timed_speech import TimedSpeech
from jupyter_tts.server.engines.voices import Voice

from ..serving import PATIENCE, exchange, in_process, read_all, stream_url, until
from ..slow_speech import LongEngine

KEY = "KEY"
OWNER = {"xi-api-key": KEY}
FIRST: dict[str, Any] = {"text": " "}
END: dict[str, Any] = {"text": ""}


async def open_stream(address: str, **headers: str) -> ClientConnection:
    return await connect(
        stream_url(address), compression=None, proxy=None, additional_headers=headers
    )


async def test_strangers_take_no_place_of_a_stream() -> None:
    limits = Limits(streams=2)
    async with in_process(engine=LongEngine(0.0), key=KEY, limits=limits) as address:
        strangers = [await open_stream(address) for _ in range(6)]
        async with ClientSession(headers=OWNER) as session:
            speech = f"{address}/v1/text-to-speech/en-us"
            async with session.post(speech, json={"text": "Mine."}) as answer:
                assert answer.status == 200
                assert answer.headers["current-concurrent-requests"] == "1"
        owners = [await open_stream(address, **OWNER) for _ in range(2)]
        for owner in owners:
            assert (await exchange(owner, [FIRST, END])).code == 1000
        for stranger in strangers:
            await stranger.close()


async def test_strangers_who_ask_for_previews_take_no_place_of_a_stream() -> None:
    class Slow(LongEngine):
        go_on = asyncio.Event()

        async def speak(self, text: str, voice: Voice, **options: Any) -> TimedSpeech:
            if text.startswith("1, 2"):
                await self.go_on.wait()
            return await super().speak(text, voice, **options)

    engine, limits = Slow(0.0), Limits(streams=1, unproven_requests=2)
    async with in_process(engine=engine, key=KEY, limits=limits) as address:
        preview = f"{address}/v1/voices/en-us/preview"
        async with ClientSession() as stranger, ClientSession(headers=OWNER) as owner:

            async def asked() -> int:
                async with stranger.get(preview) as answer:
                    await answer.read()
                    return answer.status

            first = [asyncio.create_task(asked()) for _ in range(3)]
            done, waiting = await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
            assert [task.result() for task in done] == [429]
            speech = f"{address}/v1/text-to-speech/en-us"
            async with owner.post(speech, json={"text": "Mine."}) as answer:
                assert answer.status == 200
                assert answer.headers["current-concurrent-requests"] == "1"
            engine.go_on.set()
            assert await asyncio.gather(*waiting) == [200, 200]


async def test_strangers_take_no_place_of_a_connection() -> None:
    limits = Limits(connections=4, arrival_seconds=0.0)
    async with in_process(engine=LongEngine(0.0), key=KEY, limits=limits) as address:
        parts = urlsplit(address)
        silent = []
        async with ClientSession(headers=OWNER) as session:
            for _ in range(3):
                for _ in range(4):
                    silent.append(await asyncio.open_connection(parts.hostname, parts.port))
                async with session.get(f"{address}/v1/voices/en-us") as answer:
                    assert answer.status == 200
            # It stays open: what has shown the key gives way to nobody.
            assert session.connector is not None
            assert len(session.connector._conns) == 1  # type: ignore[attr-defined]
        for _, writer in silent:
            writer.close()


async def test_the_oldest_stranger_gives_way_to_the_next() -> None:
    limits = Limits(unproven_connections=2, arrival_seconds=0.0)
    async with in_process(engine=LongEngine(0.0), key=KEY, limits=limits) as address:
        strangers = [await open_stream(address) for _ in range(3)]
        with pytest.raises(ConnectionClosed):
            await strangers[0].recv()
        for stranger in strangers[1:]:  # still in time to show it
            await stranger.send(json.dumps({**FIRST, "xi_api_key": KEY}))
            assert (await exchange(stranger, [END])).code == 1000


@pytest.mark.parametrize("sends_pings", [False, True])
async def test_a_stranger_who_shows_no_key_in_time_is_closed_in_words(sends_pings: bool) -> None:
    limits = Limits(unproven_seconds=0.2)
    async with in_process(engine=LongEngine(0.0), key=KEY, limits=limits) as address:
        stranger = await open_stream(address)
        with contextlib.suppress(ConnectionClosed):
            while sends_pings:
                await (await stranger.ping())
        result = await read_all(stranger)
        assert result.code == 1008
        assert result.reason == "No key was sent within 0.2 seconds."


async def test_who_shows_the_key_later_has_time_from_then_on_and_takes_a_place() -> None:
    limits = Limits(streams=1, unproven_seconds=0.3)
    async with in_process(engine=LongEngine(0.0), key=KEY, limits=limits) as address:
        first, second = await open_stream(address), await open_stream(address)
        loop = asyncio.get_running_loop()
        await first.send(json.dumps({**FIRST, "xi_api_key": KEY}))
        await (await first.ping())  # what was sent before has been taken
        refused = await exchange(second, [{**FIRST, "xi_api_key": KEY}])
        assert refused.code == 1008
        assert refused.messages[-1]["error"] == "too_many_concurrent_requests"
        later = loop.time() + limits.unproven_seconds
        await until(lambda: loop.time() > later)
        assert (await exchange(first, [END])).code == 1000
        third = await open_stream(address)
        assert (await exchange(third, [{**FIRST, "xi_api_key": KEY}, END])).code == 1000


async def test_a_stranger_who_is_being_answered_has_no_deadline() -> None:
    class Transport(asyncio.Transport):
        aborted = False

        def is_closing(self) -> bool:
            return self.aborted

        def abort(self) -> None:
            self.aborted = True

    loop, unproven, transport = asyncio.get_running_loop(), UnprovenConnections(), Transport()
    unproven.add(transport, 0.01)
    with unproven.answering(transport):
        later = loop.time() + 0.05
        await until(lambda: loop.time() > later)
        assert not transport.aborted
        assert not unproven.make_room(1, seconds=PATIENCE)  # it has just come
    await until(lambda: transport.aborted)
    assert len(unproven) == 0
    proven = Transport()
    unproven.add(proven, 0.0)
    unproven.prove(proven)
    assert not unproven.make_room(1, seconds=0.0)
    assert not proven.aborted


async def test_a_voices_preview_is_made_once_so_that_strangers_keep_no_voice_busy() -> None:
    engine = LongEngine(0.01)
    async with in_process(engine=engine, key=KEY) as address, ClientSession() as stranger:
        previews = []
        for _ in range(2):
            async with stranger.get(f"{address}/v1/voices/en-us/preview") as answer:
                previews.append(await answer.read())
            assert engine.spoken == len("1, 2, 3, 4, 5, 6, 7, 8, 9, 10.")
    assert previews[0] == previews[1] != b""


async def test_the_description_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def document(*_: object) -> dict[str, object]:
        made.append("")
        return {"made": len(made)}

    monkeypatch.setattr("jupyter_tts.server.openapi.document.document", document)
    async with in_process(engine=LongEngine(0.0), key=KEY) as address, ClientSession() as stranger:
        for _ in range(2):
            async with stranger.get(f"{address}/openapi.json") as answer:
                assert await answer.json() == {"made": 1}
