"""The language that a text's script suggests, where nobody names one."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from typing import Final

__all__ = ["UNDETERMINED", "script_language"]

UNDETERMINED: Final = "und"

# The first word of a letter's Unicode name -> the language most written in it.
_LANGUAGES: Final[Mapping[str, str]] = {
    "ARABIC": "ar",
    "ARMENIAN": "hy",
    "BENGALI": "bn",
    "BOPOMOFO": "zh",
    "CHEROKEE": "chr",
    "CJK": "zh",
    "CYRILLIC": "ru",
    "DEVANAGARI": "hi",
    "ETHIOPIC": "am",
    "GEORGIAN": "ka",
    "GREEK": "el",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "HANGUL": "ko",
    "HEBREW": "he",
    "HIRAGANA": "ja",
    "KANNADA": "kn",
    "KATAKANA": "ja",
    "MALAYALAM": "ml",
    "MYANMAR": "my",
    "ORIYA": "or",
    "SINHALA": "si",
    "TAMIL": "ta",
    "TELUGU": "te",
    "THAI": "th",
}
_LATIN: Final = frozenset({"LATIN", "FULLWIDTH", "MODIFIER", "MICRO", "FEMININE", "MASCULINE"})
# A letter of these is a syllable or a word.
_SYLLABIC: Final = frozenset({"CJK", "HANGUL", "HIRAGANA", "KATAKANA"})
# Enough to tell, and no text takes long.
_LETTERS: Final = 2_000


def script_language(text: str) -> str | None:
    """Return the language of the script that most of a text is in.

    Returns
    -------
    str or None
        A language code; `UNDETERMINED` for a script that is not known here; None where at least
        half of the text is Latin, or there are no letters.
    """
    scripts = Counter(
        unicodedata.name(character, "UNKNOWN").partition(" ")[0]
        for character in text[:_LETTERS]
        if character.isalpha()
    )
    for script in _SYLLABIC & scripts.keys():
        scripts[script] *= 2
    latin = sum(scripts.pop(script, 0) for script in _LATIN)
    others = scripts.total()
    if latin >= others:
        return None
    if scripts["HIRAGANA"] or scripts["KATAKANA"]:
        return "ja"  # Japanese has more Chinese characters than kana in many a sentence
    return _LANGUAGES.get(scripts.most_common(1)[0][0], UNDETERMINED)
