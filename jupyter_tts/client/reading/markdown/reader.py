"""Markdown, read as a person would read it aloud, while it comes.

The blocks are told apart by how their lines begin (`line_kind`), and what stands in them is read
by `InlineReader`. Headings, list items and rows of tables end with a full stop, code blocks are
left out, and the rest of the text stays as it is. Indented code is text, since a text in a notebook
is often indented.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from ..spoken_form import Piece
from ..spoken_output import SpokenOutput
from .elements import Markdown
from .fences import Fences
from .inline import InlineReader
from .lines import (
    Line,
    LineKind,
    cells,
    is_delimiter_row,
    line_kind,
    may_be_delimiter_row,
)

__all__ = ["MarkdownReader"]

# Lines with such a beginning are looked at as a whole.
_WHOLE: Final = ("|", "~~~")
# A bar in a cell has a backslash before it, in code, too.
_UNESCAPED: Final = re.compile(r"(?:[^\\]|\\(?!\|))+")
# Done, and to do.
_TASKS: Final = {
    "en": ("Done", "To do"),
    "de": ("Erledigt", "Offen"),
    "es": ("Hecho", "Pendiente"),
    "fr": ("Fait", "À faire"),
    "it": ("Fatto", "Da fare"),
    "ja": ("完了", "未完了"),
    "pt": ("Feito", "A fazer"),
    "zh": ("已完成", "待办"),
}


class MarkdownReader:
    """Reads a text that is Markdown, or may be.

    Parameters
    ----------
    always : bool, optional
        Whether the text is Markdown from the beginning on, rather than from the first sign of it.
        A text without such a sign stays as it is.
    read_code : bool, optional
        Whether code blocks are spoken.
    language : str, optional
        ISO 639-1 code of the text's language.
    """

    def __init__(
        self, *, always: bool = False, read_code: bool = False, language: str = "en"
    ) -> None:
        self._markdown = Markdown(always, language)
        self._output = SpokenOutput()
        self._fences = Fences(self._output, self._markdown, read_code=read_code)
        self._inline = InlineReader(self._output, self._markdown)
        self._length = 0  # characters that have come
        self._line = ""  # what has come of a line whose kind is not certain
        self._in_text = False  # whether the rest of the line is text
        self._is_open = False  # whether a block is
        self._is_phrase = False  # whether it ends with a full stop, as a heading does
        self._is_heading = False
        self._is_quoted = False
        self._break: int | None = None  # where a line of the block ended, if another may follow
        self._head: tuple[str, int] | None = None  # what may be the head of a table, and where
        self._first_line: str | None = None  # of a paragraph, while it has no other
        self._in_table = False

    @property
    def summary(self) -> str:
        """See `Reader`."""
        return "Markdown read aloud"

    @property
    def left_out(self) -> Sequence[str]:
        """What of the text is not spoken, in words."""
        return self._markdown.left_out

    @property
    def notes(self) -> Sequence[str]:
        """Everything was possible."""
        return ()

    def feed(self, text: str, *, ended: bool = False) -> Iterable[Piece]:
        """Take more of the text and give what is certain. See `Reader`."""
        start = 0
        while start < len(text):
            stop = text.find("\n", start) + 1 or len(text)
            if self._in_text:
                self._feed_text(text[start:stop])
            else:
                is_whole = (
                    self._fences.is_open or self._in_table or self._line.lstrip().startswith(_WHOLE)
                )
                if not is_whole:
                    stop = start + 1  # the line is looked at with each character
                self._line += text[start:stop]
                self._length += stop - start
                if not is_whole or self._line.endswith("\n"):
                    self._look()
            start = stop
        if ended:
            self._end()
        return self._output.take()

    def _feed_text(self, text: str) -> None:
        line = text.removesuffix("\n")
        self._is_open = self._is_open or bool(line.strip())
        if self._first_line is not None:
            self._first_line += line
        self._inline.feed(line, self._length)
        self._length += len(line)
        if line != text:
            self._end_line()

    def _end_line(self) -> None:
        self._in_text = False
        if self._is_phrase:
            self._break = self._length
        else:
            self._inline.feed("\n", self._length)
        self._length += 1
        if self._is_heading:
            self._end_block()

    def _end(self) -> None:
        """End the text."""
        while self._line or self._head:
            self._look(ended=True)
        self._end_block()
        self._fences.end()

    # A line, as far as it has come

    @property
    def _waits_for_line(self) -> bool:
        """Whether nothing can be said of a line before all of it has come."""
        is_block = self._fences.is_open or self._in_table
        return is_block or self._line.lstrip().startswith(_WHOLE)

    @property
    def _place(self) -> int:
        """Where the line begins whose kind is not certain."""
        return self._length - len(self._line)

    def _look(self, *, ended: bool = False) -> None:
        """Decide about what has come of a line, if that is certain."""
        while self._line or ended:
            line = self._line
            whole = ended or line.endswith("\n")
            if self._fences.is_open:
                if whole:
                    self._take_fenced()
                return
            if self._head is not None and not self._decide_about_head(whole=whole):
                return
            if self._first_line and "|" in self._first_line and self._is_head(self._first_line):
                if not whole:
                    return
                self._begin_table()
                return
            if self._in_table:
                if not whole:
                    return
                if "|" in line:
                    self._read_row()
                    return
                self._in_table = False
            if not line:
                return
            kind = line_kind(
                line + "\n" if ended and line[-1] != "\n" else line,
                seen=self._seen,
                listing=line.lstrip()[:1] == "-" and self._output.tail.rstrip()[-1:] == ":",
                inside=self._is_open and not self._is_phrase,
            )
            if kind is None or self._begin(kind):
                return

    @property
    def _seen(self) -> bool:
        return self._markdown.seen

    def _skip(self, length: int) -> None:
        """Leave out the beginning of the line."""
        self._line = self._line[length:]

    def _begin(self, line: Line) -> bool:
        """Take the beginning of a line; return whether that is all that can be said of it."""
        match line.kind:
            case LineKind.TEXT:
                self._begin_text()
                return True
            case LineKind.BLANK:
                self._end_block()
                self._speak_break(self._line, self._place)
                self._line = ""
                return True
            case LineKind.QUOTE:
                if not self._is_quoted:
                    self._end_block()
                self._is_quoted = True
            case LineKind.ROW:
                self._head = self._line, self._place
                self._line = ""
                return True
            case LineKind.RULE:
                return self._rule(line)
            case LineKind.FENCE:
                self._begin_fence()
                return True
            case _:
                self._end_block()
        self._markdown.seen = True
        self._is_heading = line.kind is LineKind.HEADING
        if line.kind is LineKind.NUMBER:
            places = range(self._place, self._place + line.length)
            self._output.exact(self._line[: line.length], places)
        if line.kind in (LineKind.HEADING, LineKind.ITEM, LineKind.NUMBER):
            self._is_phrase = self._output.in_phrase = True
        if line.kind is LineKind.ITEM:
            self._say_task(self._line[: line.length])
        self._skip(line.length)
        if self._is_heading:
            self._inline.begin_heading()
            self._begin_text()
            return True
        return not self._line

    def _say_task(self, marks: str) -> None:
        """Say whether a task is done."""
        box = marks.find("[")
        words = _TASKS.get(self._markdown.language)
        if box >= 0 and words:
            word = words[0] if marks[box + 1] in "xX" else words[1]
            self._output.replace(f"{word}: ", self._place + box, self._place + box + 3)

    def _begin_text(self) -> None:
        line, self._line = self._line, ""
        if self._break is not None:
            self._inline.feed("\n", self._break)
            self._break = None
        self._first_line = None if self._is_open or self._is_phrase else ""
        self._in_text = True
        self._length -= len(line)
        self._feed_text(line)

    def _rule(self, line: Line) -> bool:
        mark = self._line.strip()[0]
        if mark == "=" and not self._is_open:
            self._begin_text()
            return True
        self._markdown.seen = True
        self._end_block()
        self._line = ""
        return True

    def _end_block(self) -> None:
        """End the block, and speak the line break behind it."""
        self._inline.end()
        place = self._place if self._break is None else self._break
        if self._is_phrase and self._is_open:
            self._output.close(place)
        self._output.in_phrase = False
        self._is_open = self._is_phrase = self._is_heading = self._is_quoted = False
        self._first_line = None
        if self._break is not None:
            self._speak_break("\n", self._break)
            self._break = None

    def _speak_break(self, text: str, place: int) -> None:
        # What was left out would leave any number of empty lines.
        if not (self._seen and self._output.tail.endswith("\n\n")):
            self._output.exact(text, range(place, place + len(text)))

    def _begin_fence(self) -> None:
        is_quoted = self._is_quoted
        self._end_block()
        self._markdown.seen = True
        self._fences.begin(self._line, is_quoted=is_quoted)
        self._line = ""

    def _take_fenced(self) -> None:
        line, place = self._line, self._place
        self._line = ""
        if self._fences.take(line, place) and line.endswith("\n"):
            self._speak_break("\n", self._length - 1)

    # Tables

    def _decide_about_head(self, *, whole: bool) -> bool:
        """Decide whether a row is the head of a table; return whether that is certain."""
        assert self._head is not None
        head, place = self._head
        line = self._line
        if line and not whole and may_be_delimiter_row(line):
            return False
        self._head = None
        if line and is_delimiter_row(line, len(cells(head))):
            self._begin_table()
            self._speak_row(head, place)
            return False
        length, self._length = self._length, place + len(head)
        self._line = head
        self._begin_text()
        self._line, self._length = line, length
        return True

    def _is_head(self, head: str) -> bool:
        """Whether a line that has come is, or may become, what stands below the head of a table."""
        line = self._line
        if line.endswith("\n"):
            return is_delimiter_row(line, len(cells(head)))
        return may_be_delimiter_row(line)

    def _begin_table(self) -> None:
        self._end_block()
        self._markdown.seen = self._in_table = True
        self._line = ""

    def _read_row(self) -> None:
        line, self._line = self._line, ""
        self._speak_row(line, self._length - len(line))

    def _speak_row(self, line: str, place: int) -> None:
        for start, stop in cells(line):
            if start < stop:
                if self._is_open:
                    self._output.pause(place + start)
                for part in _UNESCAPED.finditer(line, start, stop):
                    self._inline.feed(part[0], place + part.start())
                self._inline.end()
                self._is_open = True
        if self._is_open:
            self._output.close(place + len(line.rstrip()))
        self._is_open = False
        if line.endswith("\n"):
            self._output.exact("\n", [place + len(line) - 1])
