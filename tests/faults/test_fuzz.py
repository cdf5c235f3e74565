"""Servers that send anything at all."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import itertools
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_tts.client.streaming import receiver
from jupyter_tts.wire.errors import StreamStalled, TooMuchSound, TTSError
from jupyter_tts.wire.protocol import StreamProtocol
from jupyter_tts.wire.request import SpeechRequest

from . import frames
from .hearing import QUICK, check_bounds, hear
from .scripted import scripted

TEXT = "Say hello to the world, would you?"
HASTY = dataclasses.replace(QUICK, attempts=1, patience=0.1)

# What the protocol has, and what it does not.

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),  # NaN and infinity travel as JavaScript writes them
    st.text(max_size=20),
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
sounds = st.binary(max_size=4_000).map(lambda data: base64.b64encode(data).decode())
characters = st.sampled_from([*TEXT, "Say ", "", "<b>", "\ud800", "\u0e01"])
times = st.integers(-1_000, 5_000) | st.sampled_from([10**11, -(10**11), 0.5, None, True, "1"])


@st.composite
def alignments(draw: st.DrawFn) -> dict[str, Any]:
    """Alignments, some with lists of unequal lengths."""
    size = draw(st.integers(0, 40))
    short = draw(st.sampled_from([size] * 5 + [max(0, size - 1)]))
    return {
        "chars": draw(st.lists(characters, min_size=size, max_size=size)),
        "charStartTimesMs": draw(st.lists(times, min_size=short, max_size=short)),
        "charDurationsMs": draw(st.lists(times, min_size=size, max_size=size)),
    }


NAMES = ("audio", "isFinal", "alignment", "normalizedAlignment", "message", "error", "code")
messages = st.one_of(
    st.fixed_dictionaries(
        {}, optional={name: sounds | alignments() | anything for name in (*NAMES, "detail")}
    ),
    st.builds(
        lambda audio, alignment: {"audio": audio, "alignment": alignment}, sounds, alignments()
    ),
    st.builds(lambda audio: {"audio": audio}, sounds),
    st.just({"isFinal": True}),
)
texts = st.one_of(
    (messages | anything).map(json.dumps),
    st.text(),
    st.just("[" * 10_000),
    st.just('{"audio": "' + "A" * 100_003),
)
closes = st.builds(
    frames.close, st.sampled_from([1000, 1001, 1008, 1011, 4000]), st.text(max_size=20)
)
wires = st.lists(
    st.one_of(
        texts.map(lambda text: frames.text(text.encode("utf-8", "surrogatepass"))),
        st.binary(max_size=50).map(frames.binary),
        st.binary(max_size=50).map(frames.text),
        closes,
        st.binary(max_size=10),  # no frame at all
    ),
    max_size=8,
)


@given(st.lists(texts | st.binary(), max_size=8), st.booleans(), st.integers(1000, 4999), st.text())
def test_an_exchange_raises_nothing_but_errors_of_the_tree(
    given_frames: list[str | bytes], ended: bool, code: int, reason: str
) -> None:
    exchange = StreamProtocol(SpeechRequest())
    exchange.start()
    exchange.text("Hello ")
    if ended:
        exchange.end()
    for frame in given_frames:
        with contextlib.suppress(TTSError):
            exchange.receive(frame)
    with contextlib.suppress(TTSError):
        exchange.closed(code, reason)


@settings(max_examples=150)
@given(wires)
async def test_a_stream_of_anything_ends_in_words(wire: list[bytes]) -> None:
    async with scripted(lambda: wire) as server:
        heard = await hear(server.address, TEXT, whole=TEXT, retry=HASTY)
    speech = heard.speech
    assert heard.error is None or str(heard.error)
    assert speech.spoken + speech.unspoken == TEXT
    assert speech.complete == (heard.error is None)
    assert len(speech.pcm) % 2 == 0
    check_bounds(speech)


def sound(**fields: Any) -> bytes:
    return frames.text(json.dumps({"audio": base64.b64encode(bytes(4_410)).decode(), **fields}))


def alignment(chars: str, step: int = 10) -> dict[str, Any]:
    starts = [step * index for index in range(len(chars))]
    return {
        "chars": list(chars),
        "charStartTimesMs": starts,
        "charDurationsMs": [step] * len(chars),
    }


def words_only(chars: str) -> bytes:
    return frames.text(json.dumps({"audio": None, "alignment": alignment(chars)}))


ENDLESS = {
    "sound": sound(),
    "sound with times": sound(alignment=alignment("so it goes ")),
    "sound of one word": sound(alignment=alignment("o")),
    "words without sound": words_only("so it goes "),
    "one word without sound": words_only("o" * 100),
    "white space": words_only("   "),
    "empty times": words_only(""),
    "nulls": frames.text('{"audio": null, "isFinal": null, "alignment": null}'),
    "empty objects": frames.text("{}"),
}


@pytest.mark.parametrize("kind", ENDLESS)
async def test_an_endless_stream_is_ended_by_a_limit(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "EXTRA_SECONDS", 5.0)
    monkeypatch.setattr(receiver, "SECONDS_PER_CHARACTER", 0.1)
    monkeypatch.setattr(receiver, "EXTRA_WORDS", 100)

    def endless() -> Iterable[bytes]:
        return itertools.repeat(ENDLESS[kind])

    async with scripted(endless) as server:
        heard = await hear(server.address, TEXT, whole=TEXT, retry=HASTY)
        assert server.connections < 10
    assert isinstance(heard.error, TooMuchSound | StreamStalled)
    assert heard.speech.duration < 10
    assert not heard.speech.complete


@pytest.mark.parametrize("timed", [False, True], ids=["untimed", "timed"])
async def test_a_server_that_gets_a_little_further_each_time_is_given_up(timed: bool) -> None:
    """One more sample on every connection is no progress that anybody could hear."""
    count = itertools.count(1)

    def script() -> Iterable[bytes]:
        data = base64.b64encode(bytes(2 * next(count))).decode()
        yield frames.text(
            json.dumps({"audio": data, "alignment": alignment("o") if timed else None})
        )

    async with scripted(script) as server:
        heard = await hear(server.address, TEXT, whole=TEXT, retry=HASTY)
        assert server.connections < 100
    assert heard.error is not None


async def test_a_part_of_a_word_is_not_taken_for_a_word_further_on() -> None:
    whole = "An apple? I saw an ox, then a cow."

    def script() -> Iterable[bytes]:
        yield sound(alignment=alignment("An apple? I saw a", step=5))  # "an", cut in two

    async with scripted(script) as server:
        heard = await hear(server.address, whole, whole=whole, retry=replace(HASTY, attempts=0))
    assert heard.speech.spoken == "An apple? I saw"
    assert heard.speech.unspoken == " an ox, then a cow."
