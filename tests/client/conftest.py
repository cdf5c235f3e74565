"""A server whose every move a test decides."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from websockets.asyncio.server import Request, Response, ServerConnection, serve

TRACE_ID = "a1b2"
"""What the server calls every handshake."""

Handler = Callable[[ServerConnection], Awaitable[None]]
ServeWith = Callable[[Handler], Awaitable[str]]


def _named(_: ServerConnection, __: Request, response: Response) -> Response:
    response.headers["x-trace-id"] = TRACE_ID
    return response


@pytest.fixture
async def serve_with() -> AsyncIterator[ServeWith]:
    """Serve with a handler; returns the server's address."""
    async with AsyncExitStack() as stack:

        async def start(handler: Handler) -> str:
            server = await stack.enter_async_context(
                serve(handler, "127.0.0.1", 0, process_response=_named)
            )
            port = next(iter(server.sockets)).getsockname()[1]
            return f"http://127.0.0.1:{port}"

        yield start


@pytest.fixture
async def pass_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Put the loop's clock forward; alarms that are due by then go off in its next turn."""
    loop = asyncio.get_running_loop()
    real, ahead = loop.time, [0.0]
    monkeypatch.setattr(loop, "time", lambda: real() + sum(ahead))
    return ahead.append
