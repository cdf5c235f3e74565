"""A channel that has a socket to itself."""

from __future__ import annotations

from unittest.mock import Mock

from websockets.asyncio.client import ClientConnection

from jupyter_tts.client.connections.channel import SocketChannel
from jupyter_tts.wire.multi_context import ContextProtocol
from jupyter_tts.wire.protocol import StreamProtocol
from jupyter_tts.wire.request import SpeechRequest


def test_the_request_chooses_the_protocol() -> None:
    channel = SocketChannel(Mock(ClientConnection, response=None))
    assert type(channel.begin(SpeechRequest())) is StreamProtocol
    assert type(channel.begin(SpeechRequest(multi=True))) is ContextProtocol
