"""Which stars, underscores and tildes are emphasis, and which are text.

CommonMark decides once the paragraph has ended, and takes ``2*3*4``, ``__init__`` and
``/*comment*/`` for emphasis. A text that is spoken while it comes cannot wait, and one that is no
Markdown must stay as it is. So a run opens only where a phrase may begin, and closes only where
one may end; the first that can close it does, whatever follows.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["MARKS", "Emphasis"]

MARKS: Final = "*_~"

_RUN: Final = re.compile(r"\*+|_+|~+")
_LONGEST_RUN: Final = 3
_SNAKE: Final = re.compile(r"_[^\W_]+(?:_[^\W_]+)+_(?!\w)")
_NAME: Final = re.compile(r"__(\w+?)__")
_PYTHON: Final = frozenset(
    name.strip("_")
    for kind in (object, type, dict, list, int, float, str, type(re), type(lambda: None))
    for name in dir(kind)
) | frozenset(
    {"all", "await", "aenter", "aexit", "aiter", "anext", "bases", "enter", "exit", "file"}
    | {"future", "getattr", "main", "missing", "path", "post_init", "slots", "version"}
)
# What stands before a run that is code or a formula, beside letters and digits of ASCII.
_BEFORE: Final = frozenset("/\\=+^)]}$%&.@")
# What a phrase may begin with, beside letters and digits: *.py, *) and *^_^* are no emphasis.
_BEGIN: Final = frozenset("\"'([<`$#@«¿¡")
_QUOTES: Final = tuple('"“„«「『')
_LAST_OF_LATIN: Final = 0x2000  # behind which quotation marks and emoji are
# What a phrase cannot end with: char *p,*q
_NO_END: Final = frozenset(",([{/\\=+-<|")
_END_OF_BOLD: Final = frozenset("+-")  # **C++**


class Emphasis:
    """The emphasis of one paragraph: what is open at the place that has been reached."""

    def __init__(self) -> None:
        self._open: list[str] = []

    def clear(self) -> None:
        """Begin another paragraph."""
        self._open.clear()

    def closed_by(self, run: str, before: str) -> int:
        """Return how many characters of a run close what is open, and forget that."""
        if not before or before.isspace():
            return 0
        length = 0
        while self._open and run.startswith(self._open[-1], length):
            length += len(self._open.pop())
        return length

    @property
    def innermost(self) -> str:
        """The run that opened what is open innermost, "" if nothing is."""
        return self._open[-1] if self._open else ""

    def open(self, run: str) -> None:
        """Note that a run opens emphasis."""
        self._open += ["*", "**"] if run == "***" else ["_", "__"] if run == "___" else [run]

    @staticmethod
    def run_of(text: str) -> str:
        """Return the run that a text begins with."""
        match = _RUN.match(text)
        return match[0] if match else ""

    @staticmethod
    def may_open(run: str, before: str, after: str, *, seen: bool) -> bool:
        """Whether a run may open emphasis.

        Parameters
        ----------
        run : str
        before : str
            The character before, "" for none.
        after : str
            The first character behind that is no mark.
        seen : bool
            Whether the text is known to be Markdown.
        """
        if len(run) > _LONGEST_RUN or after.isspace() or before in _BEFORE:
            return False
        if run[0] == "~" and len(run) != 2:
            return False
        if before.isalnum() and (run[0] == "_" or before.isascii()):
            return seen and run == "**" and before.isalpha() and after.isalpha()
        return len(run) > 1 or after.isalnum() or after in _BEGIN or ord(after) > _LAST_OF_LATIN

    @staticmethod
    def is_closed(text: str, run: str, *, ended: bool) -> bool | None:
        """Whether the run that a text begins with is closed at its end; None if it may be later.

        To be asked with every character that is a mark, or comes behind one.

        Parameters
        ----------
        text : str
        run : str
        ended : bool
            Whether no more comes.
        """
        no_end = _NO_END - _END_OF_BOLD if len(run) > 1 else _NO_END
        inside = text[:-1] if run[0] == "_" and not (ended and text[-1] == "_") else text
        start = len(inside.rstrip(run[0]))
        closing = len(inside) - start
        closes = (
            (closing == len(run) if run[0] == "_" else closing >= len(run))
            and not (text[start - 1].isspace() or text[start - 1] in no_end)
            and not (inside is not text and (text[-1].isalnum() or text[-1] == "_"))
            and any(map(str.isalnum, text[len(run) : start]))
        )
        if closes:
            return True
        return False if ended else None

    @staticmethod
    def is_name(text: str, run: str, *, seen: bool) -> bool:
        """Whether underscores belong to a name: ``__init__``, ``_my_name_``.

        Parameters
        ----------
        text : str
        run : str
            Which it begins with.
        seen : bool
            Whether the text is Markdown, so that of those with two underscores only names count
            that Python has itself.
        """
        if run == "_":
            return _SNAKE.match(text) is not None
        name = _NAME.match(text) if run == "__" else None
        return name is not None and (not seen or name[1] in _PYTHON)

    @staticmethod
    def looks_open(text: str, run: str, before: str) -> bool:
        """Whether a run that is not closed yet opens emphasis: ``**Note``, but not ``**kwargs``."""
        after = text.lstrip(MARKS)[:1]
        if run[0] == "~" or after.islower():
            return False
        begins = not before or before == "\n"
        return after.isalpha() or (begins and after.isdigit()) or after in _QUOTES
