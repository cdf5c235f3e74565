"""Code blocks: left out, spoken on request, or no code at all but Markdown or a formula."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ..spoken_output import SpokenOutput
from .elements import Markdown
from .formulas import spoken_formula

__all__ = ["Fences"]

# Languages of a block that is no code.
_MARKDOWN: Final = frozenset({"markdown", "md"})
_MATHS: Final = frozenset({"math", "katex"})


@dataclass(slots=True)
class _Fence:
    """A block between two fences.

    Attributes
    ----------
    mark : str
        The opening fence.
    language : str
    is_quoted : bool
        Whether it stands in a quotation, whose mark each of its lines may have.
    formula : str
        What came of it, if it is maths.
    start, stop : int
        Where that is in the text.
    """

    mark: str
    language: str
    is_quoted: bool
    formula: str = ""
    start: int = 0
    stop: int = 0

    def without_marks(self, line: str) -> str:
        """Return a line without its indentation and the mark of a quotation."""
        return line.lstrip("> \t" if self.is_quoted else " \t")

    def take_formula(self, line: str, place: int) -> None:
        """Take a line of maths, and where it begins in the text."""
        content = self.without_marks(line)
        if content.strip():
            if not self.formula.strip():
                self.start = place + len(line) - len(content)
            self.stop = place + len(line.rstrip())
        self.formula += content

    def is_closed_by(self, line: str) -> bool:
        """Whether a line is its closing fence."""
        mark = self.without_marks(line).strip()
        return len(mark) >= len(self.mark) and not mark.strip(self.mark[0])


class Fences:
    """The code blocks of a text.

    Parameters
    ----------
    output : SpokenOutput
    markdown : Markdown
    read_code : bool
        Whether code is spoken.
    """

    def __init__(self, output: SpokenOutput, markdown: Markdown, *, read_code: bool) -> None:
        self._output = output
        self._markdown = markdown
        self._read_code = read_code
        self._fence: _Fence | None = None
        self._wrapping: _Fence | None = None  # one around Markdown

    @property
    def is_open(self) -> bool:
        """Whether the lines that come are no Markdown."""
        return self._fence is not None

    def begin(self, line: str, *, is_quoted: bool) -> None:
        """Take a line that is a fence, while no block is open."""
        mark = line.strip()
        if self._wrapping and self._wrapping.is_closed_by(mark):
            self._wrapping = None
            return
        info = mark.lstrip(mark[0])
        fence = _Fence(mark[: len(mark) - len(info)], info.strip().lower(), is_quoted)
        if fence.language in _MARKDOWN:
            self._wrapping = fence
            return
        self._fence = fence
        if not (self._read_code or fence.language in _MATHS):
            self._markdown.code_lines.append(0)

    def take(self, line: str, place: int) -> bool:
        """Take a line of the open block; return whether it ends one that was spoken as a formula.

        Parameters
        ----------
        line : str
        place : int
            Where it begins in the text.
        """
        fence = self._fence
        assert fence is not None
        if fence.is_closed_by(line):
            self.end()
            return bool(fence.formula)
        if fence.language in _MATHS:
            fence.take_formula(line, place)
        elif self._read_code:
            self._output.exact(line, range(place, place + len(line)))
        else:
            self._markdown.code_lines[-1] += 1
        return False

    def end(self) -> None:
        """End the open block, if there is one."""
        fence, self._fence = self._fence, None
        if fence and fence.formula.strip():
            spoken = spoken_formula(fence.formula, self._markdown.language)
            self._output.replace(spoken, fence.start, fence.stop)
            self._output.close(fence.stop)
