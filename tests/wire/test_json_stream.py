from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.wire.json_stream import JsonStream

OBJECTS = st.lists(
    st.dictionaries(
        st.text(max_size=3),
        st.recursive(
            st.text() | st.none(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=2), inner),
            max_leaves=4,
        ),
        max_size=3,
    ),
    max_size=5,
)
BETWEEN = st.sampled_from(["\n", "", "\r\n\r\n", "  ", "\n\ndata: "])


@given(objects=OBJECTS, between=BETWEEN, indent=st.none() | st.just(1), data=st.data())
def test_objects_are_found_wherever_the_bytes_are_cut(
    objects: list[Any], between: str, indent: int | None, data: st.DataObject
) -> None:
    written = [json.dumps(item, indent=indent, ensure_ascii=False) for item in objects]
    sent = (between.join(written) + "\n").encode("utf-8", "surrogatepass")
    stream = JsonStream(10_000)
    read: list[bytes] = []
    while sent:
        count = data.draw(st.integers(1, len(sent)))
        read += stream.feed(sent[:count])
        sent = sent[count:]
    assert [json.loads(item.decode("utf-8", "surrogatepass")) for item in read] == objects
    assert stream.rest == b""


@given(st.lists(st.binary(max_size=20), max_size=20))
def test_any_bytes_are_taken_and_none_is_lost(pieces: list[bytes]) -> None:
    stream = JsonStream(10_000)
    read = b"".join(item for piece in pieces for item in stream.feed(piece))
    sent = b"".join(pieces).replace(b"data:", b"")
    assert b"".join((read + stream.rest).replace(b"data:", b"").split()) == b"".join(sent.split())


def test_what_is_no_object_comes_as_a_line() -> None:
    stream = JsonStream(100)
    assert stream.feed(b"<html>\n{}") == [b"<html>", b"{}"]
    assert stream.feed(b'{"a": 1') == []
    assert stream.rest == b'{"a": 1'


def test_an_object_has_a_limit() -> None:
    stream = JsonStream(100)
    with pytest.raises(OverflowError):
        stream.feed(b'{"a": "' + b"b" * 100)
