"""``--latency auto``: the level of an utterance, from how the ones before went."""

from __future__ import annotations

import dataclasses
from typing import Any

from ...client.speech.timeline import Timeline
from ...client.streaming.level_control import LevelController
from ...wire.request import SpeechRequest
from ..runtime.session import Session
from .latency_target import TARGET

__all__ = ["AutoLevel", "auto_level"]


class AutoLevel:
    """Chooses the levels of the utterances to one server in one voice.

    Attributes
    ----------
    controller : LevelController
    """

    def __init__(self) -> None:
        self.controller = LevelController(TARGET)
        self._pending: list[tuple[Timeline, bool]] = []

    def begin(self, request: SpeechRequest, timeline: Timeline) -> SpeechRequest:
        """Return the request that an utterance begins with; its timeline gets the decision."""
        for before, warm in self._pending:
            if (latency := _latency(before, warm=warm)) is not None:
                self.controller.started(before.levels[0].level, latency)
        # The audible latency is known only some time after everything has been received.
        self._pending = [(timeline, request.warm)]
        decision = self.controller.begin()
        timeline.levels.append(decision)
        return dataclasses.replace(request, latency=decision.level)


def auto_level(session: Session, request: SpeechRequest, target: float) -> AutoLevel:
    """Return the `AutoLevel` for requests like this one.

    Parameters
    ----------
    session : Session
    request : SpeechRequest
    target : float
        Seconds of audible latency to hold.
    """
    alike = (request.server, request.voice, request.model, request.format, request.endpoint)
    chooser = session.part(_Choosers).setdefault(alike, AutoLevel())
    chooser.controller.target = target
    return chooser


class _Choosers(dict[tuple[Any, ...], AutoLevel]):
    """One for each kind of request."""

    def __init__(self, session: Session) -> None:
        super().__init__()


def _latency(timeline: Timeline, *, warm: bool) -> float | None:
    """Return how long a listener waited (s), as far as the level decides it."""
    latency = timeline.audible_latency or timeline.ttfa
    if latency is None or timeline.connected is None or not warm or timeline.warm:
        return latency
    # The next socket will be warm, so how long the first took to open says nothing about it.
    since = timeline.submitted if timeline.first_text is None else timeline.first_text
    return latency - max(0.0, timeline.connected - since)
