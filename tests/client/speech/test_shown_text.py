from collections.abc import Iterable, Sequence

from jupyter_tts.client.reading.reading import Reading, joined_reading
from jupyter_tts.client.reading.spoken_form import Piece
from jupyter_tts.client.speech.shown_text import ShownText
from jupyter_tts.client.speech.turns import Turn
from jupyter_tts.wire.alignment import Word


class Marks:
    """Leaves out stars and hashes, and ends each line that begins with a hash."""

    summary = "marks read aloud"
    left_out: Sequence[str] = ()

    def __init__(self) -> None:
        self._position = 0
        self._in_heading = False

    def feed(self, text: str, *, ended: bool = False) -> Iterable[Piece]:
        for character in text:
            start, self._position = self._position, self._position + 1
            self._in_heading |= character == "#"
            if character == "\n" and self._in_heading:
                self._in_heading = False
                yield Piece(".", start, start)
            if character not in "#*":
                yield Piece(character, start, start + 1, exact=True)


class Digits:
    """Says "three of four" for "3/4"."""

    summary = "fractions read aloud"
    left_out: Sequence[str] = ()

    def __init__(self) -> None:
        self._text = ""

    def feed(self, text: str, *, ended: bool = False) -> Iterable[Piece]:
        self._text += text
        if not ended:
            return
        at = self._text.find("3/4")
        if at < 0:
            yield Piece(self._text, 0, len(self._text), exact=True)
            return
        yield Piece(self._text[:at], 0, at, exact=True)
        yield Piece("three of four", at, at + 3)
        yield Piece(self._text[at + 3 :], at + 3, len(self._text), exact=True)


def read(text: str) -> Reading:
    reading = Reading([Digits(), Marks()])
    reading.feed(text, ended=True)
    return reading


def words_of(reading: Reading) -> list[Word]:
    """Return the words of a spoken form, with their spans in the text."""
    words, start = [], 0
    for text in reading.spoken.split():
        start = reading.spoken.index(text, start)
        words.append(Word(text, 0, 0, reading.original_span(start, start + len(text))))
        start += len(text)
    return words


def test_markup_is_not_shown_and_what_is_spoken_otherwise_is_shown_as_written() -> None:
    reading = read("# A **bo**ld\nthing: 3/4 *of* it")
    assert reading.spoken == " A bold.\nthing: three of four of it"
    shown = ShownText(reading)
    assert shown.text == " A bold.\nthing: 3/4 of it"
    spans = [word.span for word in shown.words(words_of(reading))]
    assert [shown.text[slice(*span)] if span else None for span in spans] == [
        "A",
        "bold.",
        "thing:",
        "3/4",
        "3/4",
        "3/4",
        "of",
        "it",
    ]


def test_turns_are_read_one_by_one_and_what_is_not_spoken_is_no_turn() -> None:
    texts = ["*One*", "**", "# two\n3/4"]
    reading = joined_reading([read(text) for text in texts])
    assert reading.original == "\n".join(texts)
    assert reading.spoken == "One\n two.\nthree of four"
    spans = [word.span for word in words_of(reading)]
    assert [reading.original[slice(*span)] if span else None for span in spans] == [
        "One",
        "two",
        "3/4",
        "3/4",
        "3/4",
    ]
    assert reading.summaries == ["marks read aloud", "fractions read aloud"]
    turns = [Turn("A", "a", 0, texts[0]), Turn("B", "b", 9, texts[2])]
    shown = ShownText(reading)
    assert [shown.text[turn.start :] for turn in shown.turns(turns)] == [
        "One\n two.\n3/4",
        " two.\n3/4",
    ]


def test_nothing_is_changed_where_nothing_is_marked() -> None:
    reading = read("as it is")
    assert not reading.has_changed
    assert reading.summaries == []
    assert ShownText(reading).text == "as it is"
