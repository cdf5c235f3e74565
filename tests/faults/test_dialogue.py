"""Every fault on both sockets of text-to-dialogue: no word is lost, and none is spoken twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from operator import attrgetter

import pytest
from websockets.asyncio.server import ServerConnection, serve

from jupyter_tts.client.connections.pool import ConnectionPool, Readiness
from jupyter_tts.client.connections.shared_pool import SharedConnectionPool
from jupyter_tts.client.keys import Key
from jupyter_tts.wire.errors import ServerError

from ..server.serving import RunningServer, until
from .hearing import TEXT, check, hear, request_to
from .kinds import BREAKS, CLOSES, Fault, Moment
from .relay import Relay
from .seams import check_replay, check_seams, hear_seamless
from .test_matrix import FATAL, KINDS, in_stream, label

MODEL = "eleven_v4_turbo"
RST, FIN = BREAKS[:2]


@pytest.mark.parametrize("fault", list(in_stream()), ids=label)
async def test_no_word_is_lost_and_none_is_spoken_twice(voice: RunningServer, fault: Fault) -> None:
    async with Relay(voice.address, [fault]) as relay:
        heard = await hear_seamless(relay, model=MODEL)
    paths = [connection.path for connection in relay.connections]
    assert all("/text-to-dialogue/stream-input" in path for path in paths if path)
    fatal = FATAL.get(fault.kind.name)
    if fault.kind.name == "early final" and not heard.speech.frames:
        fatal = ServerError  # text was sent: ElevenLabs ends so for an unpaid account
    if fatal is None or (heard.error is None and fault.moment is Moment.BEFORE_FINAL):
        assert heard.speech.complete
    else:
        assert type(heard.error) is fatal
        assert len(relay.connections) == 1


@pytest.mark.parametrize("latency", [2, 4])
async def test_a_text_that_comes_by_and_by_is_resumed_too(
    voice: RunningServer, latency: int
) -> None:
    async def source() -> AsyncIterator[str]:
        for word in TEXT.split(" "):
            yield f"{word} "
            await asyncio.sleep(0)

    faults = [Fault(FIN, Moment.MID_AUDIO, 2), Fault(RST, Moment.MID_AUDIO, 4)]
    async with Relay(voice.address, faults) as relay:
        heard = await hear(relay, source(), whole=f"{TEXT} ", model=MODEL, latency=latency)
    check(heard)
    assert heard.speech.complete
    assert len(relay.connections) >= 3


@pytest.mark.parametrize("after", [1, 5, 17])
async def test_without_times_nothing_is_lost_either(voice: RunningServer, after: int) -> None:
    async with Relay(voice.address, [Fault(FIN, Moment.MID_AUDIO, after)]) as relay:
        heard = await hear(relay, model=MODEL, sync_alignment=False)
    check_replay(heard.speech, relay.connections)
    assert heard.speech.complete


@pytest.mark.parametrize("codec", ["mp3_44100_128", "ulaw_8000"])
async def test_a_loss_in_another_format_loses_no_word(voice: RunningServer, codec: str) -> None:
    async with Relay(voice.address, [Fault(FIN, Moment.MID_AUDIO, 3)]) as relay:
        heard = await hear(relay, model=MODEL, format=codec)
    check(heard)
    assert heard.speech.complete


@pytest.mark.parametrize("kind", [RST, FIN, CLOSES[1001], CLOSES[1011]], ids=attrgetter("name"))
@pytest.mark.parametrize(
    ("moment", "after"),
    [(Moment.FIRST_MESSAGE, 0), (Moment.BEFORE_AUDIO, 0), (Moment.MID_AUDIO, 3)],
    ids=str,
)
async def test_no_word_is_lost_on_a_warm_socket(
    voice: RunningServer, kind: object, moment: Moment, after: int
) -> None:
    pool = ConnectionPool()
    fault = Fault(kind, moment, after)  # type: ignore[arg-type]  # a Break
    async with Relay(voice.address, [fault]) as relay:
        request = request_to(relay.address, model=MODEL)
        pool.warm(request, None)
        await until(lambda: pool.readiness(request, None) is Readiness.READY)
        heard = await hear(relay, model=MODEL, sockets=pool)
        await pool.close()
        spoken = [connection for connection in relay.connections if connection.messages]
        check(heard)
        check_seams(heard.speech, spoken)
    assert heard.speech.complete
    assert len(spoken) == 2


SHARED = [
    *(Fault(kind, Moment.FIRST_MESSAGE) for kind in BREAKS),
    *(Fault(kind, Moment.MID_AUDIO) for kind in KINDS),
    *(Fault(kind, Moment.BEFORE_FINAL) for kind in BREAKS),
]


@pytest.mark.parametrize("fault", SHARED, ids=label)
async def test_contexts_that_share_a_socket_lose_no_word(
    voice: RunningServer, fault: Fault
) -> None:
    pool = SharedConnectionPool()
    async with Relay(voice.address, [fault]) as relay:
        both = await asyncio.gather(
            *(hear(relay, model=MODEL, multi=True, sockets=pool) for _ in range(2))
        )
        await pool.close()
    for heard in both:
        check(heard)
    fatal = FATAL.get(fault.kind.name)
    failures = {type(heard.error) for heard in both if heard.error is not None}
    if fatal is None or fault.moment is Moment.BEFORE_FINAL:  # then all may have been spoken
        assert failures <= {fatal}
    else:
        assert failures == {fatal}


async def test_streams_in_other_voices_share_a_socket(voice: RunningServer) -> None:
    pool = SharedConnectionPool()
    async with Relay(voice.address) as relay:
        both = await asyncio.gather(
            *(
                hear(relay, model=MODEL, multi=True, sockets=pool, voice=name)
                for name in ("en-us", "de")
            )
        )
        await pool.close()
    for heard in both:
        check(heard)
        assert heard.speech.complete
    assert len(relay.connections) == 1


@pytest.mark.parametrize("multi", [False, True], ids=["socket", "context"])
@pytest.mark.parametrize("key", [None, Key("a-key-of-a-test")], ids=["no key", "key"])
async def test_an_end_without_a_sound_is_told_and_not_tried_again(
    multi: bool, key: Key | None
) -> None:
    paths = []

    async def end_at_once(socket: ServerConnection) -> None:
        assert socket.request is not None
        paths.append(socket.request.path)
        async for frame in socket:
            message = json.loads(frame)
            if "close_socket" in message or "close_context" in message:
                named = {"context_id": message["context_id"]} if multi else {}
                await socket.send(json.dumps({"is_final": True, **named}))

    async with serve(end_at_once, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        heard = await hear(f"ws://127.0.0.1:{port}", model=MODEL, multi=multi, key=key)
    assert isinstance(heard.error, ServerError)
    assert "unpaid" in heard.error.hint
    assert len(paths) == 1
