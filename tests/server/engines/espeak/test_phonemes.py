"""Pronunciations in eSpeak NG's mnemonics."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.server.engines.espeak.phonemes import mnemonics, pronunciations


@pytest.mark.parametrize(
    ("alphabet", "pronunciation", "expected"),
    [
        ("ipa", "təˈmeɪtoʊ", "t|@|m|'eI|t|oU"),
        ("ipa", "/tə.ˈmɑː.toʊ/", "t|@|m|'A:|t|oU"),
        ("ipa", "ˌʌndɚˈstænd", ",V|n|d|3|s|t|'a|n|d"),
        ("ipa", "t͡ʃɜːtʃ", "tS|3:|tS"),
        ("ipa", "ˈθɪŋkɪŋ", "T|'I|N|k|I|N"),
        ("cmu-arpabet", "T AH0 M EY1 T OW2", "t|@|m|'eI|t|,oU"),
        ("cmu-arpabet", "m ae d ih s ah n", "m|a|d|I|s|V|n"),
        ("cmu-arpabet", "HH AE1 P IY0", "h|'a|p|i"),
    ],
)
def test_what_maps_is_written_in_mnemonics(
    alphabet: str, pronunciation: str, expected: str
) -> None:
    assert mnemonics(alphabet, pronunciation, "en-us+f3") == expected


@pytest.mark.parametrize(
    ("alphabet", "pronunciation"),
    [
        ("ipa", "ʁɛspɔ̃"),
        ("ipa", "ˈteːst"),
        ("ipa", "TEST"),
        ("ipa", "]] boo [["),
        ("ipa", "ˈ"),
        ("ipa", "pst"),
        ("ipa", ""),
        ("cmu-arpabet", "T AH9"),
        ("cmu-arpabet", "QQ AH0"),
        ("cmu-arpabet", "aɪ"),
        ("cmu-arpabet", ""),
    ],
)
def test_what_does_not_map_is_none(alphabet: str, pronunciation: str) -> None:
    assert mnemonics(alphabet, pronunciation, "en-us") is None


@pytest.mark.parametrize(
    ("voice", "english"), [("en", True), ("en-gb-x-rp", True), ("de", False), ("enm", False)]
)
def test_only_english_voices_have_the_phonemes(voice: str, english: bool) -> None:
    assert (mnemonics("ipa", "ˈtɛst", voice) is not None) is english


@given(st.sampled_from(["ipa", "cmu-arpabet"]), st.text(st.sampled_from("təˈɪːɑ AH01TMEY]|['")))
def test_mnemonics_never_end_their_brackets(alphabet: str, pronunciation: str) -> None:
    mapped = mnemonics(alphabet, pronunciation, "en-us")
    assert mapped is None or not set(mapped) & set("[] <>")


def test_a_phoneme_element_is_found_with_its_word_and_mnemonics() -> None:
    element = '<phoneme alphabet="ipa" ph="ˈtɛst">word</phoneme>'
    (pronunciation,) = pronunciations(f"say {element}!", "en-us")
    assert pronunciation.whole == (4, 4 + len(element))
    assert f"say {element}!"[slice(*pronunciation.word)] == "word"
    assert pronunciation.mnemonics == "t|'E|s|t"
