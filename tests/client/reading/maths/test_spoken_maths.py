"""Formulas are read aloud."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.client.reading.maths import spoken_maths
from jupyter_tts.client.reading.maths.commands import FUNCTIONS, TEXT, UPRIGHT
from jupyter_tts.client.reading.maths.signs import SIGN_OF_COMMAND

from .table import TABLE

_LINES = [line for line in TABLE.splitlines() if line and not line.startswith("# ")]
_COMMANDS = sorted({*SIGN_OF_COMMAND, *FUNCTIONS, *TEXT, *UPRIGHT}) + [
    "frac", "sqrt", "binom", "over", "choose", "hat", "overset", "underbrace", "mathbb", "not",
    "begin{cases}", "end{cases}", "begin{pmatrix}", "end{pmatrix}", "left(", "right)", "left.",
    "right|", "ce{", "quad", "color", "tag", "foo", "\\", "%", "$", "{", "}", "|", ",",
]  # fmt: skip
FORMULAS = st.lists(
    st.sampled_from(_COMMANDS).map("\\{} ".format)
    | st.sampled_from([*"{}{}()[]|^_^_&'/+-=<>!:,.;$%#~ \n01ab", "²", "₁", "√", "∑", "é", "中"])
    | st.text(max_size=3),
    max_size=40,
).map("".join)


@pytest.mark.parametrize(
    ("formula", "spoken"), list(zip(_LINES[::2], map(str.strip, _LINES[1::2]), strict=True))
)
def test_a_formula_is_read_as_a_teacher_reads_it(formula: str, spoken: str) -> None:
    assert spoken_maths(formula) == spoken


@pytest.mark.parametrize(
    "formula", ["", " ", "{", "}", "\\", "\\\\", "{}", "^", "&", "\\end{x}", "$"]
)
def test_of_nothing_nothing_is_read(formula: str) -> None:
    assert spoken_maths(formula).replace("dollars", "") == ""


@pytest.mark.parametrize(
    ("language", "spoken"),
    [
        ("it", "x₁² + a/b ≤ √(π) ∈ ℝ, (n + 1)/(2 + m), sin α, eⁱᵗ"),
        ("en-GB", "x sub 1 squared plus a over b"),
        ("EN_us", "x sub 1 squared plus a over b"),
    ],
)
def test_a_language_without_words_here_gets_signs(language: str, spoken: str) -> None:
    formula = r"x_1^2 + \frac{a}{b}"
    if language == "it":
        formula += r" \le \sqrt{\pi} \in \mathbb{R}, \frac{n+1}{2+m}, \sin \alpha, e^{it}"
    assert spoken_maths(formula, language) == spoken


@given(FORMULAS, st.sampled_from(["en", "it"]))
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
