"""Messages on their way to one client over a simulated network."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from ...wire.conditions import Conditions
from .network_delay import Delivery, Fate, GenerationClock, LinkSchedule

__all__ = ["Clock", "Generation", "Link", "Outlet"]

# Bytes that may be on their way at once, as TCP bounds them by a window; one message always may.
# In one second of round-trip time they are two seconds of pcm_24000 in base64.
_WINDOW: Final = 2**18


class Clock:
    """A clock that can wait.

    Parameters
    ----------
    now
        Returns seconds; by default the running loop's.
    sleep
        Waits for so many of them.
    """

    def __init__(
        self,
        now: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.now = now or asyncio.get_running_loop().time
        self._sleep = sleep

    async def wait_until(self, at: float) -> None:
        """Return at a time, at once if it is past."""
        if (wait := at - self.now()) > 0:
            await self._sleep(wait)


@dataclass(frozen=True, slots=True)
class _Message:
    delivery: Delivery
    size: int
    send: Callable[[], Awaitable[None]]


class Link:
    """Delivers messages in order, at the times of its schedule.

    Parameters
    ----------
    schedule
    reset
        Called when the schedule has the connection reset.
    clock
        By default the running loop's.
    """

    def __init__(
        self,
        schedule: LinkSchedule,
        *,
        reset: Callable[[], None],
        clock: Clock | None = None,
    ) -> None:
        self._schedule = schedule
        self._reset = reset
        self._clock = clock or Clock()
        self._in_flight: deque[_Message] = deque()
        self._bytes = 0
        self._changed = asyncio.Event()
        self._task = asyncio.create_task(self._deliver())

    async def put(
        self, size: int, send: Callable[[], Awaitable[None]], *, sound: float = 0.0
    ) -> None:
        """Put a message on its way; wait while too much is in flight.

        Parameters
        ----------
        size
            In bytes.
        send
            Hands the message on.
        sound
            Seconds of sound in it.

        Raises
        ------
        ConnectionResetError
            When the connection has been lost, by the schedule or for good.
        """
        await self._until(lambda: not self._bytes or self._bytes + size <= _WINDOW)
        delivery = self._schedule.schedule(self._clock.now(), size, sound)
        self._in_flight.append(_Message(delivery, size, send))
        self._bytes += size
        self._notify()

    async def delivered(self) -> None:
        """Wait until every message has been delivered, or none ever will be."""
        with contextlib.suppress(ConnectionResetError):
            await self._until(lambda: not self._in_flight)

    async def close(self) -> None:
        """Discard the messages in flight."""
        self._task.cancel()
        await asyncio.wait({self._task})

    async def _deliver(self) -> None:
        try:
            while True:
                await self._wait_for(lambda: bool(self._in_flight))
                message = self._in_flight[0]
                await self._arrive(message)
                self._in_flight.popleft()
                self._bytes -= message.size
                self._notify()
                if message.delivery.fate is Fate.LAST:
                    self._reset()
                    return
        except ConnectionError:
            return  # the client is gone: the next `put` raises
        finally:
            self._notify()

    async def _arrive(self, message: _Message) -> None:
        if message.delivery.fate is Fate.LOST:
            await asyncio.Event().wait()
        await self._clock.wait_until(message.delivery.at)
        await message.send()

    async def _until(self, condition: Callable[[], bool]) -> None:
        await self._wait_for(lambda: self._task.done() or condition())
        if self._task.done():
            fault = None if self._task.cancelled() else self._task.exception()
            raise fault or ConnectionResetError("The connection has been lost.")

    async def _wait_for(self, condition: Callable[[], bool]) -> None:
        while not condition():
            await self._changed.wait()

    def _notify(self) -> None:
        """Wake all waiters to check their conditions again."""
        self._changed.set()
        self._changed = asyncio.Event()


class Generation:
    """The simulated speed at which the sound of one stream of text is generated.

    Parameters
    ----------
    conditions
    clock
        By default the running loop's.
    """

    def __init__(self, conditions: Conditions, *, clock: Clock | None = None) -> None:
        self._pace = GenerationClock(conditions)
        self._clock = clock or Clock()

    async def made(self, sound: float) -> None:
        """Wait until so many further seconds of sound have been made."""
        await self._clock.wait_until(self._pace.made(self._clock.now(), sound))


class Outlet:
    """The way of messages to one client: over the simulated network, or directly.

    Parameters
    ----------
    conditions
        Those at the time the client connected.
    link
        The simulated network, or None to send messages directly.
    """

    def __init__(self, conditions: Conditions, link: Link | None = None) -> None:
        self._conditions = conditions
        self._link = link

    def generation(self) -> Generation:
        """Return the pace of another stream of text for this client."""
        return Generation(self._conditions)

    async def send(
        self, size: int, send: Callable[[], Awaitable[None]], *, sound: float = 0.0
    ) -> None:
        """Send a message, over the simulated network if there is one.

        The parameters and errors are those of `Link.put`.
        """
        if self._link is None:
            await send()
        else:
            await self._link.put(size, send, sound=sound)

    async def delivered(self) -> None:
        """Wait until every message has been delivered, or none ever will be."""
        if self._link is not None:
            await self._link.delivered()

    async def close(self) -> None:
        """Discard the messages in flight."""
        if self._link is not None:
            await self._link.close()
