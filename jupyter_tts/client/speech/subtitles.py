"""Words and their times as subtitles: WebVTT and SubRip."""

from __future__ import annotations

import bisect
import dataclasses
import itertools
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from ...wire.alignment import Word
from .turns import Turn
from .word_positions import default_gap, shown_words

__all__ = ["Cue", "CueWord", "make_cues", "srt", "webvtt"]

# What subtitles are usually held to (BBC and Netflix guidelines for timed text); a Han character
# takes two columns.
COLUMNS: Final = 42
LINES: Final = 2
SHORTEST: Final = 1_000  # ms
LONGEST: Final = 7_000  # ms

# What a cue costs; the cheapest division is taken. One for each sentence, unless it is too short
# to be read.
_EACH: Final = 3.0
_SENTENCE_WITHIN: Final = 4.0
_PARAGRAPH_WITHIN: Final = 12.0
_CUT_AT_CLAUSE: Final = 3.0
_CUT_AT_PAUSE: Final = 4.0
_CUT_ANYWHERE: Final = 10.0
_TOO_SHORT: Final = 40.0
_PAUSE: Final = 250  # ms

_SENTENCE_ENDS: Final = frozenset(".!?…。！？")
_CLAUSE_ENDS: Final = frozenset(",;:–—、，；：") | _SENTENCE_ENDS

# A title, an initial, "e.g.": its full stop ends nothing.
_ABBREVIATED: Final = re.compile(r"\W*(?:Dr|Mr|Mrs|Ms|Prof|St|(?:[^\W\d_]\.)*[^\W\d_])\.")


@dataclass(frozen=True, slots=True)
class CueWord:
    """A word in a cue.

    Attributes
    ----------
    text : str
    start, end : int
        Milliseconds.
    before : str
        The white space between it and the word before, as written; "" between Han characters.
    turn : int
        The number of the speaker's turn; 0 where one speaks alone.
    paused : bool
        Whether there is a break in the text before it.
    """

    text: str
    start: int
    end: int
    before: str
    turn: int = 0
    paused: bool = False

    @property
    def width(self) -> int:
        """Columns it takes."""
        return sum(map(_width, self.text))


@dataclass(frozen=True, slots=True)
class Cue:
    """What is shown at one time.

    Attributes
    ----------
    start, end : int
        Milliseconds.
    lines : tuple of tuple of CueWord
        One or two, none of them empty.
    speaker : str
        Who speaks, where several do; "" where one speaks alone.
    is_named : bool
        Whether another spoke before, so that the name is worth a word.
    """

    start: int
    end: int
    lines: tuple[tuple[CueWord, ...], ...]
    speaker: str = ""
    is_named: bool = False


def make_cues(
    text: str, words: Iterable[Word], turns: Sequence[Turn] = (), pauses: Sequence[int] = ()
) -> tuple[Cue, ...]:
    """Divide words into cues.

    A cue has at most two lines of 42 columns, and lasts from 1 to 7 s, but never into the next
    one; a word that is longer has a line, or a cue, of its own. It ends with a sentence, a clause
    or a pause where it can.

    Parameters
    ----------
    text : str
        What was spoken, which tells whether there is white space between two words.
    words : iterable of Word
        In their order.
    turns : sequence of Turn, optional
        Who speaks what, where several do; a cue has the words of one.
    pauses : sequence of int, optional
        Where in the text there are breaks: a cue ends before each, and the next begins after it.

    Returns
    -------
    tuple of Cue
        In order; they do not overlap, and together have every word once.
    """
    timed = _timed(text, words, turns, pauses)
    cues: list[Cue] = []
    for first, stop in itertools.pairwise(_division(timed)):
        start = max(timed[first].start, cues[-1].end if cues else 0)
        end = max(timed[stop - 1].end, start + SHORTEST)
        if stop < len(timed):
            end = min(end, timed[stop - 1].end if timed[stop].paused else timed[stop].start)
        # Words for which a server sends one and the same time still get a moment each.
        speaker = turns[timed[first].turn].speaker if turns else ""
        is_named = bool(turns) and not (cues and cues[-1].speaker == speaker)
        lines = _lines(timed[first:stop])
        cues.append(Cue(start, max(end, start + 1), lines, speaker, is_named))
    return tuple(cues)


def webvtt(cues: Sequence[Cue]) -> str:
    """Return cues as WebVTT, with the time of each word and the speaker of each cue.

    W3C WebVTT, timestamp tags and voice spans.
    """
    blocks = [
        f"{_clock(cue.start, '.')} --> {_clock(cue.end, '.')}\n"
        f"{f'<v {_escaped(cue.speaker)}>' if cue.speaker else ''}{_karaoke(cue)}\n"
        for cue in cues
    ]
    return "\n".join(["WEBVTT\n", *blocks])


def srt(cues: Sequence[Cue]) -> str:
    """Return cues as SubRip, which has no escapes: the text stands as it is.

    A speaker is named where another spoke before.
    """
    blocks = []
    for number, cue in enumerate(cues, start=1):
        text = "\n".join(_line([(word, word.text) for word in line]) for line in cue.lines)
        text = f"{cue.speaker}: {text}" if cue.is_named else text
        blocks.append(f"{number}\n{_clock(cue.start, ',')} --> {_clock(cue.end, ',')}\n{text}\n")
    return "\n".join(blocks)


def _timed(
    text: str, words: Iterable[Word], turns: Sequence[Turn], pauses: Sequence[int]
) -> list[CueWord]:
    """Return words as the text has them, in milliseconds, with the white space before each."""
    timed: list[CueWord] = []
    starts = [turn.start for turn in turns]
    turn = reached = 0
    for gap, word in shown_words(text, words):
        if gap is None:
            gap = default_gap(timed[-1].text if timed else "", word.text)
        before = "".join(filter(str.isspace, gap))
        if gap and not before and timed:
            # Of "well-known" a server may tell two words.
            timed[-1] = dataclasses.replace(timed[-1], text=timed[-1].text + gap)
        if word.span is not None:
            turn = max(turn, bisect.bisect_right(starts, word.span[0]) - 1)
        breaks = 0 if word.span is None else bisect.bisect_right(pauses, word.span[0])
        paused, reached = bool(timed) and breaks > reached, max(reached, breaks)
        start = round(1_000 * word.start)
        shown = " ".join(word.text.split())
        end = max(start, round(1_000 * word.end))
        timed.append(CueWord(shown, start, end, before, turn, paused))
    return timed


def _division(words: Sequence[CueWord]) -> list[int]:
    """Return where the cues of the cheapest division begin, and the end: 0, ..., len(words)."""
    widths = [0, *itertools.accumulate(word.width for word in words)]
    spaces = [0, *itertools.accumulate(bool(word.before) for word in words)]

    def columns(first: int, stop: int) -> int:
        return widths[stop] - widths[first] + spaces[stop] - spaces[first + 1]

    def line_end(first: int) -> int:
        stop = min(first + 1, len(words))
        while stop < len(words) and columns(first, stop + 1) <= COLUMNS:
            stop += 1
        return stop

    held = [_held_together(words, at) for at in range(len(words))]
    cut = [_cut(words, at) for at in range(len(words))] + [0.0]
    cost = [0.0] + [math.inf] * len(words)
    begin = [0] * (len(words) + 1)
    for first in range(len(words)):
        within = 0.0
        for stop in range(first + 1, line_end(line_end(first)) + 1):
            if stop - first > 1:
                if words[stop - 1].end - words[first].start > LONGEST:
                    break
                within += held[stop - 1]
            empty = 1 - columns(first, stop) / (LINES * COLUMNS)
            total = cost[first] + _EACH + within + empty**2 + cut[stop]
            total += _TOO_SHORT * _missing(words, first, stop)
            if total < cost[stop]:
                cost[stop], begin[stop] = total, first
    starts = [len(words)]
    while starts[-1]:
        starts.append(begin[starts[-1]])
    return starts[::-1]


def _missing(words: Sequence[CueWord], first: int, stop: int) -> float:
    """Return how much of the shortest time a cue cannot be shown, from 0 to 1."""
    if stop == len(words):
        return 0.0
    shown = max(words[stop - 1].end, words[stop].start) - words[first].start
    return max(0.0, 1 - shown / SHORTEST)


def _held_together(words: Sequence[CueWord], at: int) -> float:
    """Return what it costs that no cue ends before a word."""
    if at and (words[at].turn != words[at - 1].turn or words[at].paused):
        return math.inf
    if _ends_paragraph(words, at):
        return _PARAGRAPH_WITHIN
    return _SENTENCE_WITHIN if at and _ends_sentence(words, at) else 0.0


def _cut(words: Sequence[CueWord], at: int) -> float:
    """Return what it costs that a cue ends before a word."""
    if (
        not at
        or words[at].paused
        or words[at].turn != words[at - 1].turn
        or _ends_paragraph(words, at)
        or _ends_sentence(words, at)
    ):
        return 0.0
    last = words[at - 1]
    if _ends_with(last.text, _CLAUSE_ENDS) and not _ABBREVIATED.fullmatch(last.text):
        return _CUT_AT_CLAUSE
    return _CUT_AT_PAUSE if words[at].start - last.end >= _PAUSE else _CUT_ANYWHERE


def _ends_paragraph(words: Sequence[CueWord], at: int) -> bool:
    return words[at].before.count("\n") > 1


def _ends_sentence(words: Sequence[CueWord], at: int) -> bool:
    """Whether a sentence ends before a word: not at "Dr.", nor before a small letter."""
    last = words[at - 1].text
    if words[at].text[:1].islower() or _ABBREVIATED.fullmatch(last):
        return False
    return _ends_with(last, _SENTENCE_ENDS)


def _ends_with(text: str, ends: frozenset[str]) -> bool:
    """Whether a word ends with one of these, in or out of quotes and brackets."""
    return next((mark for mark in reversed(text) if not _closes(mark)), "") in ends


def _closes(mark: str) -> bool:
    return mark in "\"'" or unicodedata.category(mark) in ("Pe", "Pf", "Pi")


def _lines(words: Sequence[CueWord]) -> tuple[tuple[CueWord, ...], ...]:
    """Divide a cue into lines: one if it fits, else two that are as even as may be."""
    if len(words) == 1 or _columns(words) <= COLUMNS:
        return (tuple(words),)

    def unevenness(at: int) -> tuple[bool, float]:
        upper, lower = _columns(words[:at]), _columns(words[at:])
        # A clause is kept together at the price of some raggedness.
        bonus = 10 if _ends_with(words[at - 1].text, _CLAUSE_ENDS) else 0
        return max(upper, lower) > COLUMNS, abs(upper - lower) - bonus

    at = min(range(1, len(words)), key=unevenness)
    return tuple(words[:at]), tuple(words[at:])


def _columns(words: Sequence[CueWord]) -> int:
    return sum(word.width for word in words) + sum(bool(word.before) for word in words[1:])


def _width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _karaoke(cue: Cue) -> str:
    """Return a cue's text with the time before each word at which it begins."""
    reached = cue.start

    def marked(word: CueWord) -> str:
        nonlocal reached
        text = _escaped(word.text)
        if not reached < word.start < cue.end:
            return text  # the standard wants them to rise, and within the cue
        reached = word.start
        return f"<{_clock(word.start, '.')}>{text}"

    return "\n".join(_line([(word, marked(word)) for word in line]) for line in cue.lines)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _line(words: Sequence[tuple[CueWord, str]]) -> str:
    """Join the words of a line, as they are to be written."""
    return "".join(
        (" " if number and word.before else "") + text for number, (word, text) in enumerate(words)
    )


def _clock(milliseconds: int, point: str) -> str:
    seconds, rest = divmod(milliseconds, 1_000)
    return f"{seconds // 3_600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{rest:03}"
