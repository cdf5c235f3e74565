"""From keyword arguments to a request: the notebook's defaults, and the level that is chosen."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from ...client.speech.timeline import Timeline
from ...client.streaming.level_control import LevelController
from ...snippets.cell import NOTEBOOK_FORMAT
from ...wire.errors import ParameterError
from ...wire.request import SpeechRequest
from ..runtime.session import Session
from ..runtime.settings import Settings
from .auto_level import AutoLevel, auto_level
from .latency_target import AUTO, TARGET, read_target

__all__ = ["begin_request", "make_request", "preview_request", "split_target"]


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


def split_target(
    parameters: Mapping[str, Any], settings: Settings
) -> tuple[dict[str, Any], float | None]:
    """Split parameters into those of automatic latency and the others.

    Parameters
    ----------
    parameters : mapping
        By keyword name, with ``latency`` as "auto" or ``target`` in seconds, or neither.
    settings : Settings
        Used where the parameters say nothing.

    Returns
    -------
    tuple of dict and float or None
        The other parameters, and the target in seconds; None where the level is given, here or
        by ``%config TTS.latency``.

    Raises
    ------
    ParameterError
        For an impossible target, or for a target together with a level.
    """
    others = dict(parameters)
    target = others.pop("target", None)
    if others.get("latency") == AUTO:
        del others["latency"]
        target = (settings.target or TARGET) if target is None else target
    if target is None:
        if others.get("latency") is None and settings.automatic:
            return others, settings.target or TARGET
        return others, None
    if others.get("latency") is not None:
        raise ParameterError(["target goes with latency auto, not with a level that is given"])
    return others, read_target(target)


def _request_and_levels(
    session: Session, parameters: Mapping[str, Any]
) -> tuple[SpeechRequest, AutoLevel | None]:
    others, target = split_target(parameters, session.settings)
    request = make_request(session, others)
    endpoint = request.endpoint
    has_level = not endpoint.is_dialogue and (not endpoint.is_http or "latency" in request.sent)
    if target is None or not has_level:  # where a level has nothing to choose
        return request, None
    return request, auto_level(session, request, target)


def _defaults(session: Session) -> dict[str, Any]:
    settings = session.settings
    preset = {
        "server": session.keys.default_server,
        "format": NOTEBOOK_FORMAT,
        "warm": settings.connections.wanted,
    }
    return {**preset, **settings.parameters}
