"""livekit's ElevenLabs plugin speaks with the embedded server: dialogue sockets and HTTP."""

from __future__ import annotations

import pytest

from jupyter_tts.server import TTSServer

from ..faults.relay import Relay
from ..server.serving import until
from .clients import LONG, SENTENCES, TOLERANCE, assert_same, contexts, heard_by_us, require

require("livekit.agents", "livekit.plugins.elevenlabs")

from livekit.agents import APIError  # noqa: E402  (skipped where there is no livekit)

from .test_livekit import MP3_TOLERANCE, ONCE, _job, plugin, push, spoken  # noqa: E402

__all__ = ["_job"]

pytestmark = pytest.mark.conformance

TURBO = {"model": "eleven_v4_turbo"}


@pytest.mark.parametrize("encoding", ["pcm_24000", "mp3_22050_32", "opus_48000_32"])
@pytest.mark.parametrize("model", ["eleven_v4_turbo", "eleven_v3"])
async def test_two_streams_on_one_socket_are_whole_in_sound_and_words(
    server: TTSServer, relay: Relay, encoding: str, model: str
) -> None:
    async with plugin(relay.address, encoding=encoding, model=model) as tts:
        for sentences in (SENTENCES, SENTENCES[1:2]):
            heard, expected = await spoken(tts, sentences), await heard_by_us(server, sentences)
            assert heard.seconds == pytest.approx(expected.seconds, abs=MP3_TOLERANCE)
            assert heard.texts == expected.texts
    (socket,) = relay.connections
    assert socket.path.startswith("/v1/text-to-dialogue/multi-stream-input?")
    assert len(contexts(socket)) == 2


async def test_every_word_has_its_time(server: TTSServer, relay: Relay) -> None:
    async with plugin(relay.address, encoding="pcm_24000", **TURBO) as tts:
        assert_same(await spoken(tts, SENTENCES), await heard_by_us(server, SENTENCES))


async def test_a_stream_that_is_closed_leaves_the_next_one_whole(
    server: TTSServer, relay: Relay
) -> None:
    async with plugin(relay.address, encoding="pcm_24000", **TURBO) as tts:
        async with tts.stream(conn_options=ONCE) as stream:
            push(stream, LONG[:20])  # and its input has not ended
            await anext(aiter(stream))
        (socket,) = relay.connections
        await until(lambda: bool(contexts(socket)))
        heard = await spoken(tts, SENTENCES)
    assert_same(heard, await heard_by_us(server, SENTENCES))
    assert len(contexts(socket)) == 2
    assert len(relay.connections) == 1


async def test_text_at_once_comes_over_http(server: TTSServer) -> None:
    expected = await heard_by_us(server, SENTENCES)
    async with plugin(server.url, **TURBO) as tts:
        frame = await tts.synthesize(" ".join(SENTENCES), conn_options=ONCE).collect()
        assert frame.duration == pytest.approx(expected.seconds, abs=MP3_TOLERANCE + TOLERANCE)


async def test_a_wrong_key_is_the_plugins_own_error(server: TTSServer) -> None:
    async with plugin(server.url, key="wrong", **TURBO) as tts:
        with pytest.raises(APIError):
            await spoken(tts, SENTENCES)
        with pytest.raises(APIError):
            await tts.synthesize(SENTENCES[0], conn_options=ONCE).collect()
