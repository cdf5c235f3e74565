"""The embedded server as a process of its own."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_tts.wire.hosts import LOCAL_KEY_VARIABLE

from .serving import RunningServer, StartServer, start, stop

# One voice of each engine.
VOICES = ("en-us", "heart")


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[StartServer]:
    """Start servers of one's own; each is ended after the test."""
    started: list[RunningServer] = []

    def start_one(
        *arguments: str, environment: dict[str, str] | None = None, **options: Any
    ) -> Any:
        log_file = tmp_path / f"server-{len(started)}.log"
        started.append(start(log_file, arguments, environment or {}, **options))
        return started[-1]

    yield start_one
    for server in started:
        stop(server)


@pytest.fixture(scope="session")
def server_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    running = start(tmp_path_factory.mktemp("server") / "server.log", [], {})
    yield running
    stop(running)


@pytest.fixture(scope="session")
def keyed_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    log_file = tmp_path_factory.mktemp("keyed") / "server.log"
    running = start(log_file, ["--quota", "1000000"], {LOCAL_KEY_VARIABLE: "SECRET"})
    yield running
    stop(running)


@pytest.fixture(scope="session", params=VOICES)
def server(request: pytest.FixtureRequest, server_process: RunningServer) -> RunningServer:
    """One server without a key, for all tests that leave it as they found it; each engine's."""
    return dataclasses.replace(server_process, voice=request.param)


@pytest.fixture(scope="session", params=VOICES)
def keyed(request: pytest.FixtureRequest, keyed_process: RunningServer) -> RunningServer:
    """One server with the key SECRET and a quota of a million characters, for all tests."""
    return dataclasses.replace(keyed_process, voice=request.param)
