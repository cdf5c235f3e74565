"""A stream whose latency level is chosen on its way, at the ends of its sentences."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import cast

from ...wire.parameters import parameter
from ...wire.request import SpeechRequest
from ..speech.timeline import Decision, Timeline
from .level_control import LevelController
from .receiver import Receiver

__all__ = ["LevelSwitcher"]

# Seconds without a sound after which a server is taken to want more text before it speaks.
PATIENCE = 5.0


class LevelSwitcher:
    """Decides, for one stream, with which level it goes on.

    The level is part of the URL, so another one needs another socket: the present one is
    sent the end of input, and what follows the sentence is sent on its successor.

    Text is sent only as far ahead as a server gathers before it speaks, since what has been sent
    can no longer be spoken otherwise. A server that sends no times of characters is sent all of it,
    and the level stays.

    Parameters
    ----------
    controller : LevelController
    timeline : Timeline
        Takes note of the decisions.
    """

    def __init__(self, controller: LevelController, timeline: Timeline) -> None:
        self._controller = controller
        self._timeline = timeline
        self._news = asyncio.Event()
        self._dry = 0

    def begin(self, request: SpeechRequest) -> SpeechRequest:
        """Return the request that the stream begins with, unless that is decided already."""
        if not self._timeline.levels:
            self._timeline.levels.append(self._controller.begin())
        return self.apply(request)

    def apply(self, request: SpeechRequest) -> SpeechRequest:
        """Return a request with the present level."""
        return dataclasses.replace(request, latency=self._timeline.levels[-1].level)

    def heard(self) -> None:
        """Take note that a sound has come."""
        self._news.set()

    async def room(self, request: SpeechRequest, sent: int, receiver: Receiver) -> None:
        """Wait until the server has spoken so much of what was sent that it may want more."""
        schedule = cast(list[int], request.sent.get("schedule") or parameter("schedule").default)
        # A segment ends within twice its scheduled length, or else at any word.
        ahead = 2 * max(schedule)
        while sent - receiver.position > ahead and (receiver.timed or not receiver.frames):
            self._news.clear()
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._news.wait()
            except TimeoutError:
                return

    def switches(self, position: int, receiver: Receiver) -> bool:
        """Decide at the end of a sentence; return whether what follows is for another level."""
        if not (receiver.timed and receiver.frames):
            return False
        level = self._timeline.levels[-1].level
        dry, self._dry = self._dry, receiver.ran_dry
        decision = self._controller.steady(level, receiver.lead, ran_dry=self._dry > dry)
        if decision.level == level:
            return False
        now = self._timeline.clock()
        self._timeline.levels.append(Decision(decision.level, decision.reason, position, now))
        return True
