from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.wire.pasted_signs import (
    DASHES,
    INVISIBLE,
    OPENING_QUOTES,
    plain_sign,
    plain_signs,
)

ASCII = "".join(map(chr, range(0x20, 0x7F)))


def test_every_pasted_sign_has_one_of_ascii() -> None:
    assert "".join(map(plain_sign, DASHES)) == "-" * len(DASHES)
    assert {plain_sign(sign) for sign in OPENING_QUOTES if sign not in "「『｢《〈`"} == {'"', "'"}
    full_width = "".join(chr(ord(sign) + 0xFEE0) for sign in ASCII[1:])
    assert "".join(map(plain_sign, full_width)) == ASCII[1:]
    assert plain_signs(full_width) == ASCII[1:]


@pytest.mark.parametrize("sign", ["\u00a0", "\u3000", "\u2009", "\u202f", "\n"])
def test_every_blank_is_one(sign: str) -> None:
    assert plain_signs(f"a{sign}b").split() == ["a", "b"]
    assert plain_sign(sign).isspace()


@given(st.text())
def test_a_text_in_ascii_stays_and_nothing_invisible_does(text: str) -> None:
    plain = plain_signs(text)
    assert not re.search(f"[{INVISIBLE}]", plain)
    assert not text.isascii() or plain == text
    assert all(len(plain_sign(sign)) == 1 for sign in text)
