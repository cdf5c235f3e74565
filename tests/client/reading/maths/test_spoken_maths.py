"""Formulas are read aloud."""

from __future__ import annotations

import sys
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.client.reading.maths import spoken_maths
from jupyter_tts.client.reading.maths.commands import FUNCTIONS, TEXT, UPRIGHT
from jupyter_tts.client.reading.maths.signs import SIGN_OF_COMMAND
from jupyter_tts.client.reading.maths.wording import wording_for

# Formulas, and behind each how it is read aloud; Italian stands for a language without words here.
_LANGUAGES = ("en", "de", "es", "fr", "it", "zh")


def _table(language: str) -> list[tuple[str, str, str]]:
    lines = (Path(__file__).parent / f"{language}.txt").read_text(encoding="utf-8").splitlines()
    lines = [line for line in lines if line and not line.startswith("# ")]
    pairs = zip(lines[::2], lines[1::2], strict=True)
    return [(language, formula, spoken.strip()) for formula, spoken in pairs]


_COMMANDS = [
    *sorted({*SIGN_OF_COMMAND, *FUNCTIONS, *TEXT, *UPRIGHT}),
    *["frac", "sqrt", "binom", "over", "choose", "hat", "overset", "underbrace", "mathbb", "not"],
    *["begin{cases}", "end{cases}", "begin{pmatrix}", "end{pmatrix}", "left(", "right)", "left."],
    *["right|", "ce{", "quad", "color", "tag", "foo", "\\", "%", "$", "{", "}", "|", ","],
]
FORMULAS = st.lists(
    st.sampled_from(_COMMANDS).map("\\{} ".format)
    | st.sampled_from([*"{}{}()[]|^_^_&'/+-=<>!:,.;$%#~ \n01ab", "²", "₁", "√", "∑", "é", "中"])
    | st.text(max_size=3),
    max_size=40,
).map("".join)


@pytest.mark.parametrize(
    ("language", "formula", "spoken"), [row for language in _LANGUAGES for row in _table(language)]
)
def test_a_formula_is_read_as_a_teacher_reads_it(language: str, formula: str, spoken: str) -> None:
    assert spoken_maths(formula, language) == spoken


@pytest.mark.parametrize("formula", ["", " ", "{", "}", "\\", r"\\", "{}", "^", "&", r"\end{x}"])
def test_of_nothing_nothing_is_read(formula: str) -> None:
    assert spoken_maths(formula) == ""


def test_a_language_may_have_a_region() -> None:
    for language in ("en-GB", "EN_us", "de-AT"):
        assert spoken_maths("x^2", language) == spoken_maths("x^2", language[:2].lower())


@pytest.mark.parametrize("language", _LANGUAGES)
def test_each_language_has_all_phrases_with_their_parts(language: str) -> None:
    phrases, english = wording_for(language).phrases, wording_for("en").phrases
    assert list(phrases) == list(english)
    for name, phrase in phrases.items():
        known = {field for _, _, field, _ in Formatter().parse(english[name]) if field}
        assert {field for _, _, field, _ in Formatter().parse(phrase) if field} <= known


def test_a_comma_between_digits_is_a_decimal_one_where_the_language_has_it() -> None:
    assert spoken_maths("3,14") == "3, 14"
    assert spoken_maths("3,14", "de") == "3,14"
    assert spoken_maths("1,2,3", "de") == "1, 2, 3"


@given(FORMULAS, st.sampled_from(_LANGUAGES))
def test_whatever_is_written_is_read_without_what_only_latex_means(
    formula: str, language: str
) -> None:
    spoken = spoken_maths(formula, language)
    assert not set(spoken) & set("\\{}$")
    assert len(spoken) <= 50 * len(formula) + 50
    assert spoken == " ".join(spoken.split()) == spoken_maths(formula, language)


@pytest.mark.parametrize(
    "part",
    [r"\frac{", r"\sqrt{", r"\sqrt", "{", "(", "|", r"\left(", "x^{", "x^", r"\hat{", r"\mathrm{",
     r"\begin{cases}", r"\text{$", r"\overset{a}{", r"a\over ", "f(", "√(", r"\not", r"\sum_", ":"],
)  # fmt: skip
def test_nothing_is_nested_too_deep(part: str) -> None:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(600)
    try:
        assert len(spoken_maths(part * 3000)) <= 150 * 3000
    finally:
        sys.setrecursionlimit(limit)
