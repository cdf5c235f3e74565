"""Front ends that need an environment of their own: read only with ``-m front_ends``."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..browser.conftest import chromium, lab

__all__ = ["chromium", "lab"]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the modules unread otherwise: what they import is not installed."""
    return None if config.getoption("markexpr") == "front_ends" else True
