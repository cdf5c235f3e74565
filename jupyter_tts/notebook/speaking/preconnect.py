"""Sockets opened before there is a text to speak, and a line about their state."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from ...client.connections.http_channel import KEPT
from ...client.connections.pool import ConnectionPool, Readiness
from ...client.connections.warm_connection import hold_seconds
from ...wire.errors import TTSError
from ...wire.request import SpeechRequest
from ..runtime.session import Session
from ..servers.connections import connections
from .preparation import PreparedRequest, prepare
from .request import make_request

__all__ = ["Preconnector", "open_ahead"]

# Seconds without a change before a socket is opened for the controls' request.
REST = 0.3

_logger = logging.getLogger(__name__)


async def open_ahead(session: Session) -> None:
    """Open a socket for what is spoken without options."""
    try:
        prepared = await prepare(session, make_request(session, {}), ahead=True)
    except TTSError as failure:
        _logger.debug("Nothing can be opened ahead: %s", failure)  # speaking will report it
    else:
        connections(session).pool.warm(prepared.request, prepared.key)


class Preconnector:
    """Keeps a socket open for the request that is about to be spoken, and reports its state.

    Parameters
    ----------
    session : Session
    report : callable
        Called with one line for the user whenever the state changes; on the event-loop thread.
    rest : float, optional
        Seconds without another request before one is followed.
    """

    def __init__(
        self, session: Session, report: Callable[[str], object], rest: float = REST
    ) -> None:
        self._session = session
        self._report = report
        self._rest = rest
        self._timer: asyncio.TimerHandle | None = None
        self._following: asyncio.Task[None] | None = None
        self._prepared: PreparedRequest | None = None
        self._watched: ConnectionPool | None = None
        self._closed = False

    def want(self, request: SpeechRequest, *, at_once: bool = False) -> None:
        """Follow a request, once no other comes for a moment; from any thread."""
        loop = self._session.event_loop.loop
        loop.call_soon_threadsafe(self._want, request, 0.0 if at_once else self._rest)

    def close(self) -> None:
        """Stop following and reporting; from any thread."""
        self._closed = True
        if self._session.event_loop.running:
            self._session.event_loop.loop.call_soon_threadsafe(self._stop)

    def _want(self, request: SpeechRequest, rest: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if not self._closed:
            self._timer = asyncio.get_running_loop().call_later(rest, self._follow, request)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._following is not None:
            self._following.cancel()
        if self._watched is not None:
            self._watched.watchers.remove(self._report_state)
            self._watched = None

    def _follow(self, request: SpeechRequest) -> None:
        if self._following is not None:
            self._following.cancel()
        self._following = asyncio.create_task(self._open(request))

    async def _open(self, request: SpeechRequest) -> None:
        try:
            prepared = await prepare(self._session, request)
        except TTSError as failure:
            _logger.debug("Nothing can be opened ahead: %s", failure)  # Speak will report it
            self._report("No warm socket")
            return
        sockets = connections(self._session).pool
        if self._watched is not sockets:
            self._watched = sockets
            sockets.watchers.append(self._report_state)
        self._prepared = prepared
        if request.warm:
            sockets.warm(prepared.request, prepared.key)
        else:
            sockets.cool(prepared.request, prepared.key)
        self._report_state()

    def _report_state(self) -> None:
        if self._prepared is None or self._watched is None:
            return
        request = self._prepared.request
        state = self._watched.readiness(request, self._prepared.key)
        self._report(_sentence(request, state, self._session.settings.connections.idle))


def _sentence(request: SpeechRequest, state: Readiness, idle: float) -> str:
    """Return a line on the state of a request's socket, and on what keeping one costs."""
    if request.endpoint.is_http:
        return _http_sentence(request, state)
    limit = request.inactivity_limit
    seconds = hold_seconds(request)
    if not request.warm:
        return "No warm socket (--no-warm)"
    if seconds is None:
        return f"No warm socket (an inactivity_timeout of {limit:g} s is too short to hold one)"
    name = "server's limit" if request.endpoint.is_dialogue else "inactivity_timeout"
    cost = (
        f"held {seconds:g} s at a time ({name} {limit:g} s), until idle for "
        f"{idle / 60:g} min; no text is sent on it"
    )
    return {
        Readiness.READY: f"Warm socket ready: {cost}",
        Readiness.OPENING: f"Opening… {cost}",
        Readiness.NONE: "No warm socket",
    }[state]


def _http_sentence(request: SpeechRequest, state: Readiness) -> str:
    if not request.warm:
        return "No kept connection (--no-warm)"
    if state is Readiness.READY:
        return f"Connection kept for the next request: closed after {KEPT:g} s without one"
    return "No connection is kept: HTTP opens one with the first request"
