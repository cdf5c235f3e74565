"""A sound that can be foretold: every character is a short tone of its own."""

from __future__ import annotations

import array

__all__ = ["RATE", "sound"]

RATE = 24_000  # Hz
_TONE = 480  # samples


def sound(voice: str, text: str) -> bytes:
    """Return what a voice makes of a text, s16le mono: its words, and its own name after each.

    Two texts one after the other sound as they do together.
    """
    samples = array.array("h")
    for character in "".join(word + voice for word in text.split()):
        height, period = 1_000 + ord(character) % 9_000, 2 + ord(character) % 20
        samples.extend(height if number // period % 2 else -height for number in range(_TONE))
    return samples.tobytes()
