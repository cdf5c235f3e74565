"""The server as a library."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from jupyter_tts import server as package
from jupyter_tts.server import Conditions, TTSServer, serve
from jupyter_tts.server.inprocess import serving_thread
from jupyter_tts.wire.errors import ParameterError

from ..threads import no_thread_left
from .serving import speak, stream_url

MESSAGES = [{"text": " "}, {"text": "Hello. "}, {"text": ""}]


async def test_it_serves_while_the_context_is_open_and_leaves_nothing() -> None:
    before = asyncio.all_tasks()
    async with serve() as server:
        assert server.key is None
        assert server.websocket_url == server.url.replace("http://", "ws://")
        assert (await speak(stream_url(server.url), MESSAGES)).code == 1000
    with pytest.raises(OSError, match="Connect call failed"):
        await speak(stream_url(server.url), MESSAGES)
    assert asyncio.all_tasks() == before


async def test_a_key_is_required_and_does_not_show() -> None:
    async with serve(key="secret") as server:
        assert "secret" not in repr(server)
        assert (await speak(stream_url(server.url), MESSAGES)).code == 1008
        with_key = {"xi-api-key": server.key}
        result = await speak(stream_url(server.url), MESSAGES, additional_headers=with_key)
        assert result.code == 1000


async def test_conditions_hold_from_the_next_connection_on_until_others_are_given() -> None:
    async with serve(conditions=Conditions(drop_after=0.1)) as server:
        assert (await speak(stream_url(server.url), MESSAGES)).code == 1006
        assert server.conditions(rtt=1, seed=3) == Conditions(rtt=1, seed=3)
        assert (await speak(stream_url(server.url), MESSAGES)).code == 1000
        with pytest.raises(ParameterError, match="rtt"):
            server.conditions(rtt=-1)


async def test_a_port_that_is_taken_leaves_nothing_behind() -> None:
    before = asyncio.all_tasks()
    async with serve() as server:
        port = int(server.url.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"):
            await serve(port=port).__aenter__()
    assert asyncio.all_tasks() == before


@no_thread_left()
def test_a_thread_serves_programs_without_a_loop_and_ends() -> None:
    with serving_thread(key="secret") as server:
        assert isinstance(server, TTSServer)
        assert asyncio.run(speak(stream_url(server.url), MESSAGES)).code == 1008


@no_thread_left()
def test_what_goes_wrong_in_the_thread_goes_wrong_here() -> None:
    with serving_thread() as server:
        taken = serving_thread(port=int(server.url.rpartition(":")[2]))
        with pytest.raises(OSError, match="in use"):
            taken.__enter__()


def test_there_are_no_other_names_and_importing_the_package_loads_nothing() -> None:
    with pytest.raises(AttributeError, match="nothing_like_it"):
        package.nothing_like_it  # noqa: B018 - the access is what is tested
    code = "import sys, jupyter_tts.server; print('aiohttp' in sys.modules, 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
