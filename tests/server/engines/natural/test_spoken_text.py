"""What of a text reaches the natural voice."""

from __future__ import annotations

import pytest

from jupyter_tts.server.engines.natural.phonemes import model_phonemes
from jupyter_tts.server.engines.natural.spoken_text import pauses_after, prepare
from jupyter_tts.server.engines.phoneme_rows import diffuse


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Hello.", "Hello."),
        ("[a](/b/)", "[a] (/b/)"),
        ("a\x00b\ud800", "a b "),
        ("0123456789012345", "0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5"),
        ("1234", "1234"),
        ("1,22,333,4444,55555,6", "1, 22, 333, 4444, 55555, 6"),
        ("1,234,567", "1,234,567"),
        ("① a⑵x²", " 1 a 2x²"),
        ("ａ𝕳ﬁé", "aHfié"),
        ("5 µm", "5 µm"),
        ("1⅔ ½⁄", "1 2/3 ½⁄"),
    ],
)
def test_a_text_is_made_safe(text: str, spoken: str) -> None:
    prepared = prepare(text)
    assert prepared.text == spoken
    assert len(prepared.indexes) == len(text)
    assert list(prepared.indexes) == sorted(set(prepared.indexes))


def test_digits_one_by_one() -> None:
    assert prepare("42 1", read_digits=True).text == "4 2 1"
    assert prepare("1,234", read_digits=True).text == "1, 2 3 4"


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Call 555-1234.", "Call 5 5 5, 1 2 3 4."),
        ("2024-05-06", "2 0 2 4, 0 5, 0 6"),
        ("030–123456", "0 3 0, 1 2 3 4 5 6"),
        ("pages 5-7, 98-102", "pages 5-7, 9 8-1 0 2"),
        ("1990-1995", "1 9 9 0-1 9 9 5"),
        ("x-5 5-", "x-5 5-"),
    ],
)
def test_a_hyphen_in_a_telephone_number_or_date_is_a_pause(text: str, spoken: str) -> None:
    assert prepare(text, read_digits=True).text == spoken
    assert prepare(text).text == text


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("😀", "grinning face"),
        ("👍🏽.", "thumbs up."),
        (" 🔥😂😂 😂!", " fire, tears of joy tears of joy!"),
        ("Done\n❤️\nNext", "Done\nred heart\nNext"),
        ("🇩🇪", "flag D E"),
        ("👨‍👩‍👧", "man woman girl"),
        ("🏃‍♀️", "runner"),
        ("Great 😀 job", "Great 😀 job"),
        ("Nice. 👍", "Nice. 👍"),
        ("─── *** →", "─── *** →"),
    ],
)
def test_emoji_say_their_names_where_a_line_says_nothing_else(text: str, spoken: str) -> None:
    prepared = prepare(text)
    assert prepared.text == spoken
    assert len(prepared.indexes) == len(text)


def test_a_phoneme_element_is_written_in_the_packages_notation() -> None:
    text = 'I say <phoneme alphabet="ipa" ph="təˈmeɪtoʊ">tomato</phoneme>.'
    assert prepare(text, markup=True).text == "I say [tomato](/təˈmAtO/)."
    assert prepare(text).text == text


def test_a_pronunciation_with_unknown_signs_leaves_the_word() -> None:
    text = '<phoneme alphabet="ipa" ph="ʁɛspɔ̃">respond</phoneme>'
    assert prepare(text, markup=True).text == "respond"


@pytest.mark.parametrize(
    ("alphabet", "pronunciation", "phonemes"),
    [
        ("ipa", "tʃɔɪs", "ʧYs"),
        ("ipa", "ˈɹiːdɚ", "ˈɹidəɹ"),
        ("cmu-arpabet", "M AE1 D IH0 S AH0 N", "mˈædɪsʌn"),
        ("cmu-arpabet", "Q X", None),
        ("ipa", "", None),
        ("ipa", "a]b", None),
    ],
)
def test_pronunciations(alphabet: str, pronunciation: str, phonemes: str | None) -> None:
    assert model_phonemes(alphabet, pronunciation) == phonemes


@pytest.mark.parametrize(
    ("text", "pauses"), [("Yes.", True), ("yes, ", True), ('"Yes."', True), ("yes", False)]
)
def test_a_clause_ends_in_a_pause(text: str, pauses: bool) -> None:
    assert pauses_after(text) is pauses


def test_rounding_loses_no_time() -> None:
    rounded = diffuse([1.4] * 50)
    assert rounded.min() == 1
    assert rounded.sum() == 70
