from __future__ import annotations

import asyncio
import io
import sys
import threading
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import pytest

from jupyter_tts import say
from jupyter_tts.client.streaming.text_sources import tokens
from jupyter_tts.notebook.runtime.session import current_session
from jupyter_tts.notebook.speaking.text_pump import TextPump
from jupyter_tts.wire.errors import ParameterError

PATIENCE = 60
WORDS = ("one ", "two ", "three ")


class ClientStream:
    """A client's stream: iterable, and with a connection to close."""

    def __init__(self, fail: Callable[[], None] = lambda: None) -> None:
        self.closed: list[str] = []
        self.is_closed = threading.Event()
        self._fail = fail

    def __iter__(self) -> Iterator[str]:
        try:
            for word in WORDS:
                yield word
                self._fail()
        except GeneratorExit:
            self.closed.append("generator")
            raise

    def close(self) -> None:
        self.closed.append("stream")
        self.is_closed.set()


class AsyncClientStream(ClientStream):
    __iter__ = None  # type: ignore[assignment]  # it is async only

    async def __aiter__(self) -> AsyncIterator[str]:
        try:
            for word in ClientStream.__iter__(self):
                yield word
        except GeneratorExit:
            self.closed.append("async generator")
            raise

    async def close(self) -> None:  # type: ignore[override]  # as the clients have it
        await asyncio.sleep(0)
        self.closed.append("stream")
        self.is_closed.set()


def pump(source: Any, *, stopped: bool) -> TextPump:
    """Read a source, for a stream that goes on or one that has ended."""
    stream: Future[None] = Future()
    if stopped:
        stream.set_result(None)
    loop = asyncio.new_event_loop()
    try:
        pump = TextPump(source, loop)
        pump.read(stream)
    finally:
        loop.close()
    return pump


@pytest.mark.parametrize("make", [ClientStream, AsyncClientStream])
def test_a_source_that_is_read_no_further_is_closed(make: type[ClientStream]) -> None:
    stopped = make()
    pump(stopped, stopped=True)
    assert stopped.closed[-1] == "stream"
    assert "generator" in stopped.closed[0]

    def fail() -> None:
        raise LookupError("no more words")

    failed = make(fail)
    assert isinstance(pump(failed, stopped=False).failure, LookupError)
    assert failed.closed == ["stream"]

    whole = make()
    pump(whole, stopped=False)
    assert whole.closed == []


@pytest.mark.parametrize("make", [ClientStream, AsyncClientStream])
def test_a_stream_that_stops_closes_what_it_reads(make: type[ClientStream]) -> None:
    source = make()

    async def first() -> None:
        reading = tokens(source)
        assert await anext(reading) == "one "
        await reading.aclose()

    asyncio.run(first())
    assert source.is_closed.wait(PATIENCE)  # a blocking source is closed on its own thread
    assert source.closed[-1] == "stream"


def test_a_file_stays_open() -> None:
    file = io.StringIO("one\ntwo\n")
    pump(file, stopped=True)
    assert file.readline() == "two\n"


class ForeignLoop(asyncio.AbstractEventLoop):
    """A loop that is none of asyncio's own, such as uvloop's."""


@pytest.fixture
def foreign_loop() -> Iterator[None]:
    before = asyncio._get_running_loop()
    asyncio._set_running_loop(ForeignLoop())
    yield
    asyncio._set_running_loop(before)


async def words() -> AsyncIterator[str]:
    for word in WORDS:
        yield word


@pytest.mark.usefixtures("shared_server", "shell")
def test_an_async_source_on_a_loop_that_cannot_be_nested_is_refused_in_one_sentence(
    foreign_loop: None, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ParameterError, match=r"test_text_pump\.ForeignLoop cannot be nested") as e:
        say(words())
    assert "say([part async for part in source])" in e.value.hint
    assert e.value.hint.endswith(" Nothing was sent.")
    assert not current_session().event_loop.running
    assert capsys.readouterr().out == ""
    assert say(iter(WORDS)).text == "".join(WORDS)


@pytest.mark.usefixtures("shared_server", "shell")
def test_an_async_source_beside_trio_is_refused_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    running = SimpleNamespace(lowlevel=SimpleNamespace(current_task=object))
    monkeypatch.setitem(sys.modules, "trio", running)
    with pytest.raises(ParameterError, match="since trio cannot be nested"):
        say(words())


async def test_the_frames_of_a_source_are_its_own_however_soon_the_stream_raises_its_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def source() -> Iterator[str]:
        yield "One. "
        raise LookupError

    def raise_at_once(failure: Exception) -> None:
        with pytest.raises(LookupError):
            raise failure

    pump = TextPump(source(), asyncio.get_running_loop())
    monkeypatch.setattr(pump.queue, "close", raise_at_once)
    pump.read(Future())
    names = [frame.name for frame in traceback.extract_tb(pump.source_frames)]
    assert names[-1] == "source"
    assert "raise_at_once" not in names
    assert pump.failure is not None
    assert pump.failure.__traceback__ is not pump.source_frames
