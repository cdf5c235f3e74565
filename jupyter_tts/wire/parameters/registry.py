"""All parameters in the order in which a user meets them, their look-up and their check."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from typing import Any

from ..errors import ParameterError
from ..hosts import server_fault
from ..secrets import is_secret_name
from . import address, local, message, query
from .schema import Parameter, Place

__all__ = ["PARAMETERS", "check_parameters", "name_fault", "parameter"]

PARAMETERS: tuple[Parameter, ...] = (
    address.VOICE,
    query.MODEL,
    query.LATENCY,
    message.STABILITY,
    message.SIMILARITY,
    message.STYLE,
    message.SPEED,
    message.SPEAKER_BOOST,
    query.LANGUAGE,
    query.FORMAT,
    query.AUTO_MODE,
    message.SCHEDULE,
    query.NORMALIZE,
    query.SEED,
    query.SYNC_ALIGNMENT,
    query.SSML,
    query.INACTIVITY_TIMEOUT,
    query.LOGGING,
    query.PVC_AS_IVC,
    message.PRONUNCIATION,
    local.PRONOUNCE,
    local.READ,
    local.READ_CODE,
    local.LEVERS,
    local.WARM,
    local.CACHE,
    address.MULTI,
    address.TRANSPORT,
    address.SERVER,
)

_BY_NAME = {declared.name: declared for declared in PARAMETERS}


def parameter(name: str) -> Parameter:
    """Return the parameter of this keyword name.

    Raises
    ------
    KeyError
        If there is none.
    """
    return _BY_NAME[name]


def check_parameters(values: Mapping[str, object]) -> dict[str, Any]:
    """Return checked values by keyword name; None stands for "not set" and is left out.

    Raises
    ------
    ParameterError
        With every fault at once, each with the accepted range or the nearest name.
    """
    checked: dict[str, Any] = {}
    faults: list[str] = []
    for name, value in values.items():
        declared = _BY_NAME.get(name)
        if declared is None:
            faults.append(_unknown(name))
        elif value is not None:
            try:
                checked[name] = declared.check(value)
            except ValueError as fault:
                faults.append(f"{name} {fault}")
    if "server" in checked and (wrong := server_fault(checked["server"])):
        faults.append(wrong)
    if faults:
        raise ParameterError(faults)
    return checked


def name_fault(name: str, write: Callable[[Parameter], str], noun: str = "parameter") -> str:
    """Say what a name is called here that the protocol or another client has; "" where none has.

    Parameters
    ----------
    name : str
        One that is not known here, such as ``"optimize_streaming_latency"`` or ``"modelId"``.
    write : callable
        Returns how a parameter is written here.
    noun : str, optional
        What such a name is here: an option, say.
    """
    plain = _plain(name)
    for declared in PARAMETERS:
        if plain and plain in (_plain(declared.name), _plain(declared.wire)):
            return f"{name} is called {write(declared)} here"
    if plain in _OBJECTS:
        inside = [write(declared) for declared in PARAMETERS if declared.place is _OBJECTS[plain]]
        return f"{name} is no {noun} here: use {', '.join(inside)}"
    if is_secret_name(name):
        return f"{name} is no {noun} here: set ELEVENLABS_API_KEY, or run %tts_key"
    return ""


def _plain(name: str) -> str:
    """Return a name without what clients write differently: model_id, model-id, modelId."""
    return name.lower().replace("_", "").replace("-", "")


# Objects of the first message.
_OBJECTS = {_plain(place.value): place for place in (Place.VOICE_SETTINGS, Place.GENERATION_CONFIG)}


def _unknown(name: str) -> str:
    if fault := name_fault(name, lambda declared: declared.name):
        return fault
    near = difflib.get_close_matches(name, _BY_NAME, n=1)
    return f"there is no parameter {name!r}" + (f" (did you mean {near[0]!r}?)" if near else "")
