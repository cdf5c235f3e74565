"""Long texts cut into pieces that an engine speaks one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .ssml import Span, inside

__all__ = ["CLAUSE_END", "CLOSING", "MAX_CHARACTERS", "ends_clause", "halve", "split"]

# The longest text in one request: as long as the longest segment a client can ask for
# (chunk_length_schedule, 50 to 500), and short enough for speakers to take turns.
MAX_CHARACTERS = 500

CLAUSE_END = ".,;:!?…—–‼⁇⁏·՝։،؛؟۔।॥።፣፤፥፦፧፨᠂᠃、。｡､．，：；？！"
"""The punctuation that ends a clause, in any script."""

CLOSING = "\"')]}»›”’」』）】"
"""The quotes and brackets that may follow it."""

_CLAUSE = re.compile(rf"[{re.escape(CLAUSE_END)}][{re.escape(CLOSING)}]*\s+")
_WHITESPACE = re.compile(r"\s+")
# Where a text may be halved: the clauses of Han and kana have no spaces after them.
_PART_END = re.compile(r"\s+|[。！？，、；：]+[”’」』）】]*")
_LAST_CLAUSE = re.compile(rf"[{re.escape(CLAUSE_END)}][{re.escape(CLOSING)}]*\s*\Z")


def ends_clause(text: str) -> bool:
    """Whether a text ends with the punctuation of a clause."""
    return _LAST_CLAUSE.search(text) is not None


def split(text: str, limit: int = MAX_CHARACTERS, *, whole: Sequence[Span] = ()) -> Iterator[str]:
    """Cut a text into pieces of at most ``limit`` characters, best after a clause, else a word.

    The pieces joined are the text. No span in ``whole`` is parted unless it is too long itself.
    """
    start = 0
    while len(text) - start > limit:
        half, full = start + limit // 2, start + limit
        clause, word = (
            _last_end(pattern, text, half, full, whole) for pattern in (_CLAUSE, _WHITESPACE)
        )
        end = clause or word or full
        if (parted := inside(end, whole)) and parted[0] > start:
            end = parted[0]
        yield text[start:end]
        start = end
    yield text[start:]


def _last_end(
    pattern: re.Pattern[str], text: str, start: int, stop: int, whole: Sequence[Span]
) -> int | None:
    ends = [match.end() for match in pattern.finditer(text, start, stop)]
    return next((end for end in reversed(ends) if inside(end, whole) is None), None)


def halve(text: str, *, whole: Sequence[Span] = ()) -> tuple[str, str] | None:
    """Cut a text in two near its middle, between words if it has several; None if it has no two.

    No span in ``whole`` is parted: a text that is one has no two.
    """
    if len(text) < 2:
        return None
    middle = len(text) // 2
    cuts = [match.end() for match in _PART_END.finditer(text) if match.end() < len(text)]
    cuts = [cut for cut in cuts if inside(cut, whole) is None] or [middle]
    cut = min(cuts, key=lambda index: abs(index - middle))
    if parted := inside(cut, whole):
        cut = parted[0] or parted[1]
    return (text[:cut], text[cut:]) if cut < len(text) else None
