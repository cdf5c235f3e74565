"""Pronunciations as clients write them, in the IPA that Piper's voices were taught."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["ipa"]

_ARPABET: Final = {
    "AA": "ɑː",
    "AE": "æ",
    "AH": "ʌ",
    "AO": "ɔː",
    "AW": "aʊ",
    "AY": "aɪ",
    "B": "b",
    "CH": "tʃ",
    "D": "d",
    "DH": "ð",
    "EH": "ɛ",
    "ER": "ɜː",
    "EY": "eɪ",
    "F": "f",
    "G": "ɡ",
    "HH": "h",
    "IH": "ɪ",
    "IY": "iː",
    "JH": "dʒ",
    "K": "k",
    "L": "l",
    "M": "m",
    "N": "n",
    "NG": "ŋ",
    "OW": "oʊ",
    "OY": "ɔɪ",
    "P": "p",
    "R": "ɹ",
    "S": "s",
    "SH": "ʃ",
    "T": "t",
    "TH": "θ",
    "UH": "ʊ",
    "UW": "uː",
    "V": "v",
    "W": "w",
    "Y": "j",
    "Z": "z",
    "ZH": "ʒ",
}
_STRESS: Final = {"0": "", "1": "ˈ", "2": "ˌ", "": ""}
_SIGN: Final = re.compile(r"([A-Z]{1,2})([012]?)")
# What is written for convenience, and what eSpeak NG does not write: ties and syllables.
_AS_TAUGHT: Final = str.maketrans({"g": "ɡ", "'": "ˈ", ":": "ː", ".": None, "͡": None})


def ipa(alphabet: str, pronunciation: str) -> str | None:
    """Return a pronunciation in IPA, sign by sign; None where a sign is unknown.

    Parameters
    ----------
    alphabet : str
        ``ipa`` or ``cmu-arpabet``.
    pronunciation : str
    """
    if alphabet == "ipa":
        signs = "".join(pronunciation.split()).translate(_AS_TAUGHT)
        return unicodedata.normalize("NFD", signs) or None
    letters = []
    for symbol in pronunciation.split():
        sign = _SIGN.fullmatch(symbol.upper())
        if sign is None or sign[1] not in _ARPABET:
            return None
        letters.append(_STRESS[sign[2]] + _ARPABET[sign[1]])
    return "".join(letters) or None
