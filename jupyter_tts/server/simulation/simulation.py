"""The conditions a server simulates, applied to connections and requests."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import Final
from weakref import WeakSet

from ...wire.close_codes import POLICY_VIOLATION
from ...wire.conditions import Conditions
from ...wire.errors import ServerError
from ..access.refusals import Refusal, error_body
from .account import Account
from .link import Link, Outlet
from .network_delay import LinkSchedule

__all__ = ["Simulation", "reset"]


# Ids from ElevenLabs' error reference; statuses not in it get "simulated_error".
_ERROR_IDS: Final = {
    400: "max_character_limit_exceeded",
    401: "invalid_api_key",
    403: "only_for_creator+",
    404: "voice_not_found",
    429: "system_busy",
    500: "something_went_wrong",
    503: "system_busy",
}
_LIMIT_ERROR: Final = "too_many_concurrent_requests"


class Simulation:
    """The conditions of a server, and the state of their simulation.

    Parameters
    ----------
    conditions
        To begin with.

    Attributes
    ----------
    account : Account
        Counts what is spoken; its quota is one of the conditions.
    """

    def __init__(self, conditions: Conditions | None = None) -> None:
        self.account = Account()
        self.use(conditions or Conditions())
        self._known_transports: WeakSet[asyncio.BaseTransport] = WeakSet()
        self._generating = 0

    @property
    def conditions(self) -> Conditions:
        """The conditions of connections and requests from now on."""
        return self._conditions

    @property
    def generating(self) -> int:
        """For how many streams and requests sound is being generated."""
        return self._generating

    def use(self, conditions: Conditions) -> None:
        """Simulate other conditions, from their beginning.

        Connections that are open keep their network, and the streams on them their speed; the
        concurrency and the quota apply to them at once.
        """
        self._conditions = conditions
        self.account.allow(conditions.quota)
        self._statuses = random.Random(f"{conditions.seed} status")
        self._links = 0

    def answer_seconds(self, transport: asyncio.BaseTransport) -> float:
        """Return how much later than without a network the next request is answered.

        By its own round trip, and on a new connection by those of TCP and, 1.3, of TLS.
        """
        trips = 1
        if transport not in self._known_transports:
            self._known_transports.add(transport)
            trips += 1 + (transport.get_extra_info("sslcontext") is not None)
        return trips * self._conditions.rtt / 1_000

    def refusal(self) -> Refusal | None:
        """Return the simulated refusal of the next handshake or request, or None."""
        drawn = self._statuses.random()
        for status, probability in self._conditions.status.items():
            drawn -= probability
            if drawn < 0:
                error = _ERROR_IDS.get(status, "simulated_error")
                return Refusal(status, error_body(error, f"Simulated: {_phrase(status)}."))
        if self._is_busy():
            return Refusal(429, error_body(_LIMIT_ERROR, self._limit_message()))
        return None

    def outlet(self, transport: asyncio.Transport, *, round_trip: bool = True) -> Outlet:
        """Return the way of messages to the next client.

        Parameters
        ----------
        transport : Transport
        round_trip : bool, optional
            Whether messages answer what came on an open connection, after a round trip. An HTTP
            request has waited for its own before, see `answer_seconds`.
        """
        conditions = self._conditions if round_trip else replace(self._conditions, rtt=0)
        if not conditions.shapes_traffic:
            return Outlet(conditions)
        schedule = LinkSchedule(conditions, self._links)
        self._links += 1
        return Outlet(conditions, Link(schedule, reset=lambda: reset(transport)))

    @contextlib.contextmanager
    def generate(self) -> Iterator[None]:
        """Count as generating while the context is open.

        Raises
        ------
        ServerError
            If the concurrency is reached. How ElevenLabs refuses a socket that is open already is
            not documented; this has the shape of its other in-band errors.
        """
        if self._is_busy():
            raise ServerError(self._limit_message(), error=_LIMIT_ERROR, code=POLICY_VIOLATION)
        self._generating += 1
        try:
            yield
        finally:
            self._generating -= 1

    def _is_busy(self) -> bool:
        concurrency = self._conditions.concurrency
        return concurrency is not None and self._generating >= concurrency

    def _limit_message(self) -> str:
        return (
            f"Too many concurrent requests: {self._conditions.concurrency} are being generated, "
            "the most this server is set to allow."
        )


def reset(transport: asyncio.Transport) -> None:
    """End a TCP connection abruptly: with RST instead of FIN."""
    plain = transport.get_extra_info("socket")
    if plain is not None:
        # On, for 0 seconds: closing discards what is unsent and resets (POSIX SO_LINGER).
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"HTTP {status}"
