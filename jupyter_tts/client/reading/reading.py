"""Reading a text as it comes: what is sent of it, and which part of it that stands for."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from ...wire.alignment import Word
from ...wire.request import SpeechRequest
from .pronunciations import pronunciation_reader
from .spoken_form import Piece, SpokenForm

__all__ = ["Reader", "Reading", "joined_reading", "reading_of"]

# What the names of embedded voices begin with.
_LANGUAGE = re.compile(r"[a-z]{2,3}(?=[-_+]|$)")


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
    def summary(self) -> str:
        """What it does, as a user is told where it did something: ``"Markdown read aloud"``."""

    @property
    def left_out(self) -> Sequence[str]:
        """What of the text is not spoken, in words: ``"a code block of 40 lines"``."""

    @property
    def notes(self) -> Sequence[str]:
        """What was not possible, in words."""


class Reading:
    """A text and its spoken form, each as far as it has come.

    Parameters
    ----------
    readers : sequence of Reader, optional
        Each reads the spoken form of the one before. Without any, the text is spoken as it stands.

    Attributes
    ----------
    ended : bool
        Whether it has the whole text.
    """

    def __init__(self, readers: Sequence[Reader] = ()) -> None:
        self.readers = readers
        self.forms = [SpokenForm() for _ in readers]
        self.ended = False
        self._given: list[str] = []
        self._length = 0

    @property
    def original(self) -> str:
        """The text so far."""
        return "".join(self._given)

    @property
    def spoken(self) -> str:
        """Its spoken form so far."""
        return self.forms[-1].text if self.forms else self.original

    @property
    def length(self) -> int:
        """Characters of the spoken form so far."""
        return self.forms[-1].length if self.forms else self._length

    @property
    def is_verbatim(self) -> bool:
        """Whether what is spoken so far is the text as it stands, so that all places are alike."""
        return all(form.is_verbatim for form in self.forms)

    @property
    def has_changed(self) -> bool:
        """Whether the spoken form is another than the text, as far as both have come."""
        return any(self._changes())

    @property
    def summaries(self) -> list[str]:
        """What was done to the text, in words."""
        readers = zip(self.readers, self._changes(), strict=True)
        return [reader.summary for reader, has_changed in readers if has_changed]

    @property
    def left_out(self) -> list[str]:
        """What of the text is not spoken, in words."""
        return [what for reader in self.readers for what in reader.left_out]

    @property
    def notes(self) -> list[str]:
        """What was not possible, in words."""
        return [note for reader in self.readers for note in reader.notes]

    def feed(self, text: str, *, ended: bool = False) -> str:
        """Take more of the text, and return what is to be sent now."""
        self._given.append(text)
        self._length += len(text)
        self.ended = ended
        for reader, form in zip(self.readers, self.forms, strict=True):
            pieces = [*reader.feed(text, ended=ended)]
            for piece in pieces:
                form.add(piece)
            text = "".join(piece.text for piece in pieces)
        return text

    def original_span(self, start: int, stop: int) -> tuple[int, int] | None:
        """Return the part of the text that a part of the spoken form stands for, None for none."""
        span: tuple[int, int] | None = (start, stop)
        for form in reversed(self.forms):
            if span is None:
                return None
            span = form.original_span(*span)
        return span

    def original_position(self, position: int) -> int:
        """Return up to which character the text is spoken when its spoken form is up to here."""
        for form in reversed(self.forms):
            position = form.original_position(position)
        return position

    def original_words(self, words: Iterable[Word]) -> tuple[Word, ...]:
        """Return words of the spoken form with their spans in the text."""
        return tuple(
            dataclasses.replace(word, span=word.span and self.original_span(*word.span))
            for word in words
        )

    def spoken_position(self, position: int) -> int:
        """Return up to which character the spoken form is spoken when the text is up to here."""
        for form in self.forms:
            position = form.spoken_position(position)
        return position

    def _changes(self) -> Iterator[bool]:
        """Yield of each reader whether it has changed its text."""
        length = self._length
        for form in self.forms:
            yield not form.is_verbatim or (self.ended and form.length != length)
            length = form.length


class _JoinedReading(Reading):
    """Several texts as one, with something between them that is spoken as it stands."""

    def __init__(self, parts: Sequence[Reading], between: str) -> None:
        super().__init__()
        self._parts = parts
        self._given = [between.join(part.original for part in parts)]
        self._length = len(self._given[0])
        self.ended = True
        self.forms = [SpokenForm() for _ in parts[0].forms]
        start = 0
        for part in parts:
            if self.forms and part.spoken.strip():  # else nothing parts its neighbours either
                if self.forms[-1].length:
                    gap = Piece(between, 0, len(between), exact=True)
                    self._append(start - len(between), [[gap] for _ in self.forms])
                self._append(start, [form.pieces for form in part.forms])
            start += len(part.original) + len(between)

    @property
    def summaries(self) -> list[str]:
        return [*dict.fromkeys(done for part in self._parts for done in part.summaries)]

    @property
    def left_out(self) -> list[str]:
        return [what for part in self._parts for what in part.left_out]

    @property
    def notes(self) -> list[str]:
        return [*dict.fromkeys(note for part in self._parts for note in part.notes)]

    def _append(self, start: int, pieces: Sequence[Sequence[Piece]]) -> None:
        """Append the pieces of each form of a part of the text that begins at ``start``."""
        offsets = [start, *(form.length for form in self.forms[:-1])]
        for form, offset, appended in zip(self.forms, offsets, pieces, strict=True):
            for piece in appended:
                form.add(
                    dataclasses.replace(piece, start=piece.start + offset, stop=piece.stop + offset)
                )


def joined_reading(parts: Sequence[Reading], between: str = "\n") -> Reading:
    """Return the reading of several texts as one, with something between them.

    Of a text that is not spoken nothing is in the spoken form.
    """
    return _JoinedReading(parts, between)


def reading_of(request: SpeechRequest) -> Reading:
    """Return how a request has a text read, at the beginning of one."""
    return Reading(_readers(request))


def _readers(request: SpeechRequest) -> list[Reader]:
    readers: list[Reader] = []
    if request.read != "plain" and not request.reads_ssml:
        # Only for a text that is spoken, so not on %load_ext.
        from .markdown import MarkdownReader

        readers.append(
            MarkdownReader(
                always=request.read == "markdown",
                read_code=request.read_code,
                language=_language(request),
            )
        )
    if request.pronounce:
        readers.append(pronunciation_reader(request))
    return readers


def _language(request: SpeechRequest) -> str:
    """Return the language that is asked for, or that an embedded voice has in its name."""
    named = _LANGUAGE.match(request.voice or "")
    return request.language or (named[0] if named else "en")
