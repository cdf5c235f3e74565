"""Pronunciations as clients write them, in the phoneme letters of the natural voice."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["model_phonemes"]

# The letters of the model, as its authors document them (misaki): one for each diphthong.
_IPA: Final = {
    "aɪ": "I",
    "aʊ": "W",
    "eɪ": "A",
    "oʊ": "O",
    "əʊ": "O",
    "ɔɪ": "Y",
    "tʃ": "ʧ",
    "t͡ʃ": "ʧ",
    "dʒ": "ʤ",
    "d͡ʒ": "ʤ",
    "ɝ": "ɜɹ",
    "ɚ": "əɹ",
    "g": "ɡ",
    "r": "ɹ",
    "ː": "",
    ".": "",
    "'": "ˈ",
    **{letter: letter for letter in "bdfhijklmnpstuvwzæðŋɑɔəɛɜɡɪɹʃʊʌʒʤʧθˈˌ"},
    "e": "ɛ",
    "a": "æ",
    "ɒ": "ɑ",
}
_ARPABET: Final = {
    "AA": "ɑ",
    "AE": "æ",
    "AH": "ʌ",
    "AO": "ɔ",
    "AW": "W",
    "AY": "I",
    "B": "b",
    "CH": "ʧ",
    "D": "d",
    "DH": "ð",
    "EH": "ɛ",
    "ER": "ɜɹ",
    "EY": "A",
    "F": "f",
    "G": "ɡ",
    "HH": "h",
    "IH": "ɪ",
    "IY": "i",
    "JH": "ʤ",
    "K": "k",
    "L": "l",
    "M": "m",
    "N": "n",
    "NG": "ŋ",
    "OW": "O",
    "OY": "Y",
    "P": "p",
    "R": "ɹ",
    "S": "s",
    "SH": "ʃ",
    "T": "t",
    "TH": "θ",
    "UH": "ʊ",
    "UW": "u",
    "V": "v",
    "W": "w",
    "Y": "j",
    "Z": "z",
    "ZH": "ʒ",
}
_STRESS: Final = {"0": "", "1": "ˈ", "2": "ˌ", "": ""}
_IPA_SIGN: Final = re.compile(
    "|".join(re.escape(sign) for sign in sorted(_IPA, key=len, reverse=True))
)
_ARPABET_SIGN: Final = re.compile(r"([A-Z]{1,2})([012]?)")


def model_phonemes(alphabet: str, pronunciation: str) -> str | None:
    """Return a pronunciation in the model's letters; None where a sign has none.

    Parameters
    ----------
    alphabet : str
        ``ipa`` or ``cmu-arpabet``.
    pronunciation : str
    """
    letters: list[str] = []
    if alphabet == "ipa":
        position = 0
        signs = "".join(pronunciation.split())
        while position < len(signs):
            sign = _IPA_SIGN.match(signs, position)
            if sign is None:
                return None
            letters.append(_IPA[sign.group()])
            position = sign.end()
    else:
        for symbol in pronunciation.split():
            sign = _ARPABET_SIGN.fullmatch(symbol.upper())
            if sign is None or sign[1] not in _ARPABET:
                return None
            letters.append(_STRESS[sign[2]] + _ARPABET[sign[1]])
    return "".join(letters) or None
