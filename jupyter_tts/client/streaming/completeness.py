"""Whether a server that ends in order has spoken all of the text that it was sent."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..speech.markup import Markup
from ..speech.string_alignment import is_letter, is_speakable
from .account import ROUNDING, Account

__all__ = ["WORD", "Brought", "Completeness"]

# The part of the sound of an unspoken rest that has to be there for it to be spoken after all.
ENOUGH = 0.4
# The part of what was told that has to have sounded when the server says that it has finished: it
# may tell times that are up to a third too long.
SOUNDED = 0.7
# Seconds for a character above which times are taken for wrong, rather than sound for missing.
SLOWEST = 0.12

WORD = 0.05
"""Seconds of sound without times that hold a word."""

_BRACKETS = re.compile(r"<[^<>]*>|\[[^\[\]]*\]")


@dataclass(frozen=True, slots=True)
class Brought:
    """What one socket has brought of a text.

    Attributes
    ----------
    account : Account
        Of what it told.
    markup : Markup
        Of the text.
    start, stop : int
        Where its part of the text begins and ends.
    seconds : float
        Of sound.
    encoded : int
        Bytes of sound, as they came.
    """

    account: Account
    markup: Markup
    start: int
    stop: int
    seconds: float
    encoded: int

    @property
    def has_speakable_text(self) -> bool:
        """Whether its part of the text has anything to speak."""
        return any(map(is_speakable, self._text(self.start, self.stop)))

    @property
    def all_told(self) -> bool:
        """Whether the times of all of the text were told, and their sound has come."""
        mark = self.account.mark(self.seconds)
        if mark.told or self.account.told_end > self.seconds + ROUNDING:
            return False
        return not self._text(mark.position, self.stop).strip()

    @property
    def tells_letters(self) -> bool:
        """Whether times of letters were told."""
        return any(map(is_letter, self._text(self.start, self.account.tip)))

    @property
    def untold(self) -> str:
        """The text behind what was told."""
        return self._text(self.account.tip, self.stop)

    def _text(self, start: int, stop: int) -> str:
        return self.markup.bare.slice(start, stop)


class Completeness:
    """Judges the ends of a stream's sockets; it believes a server that says the same twice."""

    def __init__(self) -> None:
        self._silent_end = False  # a socket before has ended in order, and without a sound
        self._ended_at: int | None = None  # where a socket began that ended before the text did
        # Where a socket began that only closed, and how many seconds of sound it had brought.
        self._closed_at: tuple[int, float] | None = None

    def is_cut_short(self, brought: Brought, *, final: bool) -> bool:
        """Whether a socket that has ended in order leaves out some of the text, or its sound.

        Parameters
        ----------
        brought : Brought
        final : bool
            Whether the server said that it has finished, and not merely closed.
        """
        if not brought.seconds:
            return self._is_silent_too_soon(brought, final=final)
        if not brought.account.timed:
            return not (final or self._closes_as_before(brought))
        if final:
            return self._leaves_out(brought)
        return not brought.all_told

    def _is_silent_too_soon(self, brought: Brought, *, final: bool) -> bool:
        """Whether a socket that has ended without a sound is not to be believed."""
        again, self._silent_end = self._silent_end, True
        signs_alone = not brought.has_speakable_text
        if signs_alone and final:
            return False
        if brought.account.told_end > WORD and not brought.encoded and brought.tells_letters:
            return True  # it tells when they sound, and does not send that
        # A close without isFinal may be a failure. Bytes that decode to nothing are a wrong format,
        # which the receiver reports.
        believed = final or signs_alone or brought.encoded > 0
        return not (again and believed)

    def _closes_as_before(self, brought: Brought) -> bool:
        """Whether a server that never says it has finished has brought the same sound once more."""
        begin, seconds = self._closed_at or (None, 0.0)
        self._closed_at = brought.start, brought.seconds
        return begin == brought.start and brought.seconds <= seconds + WORD

    def _leaves_out(self, brought: Brought) -> bool:
        """Whether a server that says it has finished certainly leaves out some of the text.

        It is believed where its times may be at fault, and where it says so for the second time.
        """
        account = brought.account
        letters = max(1, account.tip - brought.start)
        if brought.seconds < SOUNDED * account.end and account.end < SLOWEST * letters:
            return True
        left = brought.untold
        speakable = sum(map(is_speakable, left))
        needed = ENOUGH * account.pace * speakable
        explained = (
            self._ended_at == brought.start
            or speakable <= 2 * account.unplaced  # it told something else, which may be this
            or brought.seconds - account.told_end >= needed
            or account.untold(0.0, brought.seconds) >= needed
            or _is_markup(left)
        )
        self._ended_at = brought.start
        return not explained


def _is_markup(text: str) -> bool:
    """Whether a rest of a text is in brackets, which a server that ends in order may leave out."""
    return not any(map(is_speakable, _BRACKETS.sub("", text)))
