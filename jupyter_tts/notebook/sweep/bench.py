"""Measuring with a session's own keys, sockets and embedded server."""

from __future__ import annotations

from ...client.sweep.axes import HERE, Condition, parameters_of, read_network
from ...client.sweep.measure import Server
from ...client.sweep.runner import socket_ready
from ...wire.hosts import LOCAL
from ...wire.request import SpeechRequest
from ..runtime.session import Session
from ..servers.connections import connections
from ..servers.embedded import embedded_server
from ..speaking.preparation import prepare

__all__ = ["SessionBench"]


class SessionBench:
    """Where a sweep is measured on this machine.

    Parameters
    ----------
    session : Session
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._embedded = embedded_server(session)
        self._conditions_before = self._embedded.conditions

    async def prepare(self, condition: Condition) -> Server:
        """Return the server for a condition; on the event loop.

        Raises
        ------
        TTSError
            If there is no key, no embedded voice, or no such voice.
        """
        request = SpeechRequest(**{"format": "pcm_24000", **parameters_of(condition)})
        if request.server == LOCAL:
            self._embedded.conditions = read_network(condition.get("network", HERE))
        prepared = await prepare(self._session, request)
        opened = connections(self._session)
        await socket_ready(opened.pool, prepared.request, prepared.key)
        return Server(
            url=prepared.request.server,
            voice=prepared.request.voice,
            key=prepared.key,
            sockets=opened.source(prepared.request),
        )

    def close(self) -> None:
        """Have the embedded server simulate what it did before."""
        self._embedded.conditions = self._conditions_before
