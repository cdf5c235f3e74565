from __future__ import annotations

import pytest

from jupyter_tts.wire.close_codes import close_reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", b""),
        ("Bye.", b"Bye."),
        ("x" * 200, b"x" * 123),
        ("é" * 100, ("é" * 61).encode()),  # 123 bytes would end within a character
        ("half \ud800", b"half ?"),
    ],
)
def test_a_reason_is_what_fits_into_a_close_frame(text: str, reason: bytes) -> None:
    assert close_reason(text) == reason
