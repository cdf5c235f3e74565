"""The language that a text's script suggests, where nobody names one."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from typing import Final

__all__ = ["UNDETERMINED", "is_written_in", "script_language", "script_runs"]

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
# Languages that share the script of one above.
_SAME_SCRIPT: Final[Mapping[str, str]] = {
    **dict.fromkeys(("fa", "ku", "ps", "sd", "ug", "ur"), "ar"),
    **dict.fromkeys(("be", "bg", "kk", "ky", "mk", "mn", "sr", "tg", "tt", "uk"), "ru"),
    **dict.fromkeys(("kok", "mr", "ne", "sa"), "hi"),
    **dict.fromkeys(("cmn", "hak", "yue"), "zh"),
    **dict.fromkeys(("as", "bpy"), "bn"),
    "grc": "el",
    "ti": "am",
    "yi": "he",
}
_LATIN: Final = frozenset({"LATIN", "MODIFIER", "MICRO", "FEMININE", "MASCULINE"})
# A letter of these is a syllable or a word.
_SYLLABIC: Final = frozenset({"CJK", "HANGUL", "HIRAGANA", "KATAKANA"})
_EAST_ASIAN: Final = frozenset({"BOPOMOFO", "CJK", "HIRAGANA", "KATAKANA"})
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
        script for character in text[:_LETTERS] if (script := _script(character)) is not None
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


def script_runs(text: str) -> list[tuple[str, str | None]]:
    """Cut a text where its script changes.

    Returns
    -------
    list of (str, str or None)
        Parts that joined are the text, each with its `script_language`. What is no letter belongs
        to the part before it.
    """
    cuts = [0]
    group: str | None = None
    for index, character in enumerate(text):
        script = _script(character)
        if script is None or _group(script) == group:
            continue
        if group is not None:
            cuts.append(index)
        group = _group(script)
    parts = [text[start:end] for start, end in pairwise([*cuts, len(text)])]
    return [(part, script_language(part)) for part in parts]


def is_written_in(language: str, script: str) -> bool:
    """Whether a language, by its tag, is written in the script that `script_language` names so."""
    base = language.lower().partition("-")[0]
    return base == script or _SAME_SCRIPT.get(base) == script


def _script(character: str) -> str | None:
    """Return the script of a letter, as the first word of its Unicode name; None for no letter."""
    if not character.isalpha():
        return None
    script = _first_word(character)
    if script in _LANGUAGES or script in _LATIN:
        return script
    # The name of a letter of another width or style begins with that.
    return _first_word(unicodedata.normalize("NFKC", character)[0])


def _first_word(character: str) -> str:
    return unicodedata.name(character, "UNKNOWN").partition(" ")[0]


def _group(script: str) -> str:
    """Return the script, the same one for those that a single word may mix."""
    if script in _LATIN:
        return "LATIN"
    return "CJK" if script in _EAST_ASIAN else script
