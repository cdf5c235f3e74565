"""Streams that share a socket of multi-stream-input, against the embedded server."""

from __future__ import annotations

import asyncio
import contextlib
import re
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from jupyter_tts.client.connections.limits import IDLE, ConnectionLimits
from jupyter_tts.client.connections.pool import Readiness
from jupyter_tts.client.connections.shared_pool import SharedConnectionPool
from jupyter_tts.client.connections.warm_connection import MARGIN
from jupyter_tts.client.keys import Key
from jupyter_tts.client.speech.events import Audio
from jupyter_tts.client.speech.timeline import Timeline
from jupyter_tts.client.streaming.retry import Retry
from jupyter_tts.client.streaming.stream import stream_speech
from jupyter_tts.client.streaming.text_sources import Text
from jupyter_tts.server.engines.espeak.engine import EspeakEngine
from jupyter_tts.server.engines.timed_speech import TimedSpeech
from jupyter_tts.wire.errors import ServerError
from jupyter_tts.wire.messages import MOST_CONTEXTS
from jupyter_tts.wire.parameters import parameter
from jupyter_tts.wire.request import SpeechRequest

from ...faults.kinds import BREAKS, Break, Fault, Moment
from ...faults.leaks import no_leaks
from ...faults.relay import Message, Relay
from ...server.serving import RunningServer, in_process, start, stop, until

TEXT = "The brown fox ran over the wide green hill. It met an old bear near a long river!"
OTHER = "Did they talk of rain? Both shared some bread, then slept."
KEY = Key("secret-canary")
AT_ONCE = Retry(base=0.0, cap=0.0)
LIMIT = float(str(parameter("inactivity_timeout").default)) - MARGIN

PassTime = Callable[[float], None]


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    running = start(tmp_path_factory.mktemp("voice") / "server.log", [], {})
    yield running
    stop(running)


SAMPLES = 500  # half of those of a character


class Steady(EspeakEngine):
    """Gives a text the same sound every time, as eSpeak NG does not."""

    async def speak(self, text: str, *_: object, **__: object) -> TimedSpeech:
        await asyncio.sleep(0)
        numbers = [zlib.crc32(text[: end + 1].encode()) for end in range(len(text))]
        pcm = b"".join(number.to_bytes(4) * SAMPLES for number in numbers)
        ends = tuple(2 * SAMPLES * (index + 1) for index in range(len(text)))
        return TimedSpeech(pcm, tuple(text), (0, *ends[:-1]), ends)


@pytest.fixture
async def steady() -> AsyncIterator[Relay]:
    """A relay before a server whose voice is steady."""
    async with in_process(engine=Steady()) as address, Relay(address) as running:
        yield running


@pytest.fixture
async def relay(voice: RunningServer) -> AsyncIterator[Relay]:
    async with no_leaks(), Relay(voice.address) as running:
        yield running


@pytest.fixture
async def pool(relay: Relay) -> AsyncIterator[SharedConnectionPool]:
    made = SharedConnectionPool()
    yield made
    await made.close()


def request(relay: Relay, **parameters: Any) -> SpeechRequest:
    chosen = {"voice": "en-us", "format": "pcm_22050", "multi": True} | parameters
    return SpeechRequest(server=relay.address, **chosen)


async def hear(
    pool: SharedConnectionPool | None,
    wanted: SpeechRequest,
    text: Text = TEXT,
    key: Key | None = None,
) -> tuple[bytes, list[str], Timeline]:
    """Return the sound, the words and the timeline of a stream."""
    timeline = Timeline()
    pcm, words = bytearray(), []
    async for event in stream_speech(
        wanted, text, key=key, timeline=timeline, retry=AT_ONCE, sockets=pool
    ):
        if isinstance(event, Audio):
            pcm += event.pcm
            words += [word.text for word in event.words]
    return bytes(pcm), words, timeline


def sent(relay: Relay, connection: int, context: str) -> list[Message]:
    messages = relay.connections[connection].messages
    return [message for message in messages if message.get("context_id") == context]


async def test_one_stream_is_what_stream_input_speaks(
    relay: Relay, pool: SharedConnectionPool
) -> None:
    wanted = request(relay, latency=3, stability=0.4)
    _, words, timeline = await hear(pool, wanted, key=KEY)
    (connection,) = relay.connections
    assert connection.path == wanted.url[wanted.url.index("/v1/") :]
    assert "optimize_streaming_latency" not in connection.path
    assert connection.first == wanted.first_message
    assert connection.headers["xi-api-key"] == KEY
    assert KEY not in str(connection.messages) + connection.path
    assert connection.messages[-1] == {"context_id": "1", "flush": True, "close_context": True}
    assert words == TEXT.split()
    assert (timeline.warm, timeline.context) == (False, "1")


async def test_two_streams_at_a_time_share_a_socket_and_each_is_whole(
    relay: Relay, pool: SharedConnectionPool
) -> None:
    one, other = await asyncio.gather(hear(pool, request(relay)), hear(pool, request(relay), OTHER))
    assert len(relay.connections) == 1
    assert {one[2].context, other[2].context} == {"1", "2"}
    assert one[1] == TEXT.split()
    assert other[1] == OTHER.split()


@pytest.mark.parametrize("level", [0, 2, 4])
async def test_each_sounds_as_over_stream_input_to_the_sample(steady: Relay, level: int) -> None:
    wanted = {"latency": level, "schedule": (50,)}
    pool = SharedConnectionPool()
    multi = request(steady, **wanted)
    shared = await asyncio.gather(hear(pool, multi), hear(pool, multi, OTHER))
    assert len(steady.connections) == 1
    single = request(steady, **wanted, multi=False)
    assert shared[0][0] == (await hear(None, single))[0]
    assert shared[1][0] == (await hear(None, single, OTHER))[0]
    await pool.close()


async def test_the_next_stream_opens_no_socket(relay: Relay, pool: SharedConnectionPool) -> None:
    first = await hear(pool, request(relay))
    assert pool.readiness(request(relay), None) is Readiness.READY
    pool.warm(request(relay), None)  # there is one already
    # What the first message says may differ: the URL is the same.
    second = await hear(pool, request(relay, stability=0.1))
    assert len(relay.connections) == 1
    assert (first[2].warm, second[2].warm) == (False, True)
    assert first[1] == second[1] == TEXT.split()
    messages = relay.connections[0].messages
    (settings,) = (message for message in messages if "voice_settings" in message)
    assert settings["context_id"] == second[2].context == "2"


async def test_a_socket_that_waits_is_used(relay: Relay, pool: SharedConnectionPool) -> None:
    pool.warm(request(relay), None)
    await until(lambda: pool.readiness(request(relay), None) is Readiness.READY)
    assert (await hear(pool, request(relay)))[2].warm
    assert len(relay.connections) == 1


async def test_other_voice_settings_at_the_same_time_have_a_socket_of_their_own(
    relay: Relay, pool: SharedConnectionPool
) -> None:
    one, other = await asyncio.gather(
        hear(pool, request(relay, stability=0.1)), hear(pool, request(relay, stability=0.9))
    )
    assert one[1] == other[1] == TEXT.split()
    assert len(relay.connections) == 2


async def test_a_sixth_stream_opens_a_second_socket(
    relay: Relay, pool: SharedConnectionPool
) -> None:
    ask = request(relay)
    channels = [await pool.take(ask, None) for _ in range(MOST_CONTEXTS)]
    assert len(relay.connections) == 1
    _, words, timeline = await hear(pool, ask)
    assert not timeline.warm
    assert len(relay.connections) == 2
    assert words == TEXT.split()
    for channel in channels:
        await channel.close()


class Paused:
    """A text whose rest comes when the test wants it."""

    def __init__(self) -> None:
        self.go = asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[str]:
        yield "The brown fox ran over the wide green hill and "
        await self.go.wait()
        yield "slept."


async def test_an_interrupted_stream_ends_its_context_and_leaves_the_others_whole(
    relay: Relay, pool: SharedConnectionPool
) -> None:
    source = Paused()
    interrupted = asyncio.create_task(hear(pool, request(relay), source))
    await until(lambda: bool(relay.connections) and len(relay.connections[0].messages) > 1)
    other = asyncio.create_task(hear(pool, request(relay), OTHER))
    interrupted.cancel()
    await asyncio.wait([interrupted])
    assert (await other)[1] == OTHER.split()
    assert sent(relay, 0, "1")[-1] == {"context_id": "1", "close_context": True}
    assert (await hear(pool, request(relay)))[2].context == "3"
    assert len(relay.connections) == 1


async def test_one_that_is_interrupted_behind_its_text_takes_the_socket_only_if_alone_there(
    relay: Relay, pool: SharedConnectionPool
) -> None:
    wanted, long = request(relay), f"{TEXT} {OTHER} " * 50

    async def interrupt() -> None:
        async with contextlib.aclosing(stream_speech(wanted, long, sockets=pool)) as events:
            await anext(events)

    other = asyncio.create_task(hear(pool, wanted, Paused()))
    await until(lambda: bool(relay.connections) and len(relay.connections[0].messages) > 1)
    await interrupt()
    assert pool.readiness(wanted, None) is Readiness.READY
    assert not other.done()
    other.cancel()
    await asyncio.wait([other])
    await interrupt()
    await until(lambda: len(relay.connections) == 2)  # the one that waits in its place
    assert [
        message["context_id"]
        for message in relay.connections[0].messages
        if message.get("text") == " "
    ] == [*"123"]


async def test_an_error_names_the_handshake_of_the_socket(voice: RunningServer) -> None:
    pool = SharedConnectionPool()
    nobody = SpeechRequest(server=voice.address, voice="nobody", multi=True, format="pcm_24000")
    with pytest.raises(ServerError) as caught:
        await hear(pool, nobody)
    await pool.close()
    assert re.fullmatch("[0-9a-f]{32}", caught.value.request_id)
    assert str(caught.value).endswith(f"Request id {caught.value.request_id}.")


@pytest.mark.parametrize("kind", BREAKS[:3], ids=lambda kind: kind.name)
async def test_a_loss_is_every_streams_and_each_resumes(voice: RunningServer, kind: Break) -> None:
    faults = [Fault(kind, Moment.MID_AUDIO)]
    async with no_leaks(), Relay(voice.address, faults) as relay:
        pool = SharedConnectionPool()
        one, other = await asyncio.gather(
            hear(pool, request(relay, schedule=(50,))),
            hear(pool, request(relay, schedule=(50,)), OTHER),
        )
        await pool.close()
    assert one[1] == TEXT.split()
    assert other[1] == OTHER.split()
    assert len(one[2].reconnects) == len(other[2].reconnects) == 1


async def test_an_error_that_names_one_stream_leaves_the_others_alone(
    relay: Relay, pool: SharedConnectionPool
) -> None:
    def refuse(message: Message) -> Iterator[Message]:
        if message.get("contextId") == "2" and message.get("audio"):
            fault = {"message": "It said no.", "error": "something_new", "code": 1008}
            yield {**fault, "contextId": "2"}
        elif message.get("contextId") != "2":
            yield message

    relay.rewrite = refuse
    one, other = await asyncio.gather(
        hear(pool, request(relay)), hear(pool, request(relay), OTHER), return_exceptions=True
    )
    assert isinstance(other, ServerError)
    assert not isinstance(one, BaseException)
    assert one[1] == TEXT.split()
    assert one[2].reconnects == []


@pytest.mark.parametrize("timeout", [None, 180])
async def test_a_socket_that_nobody_uses_is_closed_with_a_farewell(
    relay: Relay, pass_time: PassTime, timeout: int | None
) -> None:
    pool = SharedConnectionPool()
    wanted = request(relay, inactivity_timeout=timeout)
    await hear(pool, wanted)
    messages = relay.connections[0].messages
    pass_time((LIMIT if timeout is None else IDLE) - 1)
    await asyncio.sleep(0)
    assert pool.readiness(wanted, None) is Readiness.READY
    pass_time(1)
    await until(lambda: messages[-1] == {"close_socket": True})
    if timeout is None:  # its time was up, not that of the user's next stream
        await until(lambda: len(relay.connections) == 2)
    await pool.close()
    assert pool.readiness(wanted, None) is Readiness.NONE
    assert len(relay.connections) == (2 if timeout is None else 1)


async def test_a_machine_that_slept_does_not_trust_a_socket(relay: Relay) -> None:
    now = [0.0]
    pool = SharedConnectionPool(clock=lambda: now[0])
    await hear(pool, request(relay))
    now[0] = 3600.0
    assert not (await hear(pool, request(relay)))[2].warm
    assert len(relay.connections) == 2
    await pool.close()


async def test_a_key_that_is_dropped_leaves_no_socket(
    relay: Relay, pool: SharedConnectionPool
) -> None:
    await hear(pool, request(relay), key=KEY)
    assert pool.readiness(request(relay), None) is Readiness.NONE
    pool.drop(KEY)
    assert pool.readiness(request(relay), KEY) is Readiness.NONE
    await until(lambda: relay.connections[0].messages[-1] == {"close_socket": True})


async def test_idle_sockets_make_room_for_one_that_speaks(relay: Relay) -> None:
    pool = SharedConnectionPool(ConnectionLimits(concurrency=1))
    await hear(pool, request(relay))
    await hear(pool, request(relay, multi=False))
    await until(lambda: relay.connections[0].messages[-1] == {"close_socket": True})
    await pool.close()


async def test_a_stream_that_is_not_read_holds_nobody_up_and_loses_nothing(
    relay: Relay, pool: SharedConnectionPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jupyter_tts.client.connections.context_channel.MOST_UNREAD", 20_000)
    wanted = request(relay, schedule=(50,))
    timeline = Timeline()
    slow = stream_speech(wanted, f"{TEXT} {OTHER}", timeline=timeline, retry=AT_ONCE, sockets=pool)
    first = await anext(slow)
    assert isinstance(first, Audio)
    _, words, _ = await hear(pool, wanted, OTHER)
    assert words == OTHER.split()
    rest = [event async for event in slow]
    heard = [
        word.text for event in [first, *rest] if isinstance(event, Audio) for word in event.words
    ]
    assert heard == f"{TEXT} {OTHER}".split()


async def test_without_a_pool_a_stream_has_a_socket_to_itself_and_leaves_none(
    relay: Relay,
) -> None:
    one, other = await asyncio.gather(hear(None, request(relay)), hear(None, request(relay), OTHER))
    assert one[1] == TEXT.split()
    assert other[1] == OTHER.split()
    assert [connection.first for connection in relay.connections] == [
        request(relay).first_message
    ] * 2
