from __future__ import annotations

import pytest

from jupyter_tts.wire.alignment import Alignment, split_words


def test_lengths_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match="same length"):
        Alignment(("a",), (), ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi, you! ", ["Hi,", "you!"]),
        ("你好，世界。", ["你", "好，", "世", "界。"]),
        ("（你）好", ["（你）", "好"]),
        ("AI说", ["AI", "说"]),
        ("한국어 좋다", ["한국어", "좋다"]),
        ("don't re-do", ["don't", "re-do"]),
    ],
)
def test_scripts_without_spaces_have_a_word_per_character(text: str, expected: list[str]) -> None:
    assert [word for word, _ in split_words(text)] == expected
    assert [text[end - len(word) : end] for word, end in split_words(text)] == expected
