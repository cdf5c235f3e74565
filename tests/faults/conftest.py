"""One embedded server for all faults, and a look behind every test for what it left."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from ..server.serving import RunningServer, start, stop
from .leaks import no_leaks


@pytest.fixture(scope="session")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """The embedded server, behind every relay."""
    running = start(tmp_path_factory.mktemp("voice") / "server.log", [], {})
    yield running
    stop(running)


@pytest.fixture(autouse=True)
async def _leaves_nothing(voice: RunningServer) -> AsyncIterator[None]:
    async with no_leaks():
        yield
