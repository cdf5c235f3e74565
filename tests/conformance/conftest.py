"""Clients that this project did not write: read only when asked for with ``-m conformance``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jupyter_tts.server import TTSServer, serve

from ..faults.relay import Relay
from ..server.conftest import start_server

__all__ = ["relay", "server", "start_server"]

pytest.register_assert_rewrite(f"{__package__}.clients")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the modules unread otherwise: importing those clients takes seconds."""
    return None if config.getoption("markexpr") == "conformance" else True


@pytest.fixture
async def server() -> AsyncIterator[TTSServer]:
    """The embedded server in the test's own event loop."""
    async with serve(key="SECRET") as serving:
        yield serving


@pytest.fixture
async def relay(server: TTSServer) -> AsyncIterator[Relay]:
    """What notes every socket that a client opens to the server, and all that is said on it."""
    async with Relay(server.url) as relaying:
        yield relaying
