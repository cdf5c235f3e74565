"""The fields of a JSON message, by any of their names and of the right type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import ProtocolError
from ..foreign_json import read_json

__all__ = ["first_of", "mapping_of", "read_object", "string_of"]


def read_object(frame: str | bytes) -> dict[str, Any]:
    """Return the JSON object of a frame.

    Raises
    ------
    ProtocolError
        If the frame is not a JSON object.
    """
    try:
        data = read_json(frame)
    except ValueError:
        raise ProtocolError("A frame was not valid JSON.") from None
    if not isinstance(data, dict):
        raise ProtocolError("A frame was not a JSON object.")
    return data


def first_of(data: Mapping[str, Any], *names: str) -> Any:
    """Return the first value that is present and not null."""
    for name in names:
        if (value := data.get(name)) is not None:
            return value
    return None


def string_of(data: Mapping[str, Any], *names: str) -> str | None:
    """Return the first value that is present, None where that is not a string."""
    value = first_of(data, *names)
    return value if isinstance(value, str) else None


def mapping_of(data: Mapping[str, Any], *names: str) -> Mapping[str, Any] | None:
    """Return the first value that is present.

    Raises
    ------
    ProtocolError
        If it is not an object.
    """
    value = first_of(data, *names)
    if value is not None and not isinstance(value, dict):
        raise ProtocolError(f'"{names[0]}" must be an object.')
    return value
