"""A pytest fixture that speaks: loaded by pytest wherever this package is installed.

::

    def test_my_agent_says_hello(tts_server):
        client = ElevenLabs(base_url=tts_server.url, api_key=tts_server.key)
        sound = b"".join(client.text_to_speech.stream("en-us", text="Hello."))
        assert sound


    def test_my_agent_survives_a_dropped_connection(tts_server):
        tts_server.conditions(drop_after=1.0, seed=7)
        ...

Nothing of the server is imported before a test asks for the fixture.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .inprocess import TTSServer

__all__ = ["tts_server"]


@pytest.fixture
def tts_server() -> Iterator[TTSServer]:
    """Serve the embedded voice on a free port of 127.0.0.1, with a key of its own, for one test.

    It runs in a thread beside the test, so that blocking clients can be tested as well, and ends
    with it. See `jupyter_tts.server.TTSServer` for its ``url``, ``websocket_url``, ``key`` and
    ``conditions(...)``.
    """
    from .inprocess import serving_thread

    with serving_thread(key=secrets.token_hex(16)) as server:
        yield server
