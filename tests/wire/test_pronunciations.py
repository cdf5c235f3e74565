"""Pairs of a word and its pronunciation: read, refused, and what they change in a request."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.wire.errors import ParameterError
from jupyter_tts.wire.models import IpaForm
from jupyter_tts.wire.parameters import parameter
from jupyter_tts.wire.pronunciations import check_pronunciations, pronunciations
from jupyter_tts.wire.request import ChangeCost, SpeechRequest, changes


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Metformin=mɛtˈfɔɹmɪn, SQL = sequel", {"Metformin": "IPA", "SQL": "sequel"}),
        (r"1\,5=one and a half, a\=b=a=b, C:\\=see", {"1,5": "one and a half", "a=b": "a=b",
                                                      "C:\\": "see"}),
        ("New York=Nu Yok,", {"New York": "Nu Yok"}),
        ({"SQL": "sequel", "1,5": "x, y"}, {"SQL": "sequel", "1,5": "x, y"}),
        (["SQL=sequel"], {"SQL": "sequel"}),
        # Between slashes it is IPA in any case; letters that languages write make none.
        ("go=/go/, hi=sæt, Ə=Məmməd, ax=a/b, 東京=とうきょう",
         {"go": "IPA", "hi": "sæt", "Ə": "Məmməd", "ax": "a/b", "東京": "とうきょう"}),
    ],
)  # fmt: skip
def test_pairs_are_read_as_a_text_a_dict_or_a_list(written: Any, expected: dict[str, str]) -> None:
    checked = check_pronunciations(written)
    read = {p.word: "IPA" if p.is_ipa else p.spoken for p in pronunciations(checked)}
    assert read == expected
    assert check_pronunciations(list(checked)) == check_pronunciations(",".join(checked)) == checked


def test_what_a_keyboard_has_for_ipa_is_taken_for_it() -> None:
    (read,) = pronunciations(check_pronunciations("go=/'go:/"))
    assert read.spoken == "ˈɡoː"


def test_every_fault_is_told_at_once_in_one_sentence() -> None:
    with pytest.raises(ParameterError) as refused:
        SpeechRequest(
            pronounce="SQL=, =x, foo, A=b, A=c, X=[a], {y}=b, B=S IY1 K, Z=/жa/, Q=!!, ?=why, "
            f"R=/ˈ/, {'w' * 61}=w, v={'v' * 103}, C=a\nb",
            stability=7,
        )
    sentence, other = refused.value.faults
    assert other.startswith("stability")
    assert sentence == (
        "pronounce must be pairs such as SQL=sequel: ' foo' has no = between word and "
        "pronunciation; 'SQL=' lacks the pronunciation; '=x' lacks the word; 'A' stands there "
        "twice; '[a]' has the bracket [: IPA goes between slashes; '{y}' has the bracket {; "
        "'S IY1 K' is Arpabet, which is not read here: write IPA; '/жa/' has ж, which is no IPA; "
        "'!!' has nothing to speak; '?' is punctuation alone; '/ˈ/' has no sound; "
        f"'{'w' * 39}…' is longer than 60 characters; '{'v' * 39}…' is longer than 100 "
        "characters; 'a\\nb' has a character that is no part of a text"
    )


@pytest.mark.parametrize("value", [7, "=", {3: "x"}, {"x": None}, [("a", "b")], b"a=b"])
def test_what_is_no_pair_is_refused_with_a_sentence(value: object) -> None:
    with pytest.raises(ValueError, match="must be pairs such as SQL=sequel: "):
        parameter("pronounce").check(value)


@pytest.mark.parametrize("value", ["", ",", {}, [], ()])
def test_there_may_be_none_where_the_settings_have_some(value: object) -> None:
    assert parameter("pronounce").check(value) == ()


def test_there_may_be_a_hundred() -> None:
    pairs = {f"w{number}": "x" for number in range(101)}
    with pytest.raises(ValueError, match="101 are more than 100"):
        check_pronunciations(pairs)
    del pairs["w0"]
    assert len(check_pronunciations(pairs)) == 100


@given(st.dictionaries(st.text(min_size=1), st.text(min_size=1), max_size=4))
def test_what_is_accepted_is_read_as_it_was_given(pairs: dict[str, str]) -> None:
    try:
        checked = check_pronunciations(pairs)
    except ValueError:
        return
    assert [p.word for p in pronunciations(checked)] == [
        word.strip().strip("\ufeff").strip() for word in pairs
    ]
    assert check_pronunciations(",".join(checked)) == checked


@pytest.mark.parametrize(
    ("options", "form"),
    [
        ({"model": "eleven_flash_v2"}, IpaForm.ELEMENT),
        ({"model": "eleven_turbo_v2", "transport": "http"}, IpaForm.ELEMENT),
        ({"model": "eleven_flash_v2_5"}, IpaForm.NONE),
        ({"model": "eleven_multilingual_v2"}, IpaForm.NONE),
        ({"model": "made_up", "server": "https://h.test"}, IpaForm.NONE),
        ({}, IpaForm.NONE),
        ({"server": "local"}, IpaForm.ELEMENT),
        ({"server": "ws://127.0.0.1:9", "model": "eleven_multilingual_v2"}, IpaForm.ELEMENT),
        ({"server": "local", "ssml": False}, IpaForm.NONE),
        ({"model": "eleven_v3"}, IpaForm.SLASHES),
        ({"model": "eleven_v4_turbo", "transport": "http"}, IpaForm.SLASHES),
        ({"server": "local", "model": "eleven_v4"}, IpaForm.SLASHES),
    ],
)
def test_ipa_has_the_form_that_the_model_reads(options: dict[str, Any], form: IpaForm) -> None:
    assert SpeechRequest(**options).ipa_form is form


def test_phoneme_elements_turn_ssml_parsing_on() -> None:
    plain = SpeechRequest(server="local")
    respelled = SpeechRequest(server="local", pronounce={"GIF": "jiff"})
    in_ipa = SpeechRequest(server="local", pronounce={"GIF": "/dʒɪf/"})
    assert plain.url == respelled.url
    assert "enable_ssml_parsing=true" in in_ipa.url
    assert in_ipa.ssml is None  # it is the user's own markup alone
    (change,) = changes(plain, in_ipa)
    assert (change.parameter.name, change.cost) == ("ssml", ChangeCost.SOCKET)
    for options in ({"model": "eleven_v3"}, {"transport": "http"}, {"ssml": False}):
        request = SpeechRequest(server="local", pronounce={"GIF": "/dʒɪf/"}, **options)
        assert "enable_ssml_parsing=true" not in request.url
