from __future__ import annotations

import ast
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.snippets.literals import (
    is_legible,
    javascript_literal,
    json_literal,
    python_literal,
)

# Every character but halves of UTF-16 pairs, which JSON joins.
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=8,
)


@given(VALUES)
def test_a_python_literal_is_the_value(value: Any) -> None:
    assert ast.literal_eval(python_literal(value)) == value


@given(VALUES)
def test_a_json_literal_is_the_value(value: Any) -> None:
    assert json.loads(json_literal(value)) == value


@given(VALUES)
def test_a_javascript_literal_is_json_but_for_what_a_page_could_take_for_markup(
    value: Any,
) -> None:
    assert json.loads(javascript_literal(value).replace("\\x3c", "<")) == value


@pytest.mark.parametrize("write", [json_literal, javascript_literal, python_literal])
@given(value=VALUES)
def test_a_literal_is_one_line_that_shows_all_it_holds(write: Any, value: Any) -> None:
    written = write(value)
    assert len(written.splitlines()) == 1
    assert all(map(is_legible, written))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("it's", '"it\'s"'),
        ('say "x"\\', '"say \\"x\\"\\\\"'),
        ("שלום ・ 👩‍👩‍👧", '"שלום ・ 👩‍👩‍👧"'),
        ("a\u202eb\u2028c\xa0d\0", '"a\\u202eb\\u2028c\\xa0d\\u0000"'),
        ("\U000e0001", '"\\U000e0001"'),
    ],
)
def test_python_strings_read_as_one_would_write_them(text: str, written: str) -> None:
    assert python_literal(text) == written


def test_json_writes_what_does_not_print_as_utf_16() -> None:
    assert json_literal("\U000e0001\x7f\xa0") == '"\\udb40\\udc01\\u007f\\u00a0"'


@pytest.mark.parametrize("markup", ["</script>", "</SCRIPT >", "<script>", "<!-- x"])
def test_javascript_never_holds_what_ends_a_script(markup: str) -> None:
    assert markup[:3] not in javascript_literal(f"a{markup}b")
    assert json.loads(javascript_literal("<b> a < b </b>")) == "<b> a < b </b>"


def test_half_of_a_pair_is_escaped_so_that_code_can_be_saved() -> None:
    for write in (json_literal, javascript_literal, python_literal):
        assert write("\ud800") == '"\\ud800"'
