"""Reading a text as it comes: what is sent of it, and which part of it that stands for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from .spoken_form import Piece, SpokenForm

__all__ = ["Reader", "Reading"]


class Reader(Protocol):
    """Finds the spoken form of a text that comes bit by bit.

    However the text is divided, the pieces join to the same spoken form.
    """

    def feed(self, text: str, *, ended: bool = False) -> Iterable[Piece]:
        """Take more of the text and give what is certain, with positions in the whole text.

        Parameters
        ----------
        text : str
        ended : bool, optional
            Whether no more comes, so that all is certain.
        """

    @property
    def left_out(self) -> Sequence[str]:
        """What of the text is not spoken, in words: ``"a code block of 40 lines"``."""


class Reading:
    """A text and its spoken form, each as far as it has come.

    Parameters
    ----------
    readers : sequence of Reader, optional
        Each reads the spoken form of the one before. Without any, the text is spoken as it stands.
    """

    def __init__(self, readers: Sequence[Reader] = ()) -> None:
        self._readers = readers
        self._forms = [SpokenForm() for _ in readers]
        self._given: list[str] = []

    @property
    def original(self) -> str:
        """The text so far."""
        return "".join(self._given)

    @property
    def spoken(self) -> str:
        """Its spoken form so far."""
        return self._forms[-1].text if self._forms else self.original

    @property
    def left_out(self) -> list[str]:
        """What of the text is not spoken, in words."""
        return [what for reader in self._readers for what in reader.left_out]

    def feed(self, text: str, *, ended: bool = False) -> str:
        """Take more of the text, and return what is to be sent now."""
        self._given.append(text)
        for reader, form in zip(self._readers, self._forms, strict=True):
            pieces = [*reader.feed(text, ended=ended)]
            for piece in pieces:
                form.add(piece)
            text = "".join(piece.text for piece in pieces)
        return text

    def original_span(self, start: int, stop: int) -> tuple[int, int] | None:
        """Return the part of the text that a part of the spoken form stands for, None for none."""
        span: tuple[int, int] | None = (start, stop)
        for form in reversed(self._forms):
            if span is None:
                return None
            span = form.original_span(*span)
        return span

    def original_position(self, position: int) -> int:
        """Return up to which character the text is spoken when its spoken form is up to here."""
        for form in reversed(self._forms):
            position = form.original_position(position)
        return position
