"""What is in memory needs no embedded server, and leaves nothing."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _leaves_nothing() -> None:
    """Take the place of the look behind every test that has sockets."""
