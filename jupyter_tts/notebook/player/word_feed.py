"""The words of a speech on their way to its player, with the sound or after it."""

from __future__ import annotations

from typing import Any

from ...client.speech.speech import Speech
from ...client.speech.word_positions import default_gap
from ...wire.alignment import Word

__all__ = ["WordFeed"]


class WordFeed:
    """Numbers the words and remembers with which message each travelled.

    A message's ``words`` are ``{"first": n, "list": [[gap, text, start, end], ...]}``: the number
    of the first one, the text between each and the one before (None where the text does not hold
    the word as the server wrote it), and when it sounds, in seconds.

    Parameters
    ----------
    speech : Speech
    """

    def __init__(self, speech: Speech) -> None:
        self._speech = speech
        self._told: list[list[Any]] = []
        self._ends: list[int] = []  # how many had been told after each message of sound
        self._text = speech.text
        self._reached = 0  # where in it the last word ends that has a place

    def next(self) -> None:
        """Let the words that are new travel with the next message of sound."""
        self._take()
        self._ends.append(len(self._told))

    def of(self, seq: int) -> dict[str, Any]:
        """Return the field of a message of sound: nothing if it brings no words."""
        return self._field(self._ends[seq - 1] if seq else 0, self._ends[seq])

    def rest(self) -> dict[str, Any]:
        """Return the field of what follows the sound."""
        self._take()
        return self._field(self._ends[-1] if self._ends else 0, len(self._told))

    def retold(self) -> dict[str, Any]:
        """Return the field with every word told so far, if the text has become known since."""
        if self._text == self._speech.text:
            return {}
        self._text, self._reached = self._speech.text, 0
        for word, entry in zip(self._speech.words, self._told, strict=False):
            entry[0] = self._gap(word)
        return self._field(0, len(self._told))

    def _field(self, first: int, stop: int) -> dict[str, Any]:
        return {"words": {"first": first, "list": self._told[first:stop]}} if stop > first else {}

    def _take(self) -> None:
        for word in self._speech.words_after(len(self._told)):
            times = round(word.start, 3), round(word.end, 3)
            self._told.append([self._gap(word), word.text, *times])

    def _gap(self, word: Word) -> str | None:
        if not self._text:
            return default_gap(self._told[-1][1] if self._told else "", word.text)
        if word.span is None:
            return None
        start, stop = word.span
        gap, self._reached = self._text[self._reached : start], stop
        return gap
