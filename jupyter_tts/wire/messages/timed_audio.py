"""What a server answers with over HTTP, with times: JSON objects one after the other.

Each has ``audio_base64``, and times in seconds (ElevenLabs HTTP reference, stream with timestamps).
"""

from __future__ import annotations

import math
from typing import Any

from .fields import first_of
from .server import ServerMessage, message_of
from .sound import read_message

__all__ = ["decode_timed_audio"]


def decode_timed_audio(frame: str | bytes, half: str = "") -> ServerMessage:
    """Read one object of an answer.

    Parameters
    ----------
    frame : str or bytes
    half : str, optional
        The `Alignment.half` of the object before.

    Raises
    ------
    ProtocolError
        If it is not a JSON object, or its audio is not base64. Malformed times are dropped.
    """
    data = read_message(frame)
    as_sent = data.get("alignment")
    as_spoken = first_of(data, "normalized_alignment", "normalizedAlignment")
    sent = _in_milliseconds(as_sent)
    spoken = sent if as_spoken == as_sent else _in_milliseconds(as_spoken)
    audio = first_of(data, "audio_base64", "audio")
    times = {"alignment": sent, "normalized_alignment": spoken}
    return message_of({**data, **times, "audio": audio}, half)


def _in_milliseconds(times: object) -> object:
    """Return times as a WebSocket has them; as they are where they are not times in seconds."""
    if not isinstance(times, dict):
        return times
    starts = times.get("character_start_times_seconds")
    ends = times.get("character_end_times_seconds")
    if not isinstance(starts, list) or not isinstance(ends, list) or len(starts) != len(ends):
        return times
    if not all(map(_is_time, starts)) or not all(map(_is_time, ends)):
        return None
    begins = [round(1000 * start) for start in starts]
    return {
        "chars": times.get("characters"),
        "charStartTimesMs": begins,
        "charDurationsMs": [
            round(1000 * end) - begin for begin, end in zip(begins, ends, strict=True)
        ],
    }


def _is_time(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)
