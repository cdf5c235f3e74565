from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.wire.audio_tags import tag_spans, unfinished_tag


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("[laughs] Hello.", ["[laughs]"]),
        ("Well, [sighs] no. [pause]", ["[sighs]", "[pause]"]),
        ("[in a low, half-broken voice; no!] Go.", ["[in a low, half-broken voice; no!]"]),
        ("[Flüstert] Ja.", ["[Flüstert]"]),
        ("[laughs][whispers] Hi.", ["[laughs]", "[whispers]"]),
        ("[笑い声] はい。", ["[笑い声]"]),
        ("See [1] and [12, 13].", []),
        ("See [Smith 2020].", []),
        ("A [link](https://example.org).", []),
        ("![picture] of it", []),
        ("- [x] done", []),
        ("[] [ ] [[nested tag]]", ["[nested tag]"]),
        ("[not\na tag]", []),
        ("an open [laughs", []),
        ("[_private] [-]", []),
        ("[" + "a" * 201 + "]", []),
    ],
)
def test_a_tag_is_words_in_brackets_and_nothing_else(text: str, tags: list[str]) -> None:
    tagged = [text[start:end] for start, end in tag_spans(text)]
    assert tagged == tags


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("Hello. [", 7),
        ("Hello. [laug", 7),
        ("Hello. [laughs]", 7),
        ("Hello. [laughs] ", None),
        ("Hello. [1", None),
        ("Hello.", None),
        ("[" + "a" * 300, None),
    ],
)
def test_a_tag_that_may_go_on_is_found_at_the_end_only(text: str, start: int | None) -> None:
    assert unfinished_tag(text) == start


@given(st.text(alphabet="[]ab1 (:!\n"))
def test_tags_are_in_order_and_never_overlap(text: str) -> None:
    spans = tag_spans(text)
    assert all(text[start] == "[" and text[end - 1] == "]" for start, end in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))


@pytest.mark.parametrize("text", ["[" * 100_000, "[a" * 50_000, "[" + "a " * 50_000])
def test_no_text_takes_long_to_search(text: str) -> None:
    begun = time.process_time()
    tag_spans(text)
    unfinished_tag(text)
    assert time.process_time() - begun < 2
