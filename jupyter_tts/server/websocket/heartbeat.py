"""Whether a silent client is still there: when to ping it, and when it counts as gone. No I/O."""

from __future__ import annotations

__all__ = ["Heartbeat"]


class Heartbeat:
    """The clock of one socket's pings (RFC 6455 section 5.5.2).

    Parameters
    ----------
    ping_seconds
        How long a client may be silent before it is sent a ping.
    pong_seconds
        How long it may then stay silent, counted from when it can have played what it was sent.
    now
        The time, in seconds, of any monotonic clock; so in all methods.

    Notes
    -----
    RFC 6455 asks for an answer "as soon as is practical". A client that takes audio only as fast
    as it plays it comes to the ping when all the audio before it has been heard, and breaks no
    rule. So the time to answer begins at the end of that audio.
    """

    def __init__(self, *, ping_seconds: float, pong_seconds: float, now: float) -> None:
        self._ping_seconds = ping_seconds
        self._pong_seconds = pong_seconds
        self._last_frame = now
        self._played = now  # when all audio sent so far has been played, if played at once
        self._pinged: float | None = None

    @property
    def deadline(self) -> float:
        """When `ping_due` is to be called next, unless a frame comes before."""
        if self._pinged is None:
            return self._last_frame + self._ping_seconds
        return max(self._pinged, self._played) + self._pong_seconds

    def heard(self, now: float) -> None:
        """Note a frame from the client, of any kind."""
        self._last_frame = now
        self._pinged = None

    def sent(self, seconds: float, now: float) -> None:
        """Note audio on its way to the client, by its duration."""
        self._played = max(self._played, now) + seconds

    def ping_due(self, now: float) -> bool:
        """Whether a ping is to be sent now.

        Raises
        ------
        ConnectionResetError
            When the last one has not been answered in time: the client is gone.
        """
        if now < self.deadline:
            return False
        if self._pinged is not None:
            raise ConnectionResetError("The client did not answer a ping.")
        self._pinged = now
        return True
