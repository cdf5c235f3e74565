"""Pronunciations as clients write them, in the phoneme mnemonics of eSpeak NG's English voices.

eSpeak NG names phonemes per language; the tables here hold for all its English voices, and so both
alphabets are for English only: CMU Arpabet is by nature, and of the IPA the sounds of English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ..ssml import Span, phoneme_elements

__all__ = ["Pronunciation", "mnemonics", "pronunciations"]

_VOWELS: Final[Mapping[str, str]] = {
    # IPA
    "aɪ": "aI",
    "aʊ": "aU",
    "eɪ": "eI",
    "oʊ": "oU",
    "əʊ": "oU",
    "ɔɪ": "OI",
    "ɪə": "i@",
    "eə": "e@",
    "ɛə": "e@",
    "ʊə": "U@",
    "iː": "i:",
    "i": "i",
    "uː": "u:",
    "u": "u:",
    "ɑː": "A:",
    "ɑ": "A:",
    "ɔː": "O:",
    "ɔ": "O:",
    "ɜː": "3:",
    "ɜ": "3:",
    "ɝː": "3:",
    "ɝ": "3:",
    "ɚ": "3",
    "ə": "@",
    "ɪ": "I",
    "ʊ": "U",
    "ɛ": "E",
    "e": "E",
    "æ": "a",
    "a": "a",
    "ʌ": "V",
    "ɒ": "0",
    # CMU Arpabet
    "AA": "A:",
    "AE": "a",
    "AH": "V",
    "AO": "O:",
    "AW": "aU",
    "AY": "aI",
    "EH": "E",
    "ER": "3:",
    "EY": "eI",
    "IH": "I",
    "IY": "i:",
    "OW": "oU",
    "OY": "OI",
    "UH": "U",
    "UW": "u:",
}
_CONSONANTS: Final[Mapping[str, str]] = {
    # IPA
    "tʃ": "tS",
    "ʧ": "tS",
    "dʒ": "dZ",
    "ʤ": "dZ",
    **{letter: letter for letter in "pbtdkmnfvszhljwx"},
    "g": "g",
    "ɡ": "g",
    "ŋ": "N",
    "θ": "T",
    "ð": "D",
    "ʃ": "S",
    "ʒ": "Z",
    "ɫ": "l",
    "r": "r",
    "ɹ": "r",
    "ɻ": "r",
    "ɾ": "*",
    "ʔ": "?",
    # CMU Arpabet
    **{letter: letter.lower() for letter in "BDFGKLMNPRSTVWZ"},
    "CH": "tS",
    "DH": "D",
    "HH": "h",
    "JH": "dZ",
    "NG": "N",
    "SH": "S",
    "TH": "T",
    "Y": "j",
    "ZH": "Z",
}
_SOUNDS: Final = {**_VOWELS, **_CONSONANTS}
# Vowels whose unstressed form has a name of its own.
_UNSTRESSED: Final = {"AH": "@", "ER": "3", "IY": "i"}

_IPA_SOUND: Final = re.compile(
    "|".join(sorted((s for s in _SOUNDS if not s.isupper()), key=len, reverse=True))
)
_ARPABET_SOUND: Final = re.compile(r"([A-Z]{1,2})([012]?)")
_STRESS: Final = {"ˈ": "'", "ˌ": ",", "1": "'", "2": ","}
# The tie bar of an affricate; syllable breaks, and the slashes of a phonemic transcription.
_IPA_IGNORED: Final = str.maketrans("", "", "\u0361\u035c./ ")

_ENGLISH: Final = re.compile(r"en(?![a-z0-9])")

# Between two phonemes, so that they are not read as the longer name of a third.
_SEPARATOR: Final = "|"


@dataclass(frozen=True, slots=True)
class Pronunciation:
    """A phoneme element of a text as eSpeak NG is to speak it.

    Attributes
    ----------
    whole, word : Span
        Where the element and the word in it begin and end.
    mnemonics : str or None
        None where the pronunciation does not map, so that the word is read instead.
    """

    whole: Span
    word: Span
    mnemonics: str | None


def pronunciations(text: str, voice: str) -> Iterator[Pronunciation]:
    """Find the phoneme elements of a text, for a voice by eSpeak NG's name."""
    for element in phoneme_elements(text):
        mapped = mnemonics(element.alphabet, element.pronunciation, voice)
        yield Pronunciation(element.whole, element.word, mapped)


def mnemonics(alphabet: str, pronunciation: str, voice: str) -> str | None:
    """Return a pronunciation in eSpeak NG's mnemonics, or None for what does not map.

    Parameters
    ----------
    alphabet
        ``"ipa"`` or ``"cmu-arpabet"`` (ElevenLabs guide to pronunciation, phoneme tags).
    pronunciation
        What stands in ``ph``.
    voice
        eSpeak NG's name of the voice. Only English ones have the phonemes of these tables.
    """
    if _ENGLISH.match(voice) is None:
        return None
    sounds = _ipa(pronunciation) if alphabet == "ipa" else _arpabet(pronunciation)
    if not sounds or not any(sound in _VOWELS for sound, _ in sounds):
        return None
    return _SEPARATOR.join(_write(sound, stress) for sound, stress in sounds)


def _ipa(pronunciation: str) -> list[tuple[str, str]] | None:
    """Return the sounds, each vowel with the stress that its syllable was marked with."""
    text = pronunciation.translate(_IPA_IGNORED)
    sounds: list[tuple[str, str]] = []
    stress, index = "", 0
    while index < len(text):
        if text[index] in _STRESS:
            stress, index = _STRESS[text[index]], index + 1
            continue
        match = _IPA_SOUND.match(text, index)
        if match is None:
            return None
        sound, index = match.group(), match.end()
        sounds.append((sound, stress if sound in _VOWELS else ""))
        stress = "" if sound in _VOWELS else stress
    return sounds


def _arpabet(pronunciation: str) -> list[tuple[str, str]] | None:
    sounds: list[tuple[str, str]] = []
    for token in pronunciation.upper().split():
        match = _ARPABET_SOUND.fullmatch(token)
        if match is None or match[1] not in _SOUNDS:
            return None
        sounds.append((match[1], match[2]))
    return sounds


def _write(sound: str, stress: str) -> str:
    if stress == "0":
        return _UNSTRESSED.get(sound, _SOUNDS[sound])
    return _STRESS.get(stress, stress) + _SOUNDS[sound]
