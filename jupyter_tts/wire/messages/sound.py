"""A message with sound, read without having JSON go over the sound, which is nearly all of it."""

from __future__ import annotations

import functools
import os
import re
from typing import Any, Final

import pybase64

from .fields import read_object

__all__ = ["read_message"]

# A key, wherever it stands: the quotes of a text inside a message are escaped, and base64 has none.
_SOUND: Final = re.compile(rb'"(audio(?:_base64)?)"\s*:\s*"')
# What stands for the sound while the rest is read: nothing that a server can send but by chance.
_TAKEN: Final = os.urandom(16).hex()
# Characters of a message without times and sound, at most: one stream's are all alike.
_SHORT: Final = 200

_read_short = functools.lru_cache(maxsize=64)(read_object)


def read_message(frame: str | bytes) -> dict[str, Any]:
    """Return the JSON object of a frame; its sound is decoded to bytes where that is simple.

    Where it is not, the sound is the text that it is in the frame.

    Raises
    ------
    ProtocolError
        If the frame is not a JSON object.
    """
    if isinstance(frame, str) or frame[:1] != b"{" or (found := _SOUND.search(frame)) is None:
        return read_object(frame)
    start, stop = found.end(), frame.find(b'"', found.end())
    try:
        sound = pybase64.b64decode(memoryview(frame)[start:stop], validate=True)
        before, behind = frame[:start].decode(), frame[stop:].decode()
    except ValueError:  # escaped, cut off, no sound, or no UTF-8
        return read_object(frame)
    rest = f"{before}{_TAKEN}{behind}"
    data = {**_read_short(rest)} if len(rest) <= _SHORT else read_object(rest)
    name = found[1].decode()
    if data.get(name) != _TAKEN:  # inside another object, or there twice
        return read_object(frame)
    data[name] = sound
    return data
