"""How long the sound of a text is at least, told before it is spoken."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import Final

from ..engines.scripts import script_language
from ..engines.ssml import Pause, runs
from ..engines.voices import Voice

__all__ = ["least_seconds"]

# Seconds per character, at a speed of 1: some half of what was measured with the embedded voices in
# ordinary text.
_LETTER: Final = 0.03
_SYLLABLE: Final = 0.12  # a character of Han, a syllable of Hangul
_SYLLABLES: Final = ("CJK UNIFIED", "CJK COMPAT", "HANGUL SYL")
# A letter that is named takes 0.6 or more ("Chinese letter"). Some foreign ones are read, so only
# those are counted of which it was heard.
_NAMED: Final = 0.4
_NAMED_LANGUAGES: Final = frozenset({"ja", "my", "zh"})
_READ_BY: Final = frozenset({"cmn", "hak", "ja", "ko", "my", "yue", "zh"})


def least_seconds(
    text: str,
    voice: Voice,
    *,
    language: str | None = None,
    speed: float = 1.0,
    markup: bool = False,
) -> float:
    """Return how many seconds the sound of a text has at least.

    Parameters
    ----------
    text
    voice
        Who speaks.
    language
        The request's language_code.
    speed
        The request's.
    markup
        Whether break tags are obeyed.
    """
    names_letters = _names_letters(voice, language)
    seconds = pauses = 0.0
    for run in runs(text) if markup else [text]:
        if isinstance(run, Pause):
            pauses += run.seconds
            continue
        for character, count in Counter(run).items():
            seconds += count * _seconds(character, names_letters=names_letters)
    return pauses + seconds / max(speed, 0.25)


def _names_letters(voice: Voice, language: str | None) -> bool:
    spoken = {code.lower().partition("-")[0] for code in (voice.language, language or "")}
    return voice.names_letters and not spoken & _READ_BY


def _seconds(character: str, *, names_letters: bool) -> float:
    if not character.isalpha():
        return 0.0
    if names_letters and script_language(character) in _NAMED_LANGUAGES:
        return _NAMED
    name = unicodedata.name(character, "")
    return _SYLLABLE if name.startswith(_SYLLABLES) else _LETTER
