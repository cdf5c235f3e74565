"""From keyword arguments to a request: the notebook's defaults, and the level that is chosen."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from ...client.speech.timeline import Timeline
from ...client.streaming.level_control import LevelController
from ...snippets.cell import NOTEBOOK_FORMAT
from ...wire.request import SpeechRequest
from ..runtime.session import Session
from .auto_level import AutoLevel, auto_level
from .latency_target import split_target

__all__ = ["begin_request", "make_request", "preview_request"]


def make_request(session: Session, parameters: Mapping[str, Any]) -> SpeechRequest:
    """Return a request with the notebook's defaults, before any server is asked.

    Raises
    ------
    ParameterError
        With every fault at once.
    """
    values = {name: value for name, value in parameters.items() if value is not None}
    return SpeechRequest(**{**_defaults(session), **values})


def begin_request(
    session: Session, parameters: Mapping[str, Any], timeline: Timeline
) -> tuple[SpeechRequest, LevelController | None]:
    """Return the request that an utterance begins with, and what chooses its levels, if anything.

    Parameters
    ----------
    session : Session
    parameters : mapping
        By keyword name; ``latency`` may be "auto", to hold ``target`` seconds.
    timeline : Timeline
        The utterance's; gets the level and the reason for it.

    Raises
    ------
    ParameterError
        As :func:`make_request`.
    """
    request, levels = _request_and_levels(session, parameters)
    if levels is None:
        return request, None
    return levels.begin(request, timeline), levels.controller


def preview_request(session: Session, parameters: Mapping[str, Any]) -> SpeechRequest:
    """Return the request that an utterance would begin with now; nothing is recorded."""
    request, levels = _request_and_levels(session, parameters)
    if levels is None:
        return request
    return dataclasses.replace(request, latency=levels.controller.start)


def _request_and_levels(
    session: Session, parameters: Mapping[str, Any]
) -> tuple[SpeechRequest, AutoLevel | None]:
    others, target = split_target(parameters, session.settings)
    request = make_request(session, others)
    return request, auto_level(session, request, target) if target else None


def _defaults(session: Session) -> dict[str, Any]:
    settings = session.settings
    preset = {
        "server": session.keys.default_server,
        "format": NOTEBOOK_FORMAT,
        "warm": settings.connections.wanted,
    }
    return {**preset, **settings.parameters}
