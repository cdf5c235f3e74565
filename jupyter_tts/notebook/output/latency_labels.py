"""The words over a picture of the latency, none on top of another."""

from __future__ import annotations

from html import escape

from .latency_moments import Axis, Moments
from .latency_words import short_time

__all__ = ["labelled", "moment_labels", "text_at"]

# Pixels: a character at the size used here, and the narrowest drawing that is to be legible.
CHARACTER = 5.4
NARROWEST = 330


def labelled(moments: Moments) -> list[tuple[float, str]]:
    """Return the moments of the start and their names, in order."""
    byte, sound = moments.first_byte, moments.first_sound
    if byte is not None and sound is not None and short_time(byte) == short_time(sound):
        byte = None
    named = ((byte, "first byte"), (sound, "first sound"))
    labels = [(at, f"{name} {short_time(at)}") for at, name in named if at is not None and at >= 0]
    if moments.timeline.warm:
        return [(0.0, "warm connection"), *labels]
    if moments.connected is None:
        return labels
    return [(moments.connected, f"connected {short_time(moments.connected)}"), *labels]


def moment_labels(moments: Moments, axis: Axis) -> str:
    """Return the names over the moments; those too close to stand apart stand together."""
    labels = _Labels()
    for at, name in labelled(moments):
        if not labels.add(axis.percent(at), name):
            labels.join(name)
    later = [(at, "reconnected") for at in moments.reconnects]
    later += [(at, f"level {level}") for at, level in moments.levels]
    for at, name in sorted(later):
        if axis.holds(at):
            labels.add(axis.percent(at), name)
    return "".join(text_at(place, 9, name) for place, name in labels.placed)


class _Labels:
    """Words in one line, from left to right; places and widths are in percent."""

    def __init__(self) -> None:
        self.placed: list[tuple[float, str]] = []
        self._end = 0.0

    def add(self, place: float, name: str) -> bool:
        """Put a label at a place, or left of it at the end of the line; False if it is taken."""
        place = max(0.0, min(place, 100 - _width(name)))
        if place < self._end:
            return False
        self.placed.append((place, name))
        self._end = place + _width(name)
        return True

    def join(self, name: str) -> None:
        """Add a label to the last one, and that to those before it as far as room is short."""
        while self.placed:
            place, before = self.placed.pop()
            name = f"{before} · {name}"
            self._end = max((at + _width(words) for at, words in self.placed), default=0.0)
            if self.add(place, name):
                return


def _width(name: str) -> float:
    """Return how wide a label is, in percent of the narrowest drawing."""
    return 100 * CHARACTER * (len(name) + 2) / NARROWEST


def text_at(x: float, y: int, words: str, anchor: str = "") -> str:
    """Return words at a place in percent of the width, and pixels from the top."""
    side = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{x:g}%" y="{y}"{side}>{escape(words)}</text>'
