"""The server inside a program of one's own: in its event loop, or in a thread beside it."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from ..wire.conditions import Conditions
from .access.limits import Limits
from .access.policy import AccessPolicy
from .app import create_app
from .engines.all_voices import AllVoices
from .engines.engine import Engine
from .engines.sound_length import MOST_SECONDS
from .listener import bind, listening
from .simulation.simulation import Simulation

__all__ = ["TTSServer", "serve", "serving_thread"]


@dataclass(frozen=True)
class TTSServer:
    """A server that is running.

    Attributes
    ----------
    url : str
        Its address, ``http://127.0.0.1:PORT``: the ``base_url`` of HTTP clients.
    key : str or None
        The key that clients must send, or None if any will do.
    """

    url: str
    key: str | None = field(repr=False)
    _simulation: Simulation = field(repr=False)

    @property
    def websocket_url(self) -> str:
        """The same address for WebSockets, ``ws://127.0.0.1:PORT``."""
        return self.url.replace("http", "ws", 1)

    def conditions(self, **changes: Any) -> Conditions:
        """Simulate a bad network or a busy service from the next connection on.

        The same as a PUT to ``/jupyter_tts/conditions``; `jupyter_tts.server` describes what
        applies to streams that are open.

        Parameters
        ----------
        **changes
            The fields of `Conditions`. What is left out is at its default: a call without
            arguments ends the simulation.

        Raises
        ------
        ParameterError
            If a value is out of range.
        """
        conditions = Conditions(**changes)
        self._simulation.use(conditions)
        return conditions


@contextlib.asynccontextmanager
async def serve(
    *,
    port: int = 0,
    key: str | None = None,
    conditions: Conditions | None = None,
    tls: ssl.SSLContext | None = None,
    limits: Limits | None = None,
    access: AccessPolicy | None = None,
    engine: Engine | None = None,
    engines: Sequence[Engine] = (),
) -> AsyncIterator[TTSServer]:
    """Serve the embedded voices on 127.0.0.1 while the context is open.

    Each engine runs in a process of its own, which is ended with the context, as are all streams.

    Parameters
    ----------
    port : int
        0 picks one.
    key : str, optional
        A key that clients must send.
    conditions : Conditions, optional
        A bad network or a busy service to begin with.
    tls : ssl.SSLContext, optional
        Serve over TLS: the official SDK opens its WebSockets with ``wss://`` only. That one reads
        and writes on two threads, and now and then loses a connection to a TLS 1.3 session ticket:
        set ``num_tickets = 0``.
    limits : Limits, optional
        What one client may take.
    access : AccessPolicy, optional
        Which hosts and origins are served.
    engine : Engine, optional
        The only one, started; it stays the caller's to close.
    engines : sequence of Engine, optional
        Engines beside the embedded ones. Each is started at the first text for one of its voices,
        and closed with the context.

    Raises
    ------
    LocalVoiceMissing
        If the voice is not installed.
    OSError
        If the port is taken.
    ValueError
        If there are both `engine` and `engines`.

    Examples
    --------
    >>> async with serve(key="secret") as server:
    ...     server.conditions(rtt=200, jitter=50, drop_after=1.5)
    ...     client = AsyncElevenLabs(base_url=server.url, api_key=server.key)
    """
    if engine is not None and engines:
        raise ValueError("engine is the only one that speaks, so engines must be empty")
    limits = limits or Limits()
    simulation = Simulation(conditions)
    listener = await bind("127.0.0.1", port, limits=limits)
    async with contextlib.AsyncExitStack() as stack:
        stack.push(contextlib.closing(listener))
        if engine is None:
            voices = AllVoices(added=engines, most_seconds=MOST_SECONDS)
            engine = await stack.enter_async_context(voices)
        app = create_app(engine, key=key, access=access, limits=limits, simulation=simulation)
        address = await stack.enter_async_context(listening(app, listener, limits=limits, tls=tls))
        yield TTSServer(address, key, simulation)


@contextlib.contextmanager
def serving_thread(**options: Any) -> Iterator[TTSServer]:
    """Run `serve` with these options in a thread, for programs without an event loop."""
    ready: Future[tuple[TTSServer, Callable[[], object]]] = Future()

    async def run() -> None:
        loop, stop_requested = asyncio.get_running_loop(), asyncio.Event()
        async with serve(**options) as server:
            ready.set_result((server, lambda: loop.call_soon_threadsafe(stop_requested.set)))
            await stop_requested.wait()

    def serve_until_stopped() -> None:
        try:
            asyncio.run(run())
        except BaseException as fault:
            if ready.done():
                raise
            ready.set_exception(fault)  # raised where the result is awaited

    thread = threading.Thread(target=serve_until_stopped, name="tts_server")
    thread.start()
    try:
        server, stop = ready.result()
        try:
            yield server
        finally:
            stop()
    finally:
        thread.join()
