"""The embedded server, for the code that a request is copied as."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ..server.serving import RunningServer, start, stop


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server without a key."""
    running = start(tmp_path_factory.mktemp("server") / "server.log", [], {})
    yield running
    stop(running)
