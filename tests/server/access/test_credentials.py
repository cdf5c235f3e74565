"""Where a key may stand, and which one is accepted."""

from __future__ import annotations

import pytest

from jupyter_tts.server.access.credentials import accepts_key, credentials_in


def test_no_key_is_not_a_key() -> None:
    assert not accepts_key("KEY", [None, ""])


@pytest.mark.parametrize("sent", ["KEY", "Bearer KEY", "bearer  KEY"])
def test_a_key_may_be_a_bearer_token(sent: str) -> None:
    assert accepts_key("KEY", [None, sent])


@pytest.mark.parametrize("sent", ["key", "KEY ", "Basic KEY", "\ud800"])
def test_another_token_is_refused(sent: str) -> None:
    assert not accepts_key("KEY", [sent])


def test_a_single_use_token_is_never_the_key() -> None:
    assert credentials_in({"xi-api-key": "A"}, {"single_use_token": "B"}) == ("A",)
