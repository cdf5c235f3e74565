"""livekit's ElevenLabs plugin speaks with the embedded server: multi-stream-input and HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

import pytest

from jupyter_tts.server import TTSServer
from jupyter_tts.wire.alignment import Word

from ..faults.relay import Relay
from ..server.serving import until
from .clients import (
    LONG,
    SENTENCES,
    TOLERANCE,
    Heard,
    assert_same,
    contexts,
    heard_by_us,
    require,
)

require("livekit.agents", "livekit.plugins.elevenlabs")

from livekit.agents import APIConnectOptions, APIError, tokenize, utils  # noqa: E402  (skipped where there is no livekit)
from livekit.agents.tts import SynthesizeStream  # noqa: E402
from livekit.agents.types import USERDATA_TIMED_TRANSCRIPT  # noqa: E402
from livekit.plugins.elevenlabs import TTS  # noqa: E402

pytestmark = pytest.mark.conformance

# Seconds: the plugin asks for mp3, which ends with a whole frame.
MP3_TOLERANCE = TOLERANCE + 0.1

ONCE = APIConnectOptions(max_retry=0)


@pytest.fixture(autouse=True)
async def _job() -> AsyncIterator[None]:
    """What the plugin finds in a worker's job: a shared HTTP session."""
    async with utils.http_context.open():
        yield


def plugin(address: str, *, key: str = "SECRET", **options: object) -> TTS:
    return TTS(api_key=key, base_url=f"{address}/v1", voice_id="en-us", **options)


def push(stream: SynthesizeStream, sentences: Iterable[str]) -> None:
    """Give a stream words, as they come from a language model."""
    for sentence in sentences:
        for word in sentence.split():
            stream.push_text(word + " ")


async def spoken(tts: TTS, sentences: Iterable[str]) -> Heard:
    """Stream sentences and collect everything."""
    seconds, words = 0.0, list[Word]()
    async with tts.stream(conn_options=ONCE) as stream:
        push(stream, sentences)
        stream.end_input()
        async for event in stream:
            seconds += event.frame.duration
            words += (
                Word(timed.strip(), timed.start_time, timed.end_time)
                for timed in event.frame.userdata.get(USERDATA_TIMED_TRANSCRIPT, ())
            )
    return Heard(seconds, tuple(words))


@pytest.mark.parametrize("encoding", ["mp3_22050_32", "pcm_24000"])
async def test_two_streams_on_one_socket_are_whole_in_sound_and_words(
    server: TTSServer, relay: Relay, encoding: str
) -> None:
    async with plugin(relay.address, encoding=encoding) as tts:
        for sentences in (SENTENCES, SENTENCES[1:2]):
            heard, expected = await spoken(tts, sentences), await heard_by_us(server, sentences)
            assert heard.seconds == pytest.approx(expected.seconds, abs=MP3_TOLERANCE)
            assert heard.texts == expected.texts
    (socket,) = relay.connections
    assert len(contexts(socket)) == 2


async def test_every_word_has_its_time_where_times_come_with_the_first_message_of_a_segment(
    server: TTSServer, relay: Relay
) -> None:
    """The plugin takes times for those of the stream, so this holds for one segment only.

    With its default, sync_alignment, they begin anew with every message, as the reference has it.
    """
    async with plugin(relay.address, encoding="pcm_24000", sync_alignment=False) as tts:
        for sentence in SENTENCES:
            assert_same(await spoken(tts, [sentence]), await heard_by_us(server, [sentence]))
    assert len(relay.connections) == 1


async def test_a_stream_that_is_closed_ends_the_servers_work_and_the_next_one_is_whole(
    server: TTSServer, relay: Relay
) -> None:
    server.conditions(generation_rate=4)  # as it is, all of it takes a minute
    words = tokenize.basic.WordTokenizer(ignore_punctuation=False)
    options = {"encoding": "pcm_24000", "auto_mode": False, "word_tokenizer": words}
    async with plugin(relay.address, **options) as tts:
        async with tts.stream(conn_options=ONCE) as stream:
            push(stream, LONG)  # and its input has not ended
            await anext(aiter(stream))
        (socket,) = relay.connections
        await until(lambda: bool(contexts(socket)))
        heard = await spoken(tts, SENTENCES)
    server.conditions()
    expected = await heard_by_us(server, SENTENCES)
    assert heard.seconds == pytest.approx(expected.seconds, abs=TOLERANCE)
    assert heard.texts == expected.texts
    interrupted, whole = contexts(socket).values()
    assert interrupted.seconds < len(LONG) / 2  # each sentence takes some four seconds
    assert whole.seconds == pytest.approx(heard.seconds, abs=0.02)
    assert len(relay.connections) == 1


async def test_text_at_once_comes_over_http(server: TTSServer) -> None:
    expected = await heard_by_us(server, SENTENCES)
    async with plugin(server.url) as tts:
        frame = await tts.synthesize(" ".join(SENTENCES), conn_options=ONCE).collect()
        assert frame.duration == pytest.approx(expected.seconds, abs=MP3_TOLERANCE)
        assert "en-us" in {each.id for each in await tts.list_voices()}


async def test_a_wrong_key_is_the_plugins_own_error(server: TTSServer) -> None:
    async with plugin(server.url, key="wrong") as tts:
        with pytest.raises(APIError):
            await spoken(tts, SENTENCES)
        with pytest.raises(APIError):
            await tts.synthesize(SENTENCES[0], conn_options=ONCE).collect()
