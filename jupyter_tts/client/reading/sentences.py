"""Where sentences end in a text that is still being made.

What ends a sentence, in which language, and which full stops belong to an abbreviation, a number
or an address, is known to ``sentencex``. It cuts a whole text; here the question is another one:
has the sentence ended, if nothing should follow for a while? Each answer looks at the last
:data:`CONTEXT` characters only, so that it costs the same however long the text grows, and it
depends on the text alone, not on the tokens in which it came.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable
from enum import Enum
from typing import cast

__all__ = ["CONTEXT", "Ending", "ending", "last_sentence"]

# Characters that decide how a text ends: a line or two, far more than the longest abbreviation.
CONTEXT = 200

# What is tried behind a text: a name, which can follow a title, an abbreviation or a number in
# the same sentence. If it is taken for a new sentence, the one before has ended.
_NAME = " Xx"

# Words whose full stop more text may take for its own, as long as not even white space has come:
# 3.|14, a.b/c.|html, p.m.
_MAY_GO_ON = re.compile(r".*\d\.|.+[./@].+\.")
# Words whose full stop may not end a sentence whatever comes, in any language: J. (R. R. Tolkien).
_INITIAL = re.compile(r"(?:.*\W)?[^\W\d_]\.")
# The same of lines: 1. (of a list).
_MARKER = re.compile(r"\s*\d+\.")

_PARAGRAPH = re.compile(r"\n\s*\n")
_STOPS = frozenset(".!?…។")
_PAUSES = frozenset(",;:،؛–—")  # at the end of a clause if white space follows: not in 12:30
_WIDE_PAUSES = frozenset("，、；：")

# Unicode categories of what may stand behind the mark that ends a sentence: closing quotes and
# brackets, white space, controls and joiners, emoji. (In some languages « and “ close.)
_CLOSING = frozenset({"Pe", "Pf", "Pi", "Zs", "Zl", "Zp", "Cc", "Cf", "So", "Sk"})
_ALSO_CLOSING = frozenset("\"'*_`~\ufe0f")  # ASCII quotes, Markdown, and the emoji selector


class Ending(Enum):
    """How a text ends, if nothing follows."""

    NONE = "in the middle"
    CLAUSE = "at the end of a clause"
    DOUBTFUL = "at what may be the end of a sentence, an abbreviation, a number or a line"
    SENTENCE = "at the end of a sentence"


def ending(text: str, language: str = "en") -> Ending:
    """Return how a text ends.

    Parameters
    ----------
    text : str
        Without surrogates.
    language : str, optional
        ISO 639-1 code, which decides about abbreviations. English for one that is not known.
    """
    text = text[-CONTEXT:]
    core = _core(text)
    tail = text[len(core) :]
    if not any(map(str.isalnum, core)):
        return Ending.NONE
    if _PARAGRAPH.search(tail):
        return Ending.SENTENCE
    mark = core[-1]
    if mark.isalnum():
        return Ending.DOUBTFUL if "\n" in tail else Ending.NONE
    if not (mark == "." and _is_doubtful(core, tail)) and _has_ended(core, language):
        return Ending.SENTENCE
    if mark in _STOPS or "\n" in tail:
        return Ending.DOUBTFUL
    paused = mark in _WIDE_PAUSES or (mark in _PAUSES and any(map(str.isspace, tail)))
    return Ending.CLAUSE if paused else Ending.NONE


def last_sentence(text: str, start: int = 0, language: str = "en") -> int:
    """Return where the last sentence ends that certainly does; ``start`` if none does behind it.

    White space that follows belongs to the sentence.
    """
    ends = list(itertools.accumulate(map(len, _segment(language, text))))
    for end in reversed(ends):
        if end <= start:
            break
        if ending(text[:end], language) is Ending.SENTENCE:
            return end
    return start


def _core(text: str) -> str:
    """A text without what may stand behind the mark that ends a sentence."""
    end = len(text)
    while end and (
        text[end - 1] in _ALSO_CLOSING or unicodedata.category(text[end - 1]) in _CLOSING
    ):
        end -= 1
    return text[:end]


def _is_doubtful(core: str, tail: str) -> bool:
    """Whether the full stop at the end may be another thing than the end of a sentence."""
    word = core.split()[-1]
    line = core[core.rfind("\n") + 1 :]
    whatever = _INITIAL.fullmatch(word) or _MARKER.fullmatch(line)
    return bool(whatever or (not tail and _MAY_GO_ON.fullmatch(word)))


def _has_ended(core: str, language: str) -> bool:
    *_, last = _segment(language, core + _NAME)
    return len(last) <= len(_NAME)


def _segment(language: str, text: str) -> Iterable[str]:
    """Cut a text into sentences that joined are the text."""
    return _segmenter()(language, text)


@functools.cache
def _segmenter() -> Callable[[str, str], Iterable[str]]:
    # Only for text that comes bit by bit, so not on %load_ext.
    import sentencex

    return cast(Callable[[str, str], Iterable[str]], sentencex.segment)
