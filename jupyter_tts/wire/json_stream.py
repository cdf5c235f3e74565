"""Cuts a stream of bytes into the JSON objects that it consists of."""

from __future__ import annotations

import re

__all__ = ["JsonStream"]

_BETWEEN = re.compile(rb"\s*(?:data:\s*)?")
_STRUCTURE = re.compile(rb'["{}]')


class JsonStream:
    """JSON objects one after the other: one a line, or without anything between them.

    Objects may also be server-sent events' data. What is no object is returned up to the end of its
    line, so that its reader refuses it.

    Parameters
    ----------
    most : int
        Bytes that an object may have.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._buffer = bytearray()
        self._at = 0  # up to where the buffer was looked at
        self._depth = 0
        self._in_string = False

    def feed(self, data: bytes) -> list[bytes]:
        """Take bytes, and return the objects that are complete.

        Raises
        ------
        OverflowError
            If an object exceeds the limit.
        """
        self._buffer += data
        objects: list[bytes] = []
        while (end := self._next_end()) is not None:
            objects.append(bytes(self._buffer[:end]))
            del self._buffer[:end]
            self._at = 0
        if len(self._buffer) > self._most:
            raise OverflowError("an object exceeds the limit")
        return objects

    @property
    def rest(self) -> bytes:
        """What has come of an object that is not complete."""
        return bytes(self._buffer).strip()

    def _next_end(self) -> int | None:
        """Return where the object at the beginning ends, None while that has yet to come."""
        buffer = self._buffer
        if not self._depth:
            if between := _BETWEEN.match(buffer)[0]:  # type: ignore[index]  # it always matches
                del buffer[: len(between)]
                self._at = 0
            if not buffer:
                return None
            if buffer[0] != ord("{"):
                line = buffer.find(b"\n", self._at)
                self._at = len(buffer)
                return None if line < 0 else line
            self._depth = self._at = 1
        while self._depth:
            if self._in_string:
                quote = buffer.find(b'"', self._at)
                if quote < 0:
                    self._at = len(buffer)
                    return None
                self._at = quote + 1
                self._in_string = _is_escaped(buffer, quote)
                continue
            mark = _STRUCTURE.search(buffer, self._at)
            if mark is None:
                self._at = len(buffer)
                return None
            self._at = mark.end()
            self._in_string = mark[0] == b'"'
            self._depth += {b"{": 1, b"}": -1}.get(bytes(mark[0]), 0)
        return self._at


def _is_escaped(buffer: bytearray, at: int) -> bool:
    """Whether a quote has an odd number of backslashes before it."""
    first = at
    while first and buffer[first - 1] == ord("\\"):
        first -= 1
    return (at - first) % 2 == 1
