"""What is no text is refused in one sentence that says what to write instead."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from jupyter_tts.client.streaming.text_sources import check_text, read_all, tokens
from jupyter_tts.wire.errors import ParameterError

from .model_streams import Model, choice


class Opened:
    def __enter__(self) -> Any: ...

    def __exit__(self, *_: object) -> None: ...


class AsyncOpened:
    async def __aenter__(self) -> Any: ...

    async def __aexit__(self, *_: object) -> None: ...


async def created() -> None: ...


def words() -> Any:
    yield "Hello"


@pytest.mark.parametrize(
    ("given", "advice"),
    [
        (b"Hello", 'say(data.decode("utf-8"))'),
        (words, "say(words())"),
        (created, "say(created())"),
        (Opened(), "Open it first: with ... as stream: say(stream)."),
        (AsyncOpened(), "Open it first: async with ... as stream: say(stream)."),
        ({"stream": iter(()), "ResponseMetadata": {}}, 'say(answer["stream"])'),
        (SimpleNamespace(response_gen=words()), "say(answer.response_gen)"),
        (SimpleNamespace(output="Hello you."), "say(answer.output)"),
        ({"Anna": "Hello."}, 'say(answer["Anna"])'),
        (Model(choice(content="Hello")), "say(answer.choices[0].delta.content)"),
    ],
)
def test_what_is_no_text_is_refused_with_what_to_write_instead(given: Any, advice: str) -> None:
    with pytest.raises(ParameterError, match="a text is a str, or something that gives") as caught:
        check_text(given)
    assert advice in caught.value.hint
    assert caught.value.hint.endswith(" Nothing was sent.")
    assert len(caught.value.faults) == 1


@pytest.mark.filterwarnings("error")
def test_a_coroutine_is_to_be_awaited() -> None:
    with pytest.raises(ParameterError, match=r"not coroutine\. Await it: say\(await \.\.\.\)\."):
        check_text(created())  # type: ignore[arg-type]  # the fault under test
    loop = asyncio.new_event_loop()
    with pytest.raises(ParameterError, match=r"not \w*Future\. Await it: say\(await \.\.\.\)\."):
        check_text(loop.create_future())
    loop.close()


class Slotted:
    __slots__ = ("_secret", "body")

    def __init__(self) -> None:
        self._secret, self.body = "", "Hello"


LOOP: list[Any] = []
LOOP.append(LOOP)


@pytest.mark.parametrize(
    ("chunk", "place"),
    [
        ({"id": "1", "title": "Greeting", "data": "Hello"}, '["data"]'),
        ({"output": {"choices": [{"text": "Hello"}]}}, '["output"]["choices"][0]["text"]'),
        (SimpleNamespace(type="new", inner=SimpleNamespace(delta="Hello")), ".inner.delta"),
        (Slotted(), ".body"),
        (("Anna", "Hello"), "[0]"),
        (["Hello"], "[0]"),
    ],
)
def test_an_unknown_shape_is_refused_with_the_line_that_takes_its_text_out(
    chunk: Any, place: str
) -> None:
    with pytest.raises(ParameterError) as caught:
        read_all([chunk])
    assert caught.value.faults == (f"a text source must give str, not {type(chunk).__name__}",)
    assert f"say(chunk{place} for chunk in stream)." in caught.value.hint


@pytest.mark.parametrize("chunk", [object(), LOOP, {}, pytest, SimpleNamespace(number=1)])
def test_a_shape_without_text_is_refused_as_well(chunk: Any) -> None:
    with pytest.raises(ParameterError, match=r"must give str, not \w+\. .*say\("):
        read_all([chunk])


async def test_the_line_for_an_async_source_is_async() -> None:
    async def source() -> Any:
        yield SimpleNamespace(body="Hello")

    with pytest.raises(ParameterError, match=r"say\(chunk\.body async for chunk in stream\)"):
        await anext(tokens(source()))
