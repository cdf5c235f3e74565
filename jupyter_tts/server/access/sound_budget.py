"""How much sound is made over HTTP: of one request, and of all that are being answered."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Final

from ...wire.close_codes import POLICY_VIOLATION
from ...wire.errors import ServerError
from .limits import Limits

__all__ = ["STATUSES", "Allowance", "SoundBudget"]

_TOO_LONG: Final = "max_sound_length_exceeded"
_TOO_MUCH: Final = "too_many_concurrent_requests"
_NO_ROOM: Final = "system_busy"

STATUSES: Final = {_TOO_LONG: 400, _TOO_MUCH: 429, _NO_ROOM: 503}
"""The HTTP status of each error."""


class SoundBudget:
    """The account of all requests together.

    Parameters
    ----------
    limits
        The server's.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.seconds = 0.0
        """Of sound, of the requests that are being answered: estimated, or made if that is more."""
        self.stored = 0
        """Bytes of sound that wait to be sent whole."""

    @contextlib.contextmanager
    def allow(self, seconds: float) -> Iterator[Allowance]:
        """Count a request while the context is open.

        Parameters
        ----------
        seconds
            How long its sound is at least, as estimated.

        Raises
        ------
        ServerError
            If it is too much.
        """
        allowance = Allowance(self, seconds)
        try:
            yield allowance
        finally:
            allowance.release()


class Allowance:
    """What one request may have, and has had; see `SoundBudget.allow`."""

    def __init__(self, budget: SoundBudget, seconds: float) -> None:
        if seconds > budget.limits.sound_seconds:
            raise _too_long(budget.limits)
        if budget.seconds + seconds > budget.limits.account_seconds:
            hours = budget.limits.account_seconds / 3_600
            message = f"The server makes {hours:g} hours of sound at once already."
            raise _refused(_TOO_MUCH, message)
        self._budget = budget
        self._counted = seconds
        self._made = 0.0
        self._stored = 0
        budget.seconds += seconds

    def make(self, seconds: float) -> None:
        """Count sound that has been made; raise ServerError if it is too long."""
        self._made += seconds
        if self._made > self._budget.limits.sound_seconds:
            raise _too_long(self._budget.limits)
        more = max(0.0, self._made - self._counted)
        self._counted += more
        self._budget.seconds += more

    def store(self, size: int) -> None:
        """Count bytes that are about to be stored; raise ServerError if there is no room."""
        if self._budget.stored + size > self._budget.limits.stored_bytes:
            message = (
                "The server has no room for another answer that is sent whole. Try again, or ask "
                "for it as a stream."
            )
            raise _refused(_NO_ROOM, message)
        self._stored += size
        self._budget.stored += size

    def release(self) -> None:
        """Count the request no more."""
        self._budget.seconds -= self._counted
        self._budget.stored -= self._stored
        self._counted = self._made = 0.0
        self._stored = 0


def _too_long(limits: Limits) -> ServerError:
    return _refused(
        _TOO_LONG,
        f"The sound of this request is longer than {limits.sound_seconds:g} seconds, the longest "
        "that this server makes at once. Send the text in parts.",
        param="text",
    )


def _refused(error: str, message: str, *, param: str | None = None) -> ServerError:
    return ServerError(message, error=error, code=POLICY_VIOLATION, param=param)
