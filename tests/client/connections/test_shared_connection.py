"""A shared socket takes from its endpoint what an endpoint decides."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from jupyter_tts.client.connections.shared_connection import SharedConnection
from jupyter_tts.wire.errors import ChannelClosed
from jupyter_tts.wire.multi_context import MULTI_STREAM_INPUT
from jupyter_tts.wire.protocol import StreamProtocol
from jupyter_tts.wire.request import SpeechRequest

REQUEST = SpeechRequest(multi=True, stability=0.4)
ENDPOINT = dataclasses.replace(
    MULTI_STREAM_INPUT,
    context_of=lambda frame: frame.split(b":")[0].decode(),
    common_settings=lambda request: request.speed,
    most_contexts=2,
    close_socket="the end",
)


class FakeChannel:
    """A socket that a test writes to."""

    warm = False

    def __init__(self) -> None:
        self.frames: asyncio.Queue[bytes] = asyncio.Queue()
        self.sent: list[str] = []

    def begin(self, request: SpeechRequest) -> StreamProtocol:
        raise NotImplementedError

    async def send(self, frame: str) -> None:
        self.sent.append(frame)

    async def recv(self) -> bytes:
        return await self.frames.get()

    async def close(self) -> None:
        self.sent.append("closed")

    def abort(self) -> None:
        self.sent.append("aborted")


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel()


def share(channel: FakeChannel) -> SharedConnection:
    return SharedConnection(channel, ENDPOINT, 10.0, lambda: None)


async def test_the_endpoint_says_how_many_contexts_may_be_open_and_which_go_together(
    channel: FakeChannel,
) -> None:
    connection = share(channel)
    assert connection.has_room_for(REQUEST)
    connection.begin(REQUEST, warm=False)
    assert connection.has_room_for(dataclasses.replace(REQUEST, stability=0.9))
    assert not connection.has_room_for(dataclasses.replace(REQUEST, speed=1.1))
    connection.begin(REQUEST, warm=True)
    assert not connection.has_room_for(REQUEST)
    connection.end()
    await asyncio.wait([connection.task])


async def test_the_endpoint_says_whose_a_message_is(channel: FakeChannel) -> None:
    connection = share(channel)
    one, other = (connection.begin(REQUEST, warm=False) for _ in range(2))
    await channel.frames.put(b'2:{"audio"}')
    await channel.frames.put(b'1:{"audio"}')
    assert (await one.recv(), await other.recv()) == (b'1:{"audio"}', b'2:{"audio"}')
    connection.end()
    await asyncio.wait([connection.task])
    with pytest.raises(ChannelClosed):
        await one.recv()


async def test_the_endpoint_says_how_a_socket_is_closed_in_order(channel: FakeChannel) -> None:
    connection = share(channel)
    await asyncio.sleep(0)
    connection.retire()  # no stream uses it
    await asyncio.wait([connection.task])
    assert channel.sent == ["the end", "aborted", "closed"]
