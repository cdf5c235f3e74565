"""Cuts text as it arrives into segments, which are spoken one after the other."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, Literal, get_args

from ...wire.audio_tags import tag_spans, unfinished_tag
from ...wire.pronunciations import slashed_ipa_spans
from ...wire.ssml import unfinished_markup, whole_spans
from ..engines.ssml import Span, inside, spans

__all__ = ["Rank", "Segmenter"]

Rank = Literal["sentence", "clause", "word"]
"""What may end a segment, the best first."""

# try_trigger_generation speaks only above this many characters (ElevenLabs guide to
# multi-context WebSockets: "more than 50 characters accumulated").
_TRIGGER_MINIMUM: Final = 50

# With auto_mode, a message up to this length is one segment; a longer one is cut into sentences
# of at least the shorter length.
_AUTO_WHOLE: Final = 200
_AUTO_MINIMUM: Final = 50

# No segment is longer: it bounds the sound, and so the memory, that one segment makes.
_LONGEST: Final = 1_000

# Where a segment may end, white space included. Text in Han and kana has no spaces, so there a
# sentence or clause ends at its mark, and a word may end between any two characters. A row of marks
# is matched from its first one only: otherwise a row of n without a space would take n² steps.
_BOUNDARY: Final = re.compile(
    r"""
      (?P<sentence>
          (?<![.!?…।؟۔]) [.!?…।؟۔]++ [\"'”’»)\]]* \s+
        | [。！？]+ [”’」』）]* \s*
        | [^\S\n]* \n [^\S\n]* \n \s* )
    | (?P<clause>
          (?<![,;:،؛–—]) [,;:،؛–—]++ [\"'”’»)\]]* \s+
        | [，、；：]+ [”’」』）]* \s* )
    | (?P<word>
          \s+
        | (?<=[\u3040-\u30FF\u3400-\u9FFF]) (?=[\u3040-\u30FF\u3400-\u9FFF]) )
    """,
    re.VERBOSE,
)
_RANKS: Final[tuple[Rank, ...]] = get_args(Rank)

# What counts as a word where a segment must have some: a character of Han or kana does.
_WORD: Final = re.compile(r"[\u3040-\u30FF\u3400-\u9FFF]|[^\s\u3040-\u30FF\u3400-\u9FFF]+")

_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class Segmenter:
    """Buffers text and cuts it into segments, following ElevenLabs' chunk schedule.

    Parameters
    ----------
    schedule
        ``chunk_length_schedule``: the first segment is cut once the first number of characters
        has gathered, the second after the second number of *further* characters, and so on; the
        last number repeats (ElevenLabs WebSocket reference, generation_config). None stands for
        ``auto_mode``, where every message is spoken at once.
    waits_for
        What a segment that has enough characters waits for, until twice as many have gathered:
        the end of a word at least, of a clause, or of a sentence.
    least_words
        How many words must have gathered besides the characters.
    markup
        Whether SSML tags must stay whole.
    tags
        Whether audio tags must stay whole.

    Notes
    -----
    A segment ends at the first sentence end within a window that begins at the threshold and is as
    long again; failing that at the first clause end, failing that at the first word end. The
    rest stays buffered. All segments joined are the text that was added, except that a lone
    surrogate, which is not a character, becomes U+FFFD.
    """

    def __init__(
        self,
        schedule: Sequence[int] | None,
        *,
        waits_for: Rank = "word",
        least_words: int = 0,
        markup: bool = False,
        tags: bool = False,
    ) -> None:
        self._worst = _RANKS.index(waits_for)
        self._least_words = least_words
        self._markup = markup
        self._tags = tags
        self._schedule = None if schedule is None else tuple(schedule)
        self._generated = 0
        self._buffer = ""
        self._start = 0  # the buffer before it has been returned as segments
        self._half = ""  # the first half of a surrogate pair whose second is still to come

    @property
    def buffered_characters(self) -> int:
        """How much text has been added and not yet returned as segments."""
        return len(self._buffer) - self._start

    def add(self, text: str) -> Iterator[str]:
        """Add text and yield the segments it completes, cut one by one on demand.

        The iterator must be exhausted before another method is called.
        """
        self._buffer += self._whole_characters(text)
        return self._due()

    def trigger(self) -> list[str]:
        """Speak the whole words of the buffer if it is above the minimum."""
        if len(self._buffer) <= _TRIGGER_MINIMUM:
            return []
        whole = self._whole(0, len(self._buffer))
        boundaries = (match.end() for match in _BOUNDARY.finditer(self._buffer))
        ends = [end for end in boundaries if inside(end, whole) is None]
        return self._take(ends[-1]) if ends and self._buffer[: ends[-1]].strip() else []

    def flush(self) -> list[str]:
        """Speak the buffer. White space alone is not spoken; it stays for what follows."""
        return self._take(len(self._buffer)) if self._buffer.strip() else []

    def finish(self) -> list[str]:
        """End the text: return all that is left, even white space."""
        self._buffer += "\ufffd" if self._half else ""
        self._half = ""
        return self._take(len(self._buffer)) if self._buffer else []

    def _due(self) -> Iterator[str]:
        while (end := self._next_end(self._start)) is not None:
            segment = self._buffer[self._start : end]
            self._generated += 1
            self._start = end
            yield segment
        self._buffer, self._start = self._buffer[self._start :], 0

    def _next_end(self, start: int) -> int | None:
        """Where the segment that begins at `start` ends, or None if it is to wait."""
        length = len(self._buffer) - start
        if self._schedule is not None:
            threshold = self._schedule[min(self._generated, len(self._schedule) - 1)]
            if length < threshold or not self._has_words(start):
                return None
            worst = self._worst if length < 2 * threshold else len(_RANKS)
            return self._cut(start, threshold, 2 * threshold, _RANKS[: worst + 1])
        if length > _AUTO_WHOLE:
            end = self._cut(start, _AUTO_MINIMUM, _AUTO_MINIMUM + _AUTO_WHOLE)
            return len(self._buffer) if end is None else end
        return len(self._buffer) if self._buffer[start:].strip() else None

    def _cut(
        self, start: int, minimum: int, preferred: int, ranks: Sequence[Rank] = _RANKS
    ) -> int | None:
        """Return the best place to end the segment at `start`, or None.

        It has at least `minimum` characters, and up to `preferred` for a better place, of one of
        the `ranks`. Only as much text counts as a segment may hold; text without any boundary is
        cut there.
        """
        text, longest = self._buffer, start + _LONGEST
        stop = min(longest, len(text))
        whole = self._whole(start, min(stop + _LONGEST, len(text)))
        first: dict[str, int] = {}
        for match in _BOUNDARY.finditer(text, start, stop):
            rank, end = str(match.lastgroup), match.end()
            if end < start + minimum or inside(end, whole) or not text[start:end].strip():
                continue
            if end > start + preferred and first:
                break
            first.setdefault(rank, end)
        for rank in ranks:
            if rank in first:
                return first[rank]
        return _between_graphemes(text, longest) if len(text) >= longest else None

    def _has_words(self, start: int) -> bool:
        """Whether the segment at `start` has words enough, or is too long to wait for them."""
        end = start + _LONGEST
        if not self._least_words or len(self._buffer) >= end:
            return True
        words = _WORD.finditer(self._buffer, start, end)
        return sum(1 for _ in islice(words, self._least_words)) == self._least_words

    def _whole(self, start: int, stop: int) -> list[Span]:
        """Return what of the buffer must stay whole; what may go on is longer than the buffer."""
        at_end = stop == len(self._buffer)
        whole = spans(self._buffer, start, stop) if self._markup else []
        if self._markup:
            whole += whole_spans(self._buffer, start, stop)
            unfinished = unfinished_markup(self._buffer, start) if at_end else None
            whole += [(unfinished, stop + 1)] if unfinished is not None else []
        if self._tags:
            whole += tag_spans(self._buffer, start, stop)
            whole += slashed_ipa_spans(self._buffer, start, stop)
            unfinished = unfinished_tag(self._buffer, start) if at_end else None
            if unfinished is not None:
                whole.append((unfinished, stop + 1))
        return whole

    def _take(self, end: int) -> list[str]:
        segment, self._buffer = self._buffer[:end], self._buffer[end:]
        self._generated += 1
        return [segment]

    def _whole_characters(self, text: str) -> str:
        """Join surrogate pairs that were sent in two halves, and replace single halves."""
        text = self._half + text
        self._half = ""
        if _SURROGATE.search(text) is None:
            return text
        if "\ud800" <= text[-1] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _between_graphemes(text: str, index: int) -> int:
    """Move a cut back so that a mark stays with its letter and a joined emoji stays whole."""
    for cut in range(index, index - 32, -1):
        if cut == len(text):
            return cut
        if not (unicodedata.category(text[cut])[0] == "M" or "\u200d" in text[cut - 1 : cut + 1]):
            return cut
    return index
