"""Words that are spoken as their user says, and the way back to the words."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.client.reading.pronunciations import PronunciationReader
from jupyter_tts.client.reading.reading import Reading, reading_of
from jupyter_tts.wire.models import IpaForm
from jupyter_tts.wire.pronunciations import check_pronunciations, pronunciations
from jupyter_tts.wire.request import SpeechRequest


def reading(pairs: str, form: IpaForm = IpaForm.ELEMENT, **options: bool) -> Reading:
    checked = tuple(pronunciations(check_pronunciations(pairs)))
    return Reading([PronunciationReader(checked, form, **options)])


def spoken(pairs: str, text: str, form: IpaForm = IpaForm.ELEMENT, **options: bool) -> str:
    return reading(pairs, form, **options).feed(text, ended=True)


@pytest.mark.parametrize(
    ("pairs", "text", "expected"),
    [
        ("SQL=sequel", "SQL, MySQL, SQLite, SQL_x, SQL2, (SQL).",
         "sequel, MySQL, SQLite, SQL_x, SQL2, (sequel)."),
        ("SQL=sequel", "SQL's, SQL’s, 'SQL' and SQL-based",
         "sequel's, sequel’s, 'sequel' and sequel-based"),
        ("SQL=sequel", "sql Sql", "sql Sql"),
        ("cat=kitty", "Cat, cat, CAT", "kitty, kitty, CAT"),
        ("can=ken, t=tee, s=ess", "can't, it's, can, t", "can't, it's, ken, tee"),
        ("New York=Nu Yok, New=Noo", "New York, New\nYork, New Yorker",
         "Nu Yok, Nu Yok, Noo Yorker"),
        ("SQL=sequel, SQL Server=S", "SQL Server or SQL Serverless", "S or sequel Serverless"),
        ("C++=see plus plus, C=see", "C++ and C.", "see plus plus and see."),
        ("a=SQL, SQL=a", "a SQL", "SQL a"),
        ("東京=とうきょう, 서울=Soul", "東京都と서울은", "とうきょう都とSoul은"),
        ("SQL=sequel", "使用SQL数据库", "使用sequel数据库"),
        ("café=kafay", "cafe\u0301 Café", "kafay kafay"),
        ("O'Neil=oh neal", "O’Neil", "oh neal"),
        ("straße=strasse", "Straße", "strasse"),
        (r"1\,5=one and a half, a\=b=equal", "1,5 a=b", "one and a half equal"),
        ("क=ka", "कि क", "कि ka"),
        ("→=to, &=and", "→→ a&→1, 用→数 (→)", "to to a and to 1, 用to数 (to)"),
        ("→=leads to, &=and, @=at", "a→b & c@d", "a leads to b and c at d"),
    ],
)  # fmt: skip
def test_whole_words_are_spoken_as_they_are_respelled(pairs: str, text: str, expected: str) -> None:
    assert spoken(pairs, text) == expected


ELEMENT = '<phoneme alphabet="ipa" ph="ˈsiːkwəl">SQL</phoneme>'
IPA = "SQL=/ˈsiːkwəl/, New York=nuː ˈjɔɹk, AT&T=/eɪtiː/"


def test_ipa_is_written_in_the_form_that_the_model_reads() -> None:
    text = "SQL's New York"
    assert spoken(IPA, text, IpaForm.SLASHES) == "/ˈsiːkwəlz/ /nuː ˈjɔɹk/"
    assert spoken(IPA, text, IpaForm.NONE) == text
    assert spoken(IPA, text) == (
        '<phoneme alphabet="ipa" ph="ˈsiːkwəlz">SQL\'s</phoneme> '
        '<phoneme alphabet="ipa" ph="nuː">New</phoneme> '
        '<phoneme alphabet="ipa" ph="ˈjɔɹk">York</phoneme>'
    )


@pytest.mark.parametrize(
    ("ipa", "possessive"),
    [("ˈsiːkwəl", "ˈsiːkwəlz"), ("kæt", "kæts"), ("ˈdʒɔːdʒ", "ˈdʒɔːdʒɪz"), ("bɒs", "bɒsɪz"),
     ("nuː", "nuːz"), ("buʃ", "buʃɪz")],
)  # fmt: skip
def test_a_possessive_is_spoken_with_its_word(ipa: str, possessive: str) -> None:
    expected = f'<phoneme alphabet="ipa" ph="{possessive}">X’s</phoneme>!'
    assert spoken(f"X=/{ipa}/", "X’s!") == expected


def test_a_model_without_ipa_is_told_of_once() -> None:
    plain = reading(f"{IPA}, API=A P I", IpaForm.NONE)
    assert plain.feed("API, SQL, SQL, AT&T", ended=True) == "A P I, SQL, SQL, AT&T"
    assert plain.notes == ["IPA is not sent, since the model reads none: a respelling works"]
    assert plain.summaries == ["words pronounced as you say"]
    assert reading(IPA, IpaForm.NONE).notes == []


@pytest.mark.parametrize(
    ("options", "sent", "notes"),
    [
        ({"model": "eleven_flash_v2"}, f"{ELEMENT} &amp; A P I", []),
        ({"model": "eleven_turbo_v2", "transport": "http"}, f"{ELEMENT} & A P I", []),
        ({"model": "eleven_flash_v2", "ssml": True}, f"{ELEMENT} & A P I", []),
        ({"model": "eleven_v3"}, "/ˈsiːkwəl/ & A P I", []),
        ({"model": "eleven_flash_v2_5"}, "SQL & A P I", ["eleven_flash_v2_5 reads none"]),
        ({}, "SQL & A P I", ["the model reads none"]),
        ({"server": "local", "ssml": False}, "SQL & A P I", ["SSML is switched off"]),
    ],
)
def test_a_request_decides_the_form(options: dict[str, Any], sent: str, notes: list[str]) -> None:
    request = SpeechRequest(pronounce={"SQL": "/ˈsiːkwəl/", "API": "A P I"}, **options)
    read = reading_of(request)
    assert read.feed("SQL & API", ended=True) == sent
    whys = [note.removeprefix("IPA is not sent, since ").partition(":")[0] for note in read.notes]
    assert whys == notes


def test_text_beside_phoneme_elements_stays_text() -> None:
    text = "AT&T < SQL & <b>R&D</b>"
    pairs = f"{IPA}, R&D=R & D"
    assert spoken(pairs, text, escapes=True) == (
        '<phoneme alphabet="ipa" ph="eɪtiː">AT&amp;T</phoneme> &lt; '
        '<phoneme alphabet="ipa" ph="ˈsiːkwəl">SQL</phoneme> &amp; &lt;b>R &amp; D&lt;/b>'
    )


def test_no_word_is_looked_for_in_the_users_own_markup() -> None:
    text = '<break time="1s"/> time < time <phoneme ph="x" alphabet="ipa">time</phoneme> time'
    assert spoken("time=R&D, s=ess", text, markup=True) == (
        '<break time="1s"/> R&amp;D < R&amp;D <phoneme ph="x" alphabet="ipa">time</phoneme> R&amp;D'
    )


@pytest.mark.parametrize("form", IpaForm)
def test_what_is_spoken_for_a_word_leads_back_to_it(form: IpaForm) -> None:
    text = "a < b: New York's SQL, API & AT&T."
    whole = reading(f"{IPA}, API=A P I", form, escapes=True)
    sent = whole.feed(text, ended=True)
    for word in ("New", "York", "SQL", "API", "AT", "b"):
        sought = {"API": "A P I" if sent.count("A P I") else "API"}.get(word, word)
        if form is IpaForm.SLASHES and sought not in sent:
            continue
        start = sent.index(sought)
        span = whole.original_span(start, start + len(sought))
        assert span is not None
        assert text[slice(*span)].startswith(word)
    if form is IpaForm.ELEMENT:
        opening = sent.index('<phoneme alphabet="ipa" ph="nuː"')
        assert whole.original_position(opening + 5) == text.index("New")
    if form is IpaForm.SLASHES:
        start = sent.index("/ˈsiː")
        assert whole.original_span(start, start + 4) == (text.index("SQL"), text.index("SQL") + 3)


@pytest.mark.parametrize(
    ("tokens", "given"),
    [
        (["I like SQL", ".", " It"], ["I like ", "sequel.", " It"]),
        (["I like SQL. ", "It"], ["I like sequel. ", "It"]),
        (["New", " ", "Yo", "u."], ["", "", "", "New You."]),
        (["By Acme Inc.", " He"], ["By Acme incorporated", " He"]),
        (["nothing", " to", " hold"], ["nothing", " to", " hold"]),
        (["SQ"], ["SQ"]),
    ],
)
def test_only_what_may_become_a_word_waits(tokens: list[str], given: list[str]) -> None:
    chain = reading("SQL=sequel, New York=x, Inc.=incorporated")
    last = len(tokens) - 1
    assert [chain.feed(t, ended=n == last) for n, t in enumerate(tokens)] == given


PAIRS = (
    "SQL=sequel, SQL Server=Serve, New York=/nuː ˈjɔɹk/, cat=/kæt/, 東京=/toːkjoː/, t=tee, "
    "C++=c, →=to"
)
PARTS = st.lists(
    st.sampled_from(
        ["SQL", "Server", "New", "York", " ", "\n", "cat", "Cat", "東京", "'", "s", "t", "C", "+",
         "→", "<", "&", ">", "phoneme", "/", ".", "\u0301", "é", "break"]
    ), max_size=12,
)  # fmt: skip


@given(
    parts=PARTS,
    cuts=st.sets(st.integers(0, 60)),
    form=st.sampled_from(IpaForm),
    options=st.sampled_from([{}, {"escapes": True}, {"markup": True}]),
)
def test_however_a_text_is_divided_it_is_spoken_alike(
    parts: Sequence[str], cuts: set[int], form: IpaForm, options: dict[str, bool]
) -> None:
    text = "".join(parts)
    whole, divided = reading(PAIRS, form, **options), reading(PAIRS, form, **options)
    expected = whole.feed(text, ended=True)
    places = [0, *sorted(cut for cut in cuts if cut < len(text)), len(text)]
    for start, stop in itertools.pairwise(places):
        divided.feed(text[start:stop])
    divided.feed("", ended=True)
    assert divided.spoken == expected
    last = 0
    for position in range(len(expected)):
        assert divided.original_span(position, position + 1) == whole.original_span(
            position, position + 1
        )
        assert last <= (last := whole.original_position(position)) <= len(text)
