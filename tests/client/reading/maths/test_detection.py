"""Whether a text between two dollar signs is a formula."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.client.reading.maths import looks_like_maths

from .test_spoken_maths import FORMULAS

FORMULA = r"""
x^2
a
5
-1
5,000
3.14
x'
x_1
x_max
v_final
d_{model}
x^*
v^2 = u^2 + 2as
2n
x+y
E = mc^2
n \log n
\alpha
\hat y
O(n)
O(n log n)
(a, b)
[0, 1]
\{1, 2\}
n!
3/4
k-1
AB
ABC
f(x)=x
x < 5
x ≤ 5
x = 5.
|x|
A_{ij}
x_i, y_i
e^{i\pi}
10^{-3}
H_2O
P(A|B)
α
∞
∑x
90°
50\%
1 + 1 = 2
2x + 3y = 6
speed = distance / time
\foo{x} = 1
\text{if } x
\mathbb{R}
\ce{H2O}
"""
# What stands between the dollar signs of prices, shells, templates and patterns.
OTHER = r"""
5 or 6
5 per month
the cost is 5
5-
5B–
10,
10/
1 2
20 million
HOME
HOME/bin:
PATH
USER:
FOO=bar
FOO_BAR
my_var
_id
a/b/file.txt
C:\Users
HOME\bin
{name}
('#a')
x.
this.
\d+
^\d{3}
5 (or
x)
if x
to
!
+
"""


@pytest.mark.parametrize("text", FORMULA.strip().splitlines())
def test_a_formula_is_known(text: str) -> None:
    assert looks_like_maths(text)


@pytest.mark.parametrize("text", OTHER.strip().splitlines())
def test_prose_and_code_are_no_formula(text: str) -> None:
    assert not looks_like_maths(text)


def test_white_space_beside_a_dollar_sign_or_an_empty_line_is_in_no_formula() -> None:
    for text in ["", " ", "100 + ", " x", "x ", "x\n\ny", "x" * 3000]:
        assert not looks_like_maths(text)


@given(FORMULAS | st.text())
def test_any_text_has_an_answer(text: str) -> None:
    assert looks_like_maths(text) in (True, False)
