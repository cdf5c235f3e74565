"""The way back from a spoken form to its text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jupyter_tts.client.reading.reading import Reading
from jupyter_tts.client.reading.spoken_form import Piece, SpokenForm


def form(*pieces: Piece) -> SpokenForm:
    made = SpokenForm()
    for piece in pieces:
        made.add(piece)
    return made


# "# **Big** cats" -> "Big cats."
HEADING = form(
    Piece("Big", 4, 7, exact=True), Piece(" cats", 9, 14, exact=True), Piece(".", 14, 14)
)


def test_each_character_of_an_exact_piece_stands_for_one() -> None:
    assert HEADING.text == "Big cats."
    assert HEADING.original_span(0, 3) == (4, 7)
    assert HEADING.original_span(1, 2) == (5, 6)
    assert HEADING.original_span(4, 8) == (10, 14)


def test_a_span_over_two_pieces_takes_in_what_lies_between() -> None:
    assert HEADING.original_span(0, 8) == (4, 14)


def test_what_the_text_does_not_have_stands_for_nothing() -> None:
    assert HEADING.original_span(8, 9) is None
    assert HEADING.original_span(4, 9) == (10, 14)


def test_any_word_of_a_replacement_stands_for_all_that_is_replaced() -> None:
    formula = form(Piece("x squared", 2, 7))
    assert formula.original_span(0, 1) == (2, 7)
    assert formula.original_span(2, 9) == (2, 7)


def test_the_text_is_spoken_up_to_where_its_spoken_form_is() -> None:
    places = [HEADING.original_position(place) for place in (0, 2, 3, 4, 8, 9)]
    assert places == [0, 6, 7, 10, 14, 14]
    assert form(Piece("x squared", 2, 7)).original_position(4) == 2


class Louder:
    """Spells each letter a as two."""

    summary = "spoken louder"
    left_out: Sequence[str] = ("nothing",)
    notes: Sequence[str] = ()

    def __init__(self) -> None:
        self._position = 0

    def feed(self, text: str, *, ended: bool = False) -> Iterable[Piece]:
        for character in text:
            self._position += 1
            spoken = "aa" if character == "a" else character
            yield Piece(spoken, self._position - 1, self._position, exact=spoken == character)


def test_spans_lead_back_through_every_reader() -> None:
    reading = Reading([Louder(), Louder()])
    assert reading.feed("ba") + reading.feed("d", ended=True) == "baaaad"
    assert (reading.original, reading.spoken) == ("bad", "baaaad")
    assert reading.original_span(2, 3) == (1, 2)
    assert reading.original_span(5, 6) == (2, 3)
    assert reading.original_position(5) == 2
    assert [reading.spoken_position(place) for place in range(4)] == [0, 1, 5, 6]
    assert reading.left_out == ["nothing", "nothing"]


def test_without_a_reader_the_text_is_spoken_as_it_stands() -> None:
    reading = Reading()
    assert reading.feed("as it is") == reading.spoken == "as it is"
    assert reading.original_span(3, 5) == (3, 5)
    assert reading.original_position(4) == 4


def test_a_text_is_verbatim_up_to_where_it_is_spoken_otherwise() -> None:
    reading = Reading([Louder()])
    reading.feed("b")
    assert (reading.is_verbatim, reading.has_changed, reading.length) == (True, False, 1)
    reading.feed("a", ended=True)
    assert (reading.is_verbatim, reading.has_changed, reading.length) == (False, True, 3)


def test_a_text_that_is_not_spoken_to_its_end_has_changed() -> None:
    class Short(Louder):
        def feed(self, text: str, *, ended: bool = False) -> Iterable[Piece]:
            return [] if ended else super().feed(text)

    reading = Reading([Short()])
    reading.feed("b")
    reading.feed("c", ended=True)
    assert (reading.is_verbatim, reading.has_changed, reading.spoken) == (True, True, "b")
