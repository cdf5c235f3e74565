"""The settings of the first message, which hold for the whole stream of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from ...wire.close_codes import POLICY_VIOLATION
from ...wire.errors import ServerError
from ...wire.foreign_json import whole_number
from ...wire.messages import ClientMessage
from ...wire.parameters import PARAMETERS, Kind, Place, parameter

__all__ = ["VOICE_SETTINGS", "FirstSettings"]

_SCHEDULE: Final = parameter("schedule")
VOICE_SETTINGS: Final = {
    declared.wire: declared for declared in PARAMETERS if declared.place is Place.VOICE_SETTINGS
}
# The settings a first message may have, by the object they stand in.
_KNOWN: Final = {
    "voice_settings": frozenset(VOICE_SETTINGS),
    "generation_config": frozenset({_SCHEDULE.wire}),
}


class FirstSettings:
    """The settings of a first message.

    Parameters
    ----------
    message
        The first message.

    Raises
    ------
    ServerError
        If a setting is out of its range.
    """

    def __init__(self, message: ClientMessage) -> None:
        self.voice: Mapping[str, Any] = MappingProxyType(_check_voice(message.voice_settings))
        """Checked voice settings by wire name; what the client left out is missing."""
        self.schedule: Sequence[int] | None = _check_schedule(message.generation_config)
        """The checked ``chunk_length_schedule``, or None where it was not sent."""
        # Not the whole message, which may be large: only what later ones are compared with.
        self._settled = {name: _known(getattr(message, name), name) for name in _KNOWN}

    def require_unchanged(self, message: ClientMessage) -> None:
        """Refuse a change, in the words of ElevenLabs (pipecat#4541).

        Raises
        ------
        ServerError
            If the message sets anything to what the first message did not.
        """
        for name, settled in self._settled.items():
            later = _known(getattr(message, name), name)
            if later and later != settled:
                raise _invalid(
                    f"{name} field must be provided in the first message and then either be not "
                    "provided or not change."
                )


def _check_voice(values: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the known voice settings, checked against their declared ranges."""
    checked: dict[str, Any] = {}
    for wire, value in _set_values(values).items():
        declared = VOICE_SETTINGS.get(wire)
        if declared is None:
            continue  # a setting of another model, clone_strength say
        if isinstance(value, bool) and declared.kind is Kind.NUMBER:
            value = float(value)  # ElevenLabs' older examples send "similarity_boost": true
        try:
            checked[wire] = declared.check(value)
        except ValueError as fault:
            raise _invalid(f"voice_settings.{wire} {fault}.") from None
    return checked


def _check_schedule(values: Mapping[str, Any] | None) -> Sequence[int] | None:
    schedule = _set_values(values).get(_SCHEDULE.wire)
    if schedule is None:
        return None
    if isinstance(schedule, list):
        schedule = [*map(whole_number, schedule)]
    try:
        checked: Sequence[int] = _SCHEDULE.check(schedule)
    except ValueError as fault:
        raise _invalid(f"generation_config.{_SCHEDULE.wire} {fault}.") from None
    return checked


def _set_values(values: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the values that are set: null means "not set", as the official SDK sends it."""
    return {name: value for name, value in (values or {}).items() if value is not None}


def _known(values: Mapping[str, Any] | None, name: str) -> dict[str, Any]:
    """Return the values that are set, of known settings only."""
    return {wire: value for wire, value in _set_values(values).items() if wire in _KNOWN[name]}


def _invalid(message: str) -> ServerError:
    return ServerError(message, error="invalid_settings", code=POLICY_VIOLATION)
