from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.server.engines.composed_text import compose
from jupyter_tts.server.engines.timed_speech import TimedSpeech


@pytest.mark.parametrize(
    ("text", "composed", "without_marks"),
    [
        ("cafe\u0301", "caf\u00e9", "caf\u00e9"),
        ("Vie\u0323\u0302t", "Vi\u1ec7t", "Vi\u1ec7t"),
        ("\u1112\u1161\u11ab\u1100\u116e\u11a8", "\ud55c\uad6d", "\ud55c\uad6d"),
        ("\u304b\u3099", "\u304c", "\u304c"),
        ("\u09c7\u09be", "\u09cb", "\u09cb"),
        ("n\u0308ame", "n\u0308ame", "name"),
        ("\u0301a 1\ufe0f\u20e3", "\u0301a 1\ufe0f\u20e3", "\u0301a 1\ufe0f\u20e3"),
        ("\u00adco\u00adoperate", "cooperate", "cooperate"),
        ("\u212b", "\u212b", "\u212b"),
    ],
)
def test_a_text_is_composed(text: str, composed: str, without_marks: str) -> None:
    assert compose(text).text == composed
    assert compose(text, keep_marks=False).text == without_marks


def test_what_is_kept_stays() -> None:
    tag = '<phoneme alphabet="ipa" ph="e\u0303">e\u0301</phoneme>'
    assert compose(f"e\u0301{tag}", kept=[(2, 2 + len(tag))]).text == f"\u00e9{tag}"


@given(st.text(st.sampled_from("ae \u0301\u0323\u00ad\u1112\u1161\u11ab\u00e9x"), max_size=12))
def test_times_come_back_in_order_and_none_is_lost(text: str) -> None:
    composed = compose(text)
    count = len(composed.text)
    spoken = TimedSpeech(
        b"", tuple(composed.text), tuple(range(0, 2 * count, 2)), tuple(range(1, 2 * count, 2))
    )
    restored = composed.restore(text, spoken)
    assert "".join(restored.characters) == text
    marks = [mark for pair in zip(restored.starts, restored.ends, strict=True) for mark in pair]
    assert all(first <= second for first, second in pairwise(marks))
    assert marks[-1:] == list(spoken.ends[-1:]) or not count
    seen = unicodedata.normalize("NFC", text.replace("\u00ad", ""))
    assert unicodedata.normalize("NFC", composed.text) == seen
