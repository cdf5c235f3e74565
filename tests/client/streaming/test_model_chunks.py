"""Chunks and answers of language models' clients: as dicts and as objects."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.client.streaming.model_chunks import SHAPES, ChunkReader, answer_text
from jupyter_tts.client.streaming.text_sources import check_text, read_all
from jupyter_tts.wire.errors import ParameterError, TTSError

from .model_streams import ANSWERS, STREAMS, Model, as_objects, choice


@pytest.mark.parametrize("name", STREAMS)
def test_the_text_is_taken_out_of_chunks_of_every_shape(name: str) -> None:
    chunks = STREAMS[name]
    assert read_all(chunks) == "Hello you."
    objects = [
        tuple(map(as_objects, chunk)) if isinstance(chunk, tuple) else as_objects(chunk)
        for chunk in chunks
    ]
    if not name.startswith("LangGraph"):
        assert read_all(objects) == "Hello you."


def test_every_shape_has_a_stream() -> None:
    fitting = {
        next(shape.name for shape in SHAPES if shape.fits(chunk))
        for chunks in STREAMS.values()
        for chunk in chunks
    }
    assert fitting == {shape.name for shape in SHAPES}


@pytest.mark.parametrize(
    ("chunk", "reason"),
    [
        (
            {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}},
            "Overl",
        ),
        ({"type": "error", "code": "server_error", "message": "Try again", "param": None}, "Try"),
        ({"type": "response.failed", "response": {"error": {"message": "Too long"}}}, "Too long"),
        ({"type": "response.failed", "response": {"error": None}}, "it does not say why"),
        ({"error": {"code": 502, "message": "Gone"}, **choice(content="")}, "Gone"),
        ({"error": "model not found"}, "model not found"),
        ({"event": "error", "message": "Out of credit"}, "Out of credit"),
    ],
)
def test_a_model_that_fails_is_reported(chunk: dict[str, Any], reason: str) -> None:
    for failure in (chunk, as_objects(chunk)):
        with pytest.raises(TTSError, match=f"the language model failed: {reason}"):
            read_all([choice(content="Hello"), failure])


def test_a_refusal_is_what_the_model_says() -> None:
    assert read_all([choice(refusal="I cannot ", content=None), choice(refusal="do that.")]) == (
        "I cannot do that."
    )
    assert read_all([{"type": "response.refusal.delta", "delta": "No."}]) == "No."


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_whole_answer_stands_for_its_text(answer: dict[str, Any]) -> None:
    for whole in (answer, as_objects(answer), Model(answer)):
        assert check_text(whole) == "Hello you."


def test_fields_that_raise_are_none() -> None:
    class Empty:
        candidates: Any = ()

        @property
        def text(self) -> str:
            raise ValueError("the answer has no parts")

    assert ChunkReader().read(Empty()) == ""
    assert answer_text(Empty()) == ""


def test_mocks_stand_for_chunks() -> None:
    delta = Mock(content="Hello you.", refusal=None)
    assert read_all([Mock(choices=[Mock(delta=delta)])]) == "Hello you."
    text = Mock(type="text_delta", text="Hello you.")
    assert read_all([Mock(type="content_block_delta", delta=text)]) == "Hello you."
    with pytest.raises(ParameterError, match="must give str, not Mock"):
        read_all([Mock()])


NAMES = st.sampled_from(
    [
        "type",
        "event",
        "event_type",
        "choices",
        "delta",
        "content",
        "text",
        "message",
        "data",
        "chunk",
        "error",
        "token",
        "parts",
        "candidates",
        "done",
        "response",
        "output",
        "additional_kwargs",
    ]
)
VALUES = st.none() | st.booleans() | st.integers() | st.sampled_from(["", "x", "text", "error"])


@given(
    st.recursive(
        VALUES,
        lambda inner: (
            st.dictionaries(NAMES, inner)
            | st.lists(inner, max_size=3)
            | st.tuples(inner, inner)
            | st.builds(lambda fields: SimpleNamespace(**fields), st.dictionaries(NAMES, inner))
        ),
    )
)
def test_whatever_a_source_gives_is_text_or_one_sentence(chunk: Any) -> None:
    for check in (partial(read_all, [chunk]), partial(check_text, chunk)):
        try:
            check()
        except TTSError as refusal:
            sentence = str(refusal)
        else:
            sentence = ""
        assert "\n" not in sentence
