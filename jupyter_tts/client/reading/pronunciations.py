"""Has words spoken as their user says: respelled, or by IPA in the form that a model reads."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from xml.sax.saxutils import escape

from ...wire.models import IpaForm
from ...wire.pronunciations import Pronunciation, pronunciations
from ...wire.request import SpeechRequest
from .spoken_form import Piece
from .words import TextPart, WordFinder, may_part

__all__ = ["PronunciationReader", "pronunciation_reader"]

_SPECIAL: Final = re.compile("[&<]")
# How far a tag may reach; what is longer is text again.
_LONGEST_TAG: Final = 400


class PronunciationReader:
    """Replaces words by their pronunciations.

    Parameters
    ----------
    pairs : sequence of Pronunciation
    form : IpaForm
        How IPA is written. Where it is `IpaForm.NONE`, a word with IPA stays as it is.
    escapes : bool, optional
        Whether the server reads as markup what the user writes as text.
    markup : bool, optional
        Whether the text has markup of the user's: no word is looked for in tags and phoneme
        elements.
    why : str, optional
        Why IPA is not sent, where it is not.
    """

    summary = "words pronounced as you say"
    left_out: Sequence[str] = ()

    def __init__(
        self,
        pairs: Sequence[Pronunciation],
        form: IpaForm,
        *,
        escapes: bool = False,
        markup: bool = False,
        why: str = "the model reads none",
    ) -> None:
        self._by_word = {pair.word: pair for pair in pairs}
        self._form = form
        self._escapes = escapes
        self._respellings_escaped = escapes or markup
        self._finder = WordFinder(self._by_word)
        self._tags = _Tags() if markup else None
        self._position = 0
        self._last = ""  # the last character that is spoken
        self._after_sign = False  # whether it is of what is spoken for a sign
        self._why = why
        self._skipped = False  # whether a word has IPA that is not sent

    @property
    def notes(self) -> Sequence[str]:
        """What was not possible, as a clause."""
        return (f"IPA is not sent, since {self._why}: a respelling works",) if self._skipped else ()

    def feed(self, text: str, *, ended: bool = False) -> Iterable[Piece]:
        """Take more of the text and give what is certain, with positions in the whole text."""
        for part in self._finder.feed(text, ended=ended):
            start = self._position
            self._position += len(part.text)
            is_text = self._tags is None or self._tags.read(part.text)
            if part.word is not None and is_text:
                pieces = [*self._spoken(part, part.word, start)]
                is_sign = [may_part(sign, "a") for sign in (part.text[0], part.text[-1])]
            else:
                pieces = [*self._plain(part.text, start)]
                is_sign = [False, False]
            first = pieces[0].text[0]
            if (is_sign[0] or self._after_sign) and not may_part(self._last or " ", first):
                yield Piece(" ", start, start)  # a→b
            yield from pieces
            self._last, self._after_sign = pieces[-1].text[-1], is_sign[1]

    def _spoken(self, part: TextPart, word: str, start: int) -> Iterator[Piece]:
        """Yield the pieces for a word of the text."""
        pronunciation = self._by_word[word]
        stop = start + len(part.text)
        ipa = pronunciation.spoken + (_possessive(pronunciation.spoken) if part.ending else "")
        if not pronunciation.is_ipa:
            spoken = pronunciation.spoken
            spoken = escape(spoken) if self._respellings_escaped else spoken
            yield Piece(spoken, start, stop - len(part.ending))
            yield from self._plain(part.ending, stop - len(part.ending))
        elif self._form is IpaForm.SLASHES:
            yield Piece(f"/{ipa}/", start, stop)
        elif self._form is IpaForm.ELEMENT:
            yield from self._elements(part.text, ipa, start)
        else:
            self._skipped = True
            yield from self._plain(part.text, start)

    def _elements(self, part: str, ipa: str, start: int) -> Iterator[Piece]:
        """Yield one element for each word, where each has its own sounds: as ElevenLabs asks."""
        words, sounds = re.findall(r"\S+|\s+", part), ipa.split()
        if len(sounds) != (len(words) + 1) // 2:
            words, sounds = [part], [ipa]
        for number, word in enumerate(words):
            if number % 2 and len(words) > 1:
                yield Piece(word, start, start + len(word), exact=True)
            else:
                element = f'<phoneme alphabet="ipa" ph="{sounds[number // 2]}">'
                inside = escape(word) if self._escapes else word
                yield Piece(f"{element}{inside}</phoneme>", start, start + len(word))
            start += len(word)

    def _plain(self, text: str, start: int) -> Iterator[Piece]:
        """Yield the pieces for text that stays as it is."""
        begin = 0
        for match in _SPECIAL.finditer(text) if self._escapes else ():
            at = match.start()
            if begin < at:
                yield Piece(text[begin:at], start + begin, start + at, exact=True)
            yield Piece(escape(match[0]), start + at, start + at + 1)
            begin = at + 1
        if begin < len(text):
            yield Piece(text[begin:], start + begin, start + len(text), exact=True)


def pronunciation_reader(request: SpeechRequest) -> PronunciationReader:
    """Return what has words spoken as a request says."""
    return PronunciationReader(
        [*pronunciations(request.pronounce or ())],
        request.ipa_form,
        escapes=bool(request.sent.get("ssml")) and not request.reads_ssml,
        markup=request.reads_ssml,
        why=_why_no_ipa(request),
    )


def _possessive(ipa: str) -> str:
    """Return how the ``'s`` behind a word sounds in English."""
    last = re.sub(r"[^a-zθðʃʒŋ\u0250-\u02af]", "", ipa)[-1:]
    if last in "szʃʒʧʤ":
        return "ɪz"
    return "s" if last in "ptkfθ" else "z"


def _why_no_ipa(request: SpeechRequest) -> str:
    form = request.ipa_form
    if request.ssml is False and dataclasses.replace(request, ssml=None).ipa_form is not form:
        return "SSML is switched off"
    return f"{request.model or 'the model'} reads none"


class _Tags:
    """Knows where the tags and the phoneme elements of the user's own markup are."""

    def __init__(self) -> None:
        self._tag = ""  # as far as it has come
        self._in_element = False

    def read(self, text: str) -> bool:
        """Take more of the text; return whether it begins outside tags and phoneme elements."""
        is_outside = not (self._tag or self._in_element)
        for character in text:
            self._read_character(character)
        return is_outside

    def _read_character(self, character: str) -> None:
        if character == "<":
            self._tag = character
        elif self._tag == "<" and not (character.isalpha() or character == "/"):
            self._tag = ""  # a sign in the text
        elif self._tag and character == ">":
            if self._tag.startswith(("<phoneme", "</phoneme")):
                self._in_element = self._tag[1] != "/"
            self._tag = ""
        elif self._tag:
            self._tag = self._tag + character if len(self._tag) < _LONGEST_TAG else ""
