"""eSpeak NG's voices, and the ElevenLabs ids that stand for some of them.

The catalogue is a static table (`voice_table`), so that it can be read without a worker; only a
variant that the table does not list is looked up in the installed voice data.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from ..espeak_library import espeak_directory
from ..voices import Voice
from .voice_table import ELEVENLABS_VOICES, ESPEAK_VOICES, VARIANT_VOICES

__all__ = [
    "DEFAULT_VOICE",
    "LANGUAGES",
    "VOICES",
    "find_voice",
    "is_klatt",
    "voice_for_language",
]


_ENGINE = "eSpeak NG"
_LACKING = ("seed",)

# Voice file name -> first language tag, where eSpeak NG has them differ.
_LANGUAGE_TAGS = {
    "chr": "chr-us-qaaa-x-west",
    "en": "en-gb",
    "fr": "fr-fr",
    "yue-latn-jyutping": "yue",
}
# Language code -> voice file name, where they differ; the tags above are accepted as well.
_LANGUAGE_CODES = {
    "en": "en-us",  # the default voice's English
    "en-gb": "en",
    "es-es": "es",
    "es-mx": "es-419",
    "fr-fr": "fr",
    "no": "nb",
    "pt-pt": "pt",
    "zh": "cmn",
    "zh-cmn": "cmn",
    "zh-yue": "yue",
}
# Also keeps a request from naming a path.
_VARIANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]*")


def _catalogue() -> tuple[Voice, ...]:
    """The table's voices.  By themselves eSpeak NG's voices are male."""
    tags = {id_: _LANGUAGE_TAGS.get(id_, id_) for id_, _ in ESPEAK_VOICES}
    plain = [Voice(id_, name, tags[id_], "male", _ENGINE, id_) for id_, name in ESPEAK_VOICES]
    variants = [
        Voice(id_, name, tags[id_.partition("+")[0]], gender, _ENGINE, id_)
        for id_, name, gender in VARIANT_VOICES
    ]
    well_known = [
        Voice(
            id_,
            f"{name} (embedded voice)",
            tags[espeak_voice.partition("+")[0]],
            gender,
            _ENGINE,
            espeak_voice,
        )
        for id_, name, gender, espeak_voice in ELEVENLABS_VOICES
    ]
    voices = (*plain, *variants, *well_known)
    return tuple(replace(voice, without_effect=_LACKING, names_letters=True) for voice in voices)


VOICES: tuple[Voice, ...] = _catalogue()
"""Every usable voice once, a few English variants, and ElevenLabs' well-known ids."""

_BY_ID = {voice.id: voice for voice in VOICES}
_PLAIN = {id_: _BY_ID[id_] for id_, _ in ESPEAK_VOICES}

DEFAULT_VOICE: Voice = _PLAIN["en-us"]

LANGUAGES: dict[str, str] = {
    code: _PLAIN[_LANGUAGE_CODES.get(code, code)].name
    for code in sorted({*_PLAIN, *_LANGUAGE_CODES})
    if re.fullmatch("[a-z]{2,3}", code)
}
"""The ISO 639 codes that `voice_for_language` knows, and the names of what they stand for."""


def find_voice(voice_id: str) -> Voice | None:
    """Find a voice by id.

    Parameters
    ----------
    voice_id : str
        An id of `VOICES`; or a plain voice of it and ``+`` and any variant whose file is installed
        (``de+f3``).  eSpeak NG's names may be in upper or lower case; variants keep theirs.

    Returns
    -------
    Voice or None
        None for an unknown voice, and for a variant that is not installed: eSpeak NG itself would
        silently speak with the plain voice.
    """
    if voice := _BY_ID.get(voice_id):
        return voice
    base, plus, variant = voice_id.partition("+")
    plain = _PLAIN.get(base.lower())
    if plain is None or not plus:
        return plain
    if listed := _BY_ID.get(f"{plain.id}+{variant}"):
        return listed
    data = _variant_data(variant)
    if data is None:
        return None
    return replace(
        plain,
        id=f"{plain.id}+{variant}",
        name=f"{plain.name}, variant {variant}",
        gender="female" if re.search(r"^gender\s+female", data, re.MULTILINE) else "male",
        engine_voice=f"{plain.id}+{variant}",
    )


def voice_for_language(voice: Voice, code: str) -> Voice:
    """Return a voice like this one that speaks a language.

    Parameters
    ----------
    voice : Voice
    code : str
        An ISO 639-1 code (``de``), or a tag with a region (``pt-br``).

    Returns
    -------
    Voice
        With the id and variant of ``voice``.  The very voice when it speaks the language already
        or the code is unknown: ElevenLabs documents that language_code is ignored where it is not
        supported.
    """
    wanted = _tag(code)
    plain = _plain_voice(code)
    if plain is None:
        return voice
    current, plus, variant = voice.engine_voice.partition("+")
    if "-" not in wanted and plain.id.partition("-")[0] == current.partition("-")[0]:
        return voice
    return replace(voice, language=plain.language, engine_voice=f"{plain.id}{plus}{variant}")


def is_known_language(code: str) -> bool:
    """Whether `voice_for_language` knows a language."""
    return _plain_voice(code) is not None


def is_klatt(espeak_voice: str) -> bool:
    """Whether an eSpeak NG voice name has a variant made by a Klatt synthesizer."""
    data = _variant_data(espeak_voice.partition("+")[2])
    return data is not None and re.search(r"^klatt\s+\d", data, re.MULTILINE) is not None


def _tag(code: str) -> str:
    return code.strip().lower().replace("_", "-")


def _plain_voice(code: str) -> Voice | None:
    wanted = _tag(code)
    return _PLAIN.get(_LANGUAGE_CODES.get(wanted, wanted))


@lru_cache(maxsize=256)
def _variant_data(variant: str) -> str | None:
    """The variant's file; None when there is none of exactly this name."""
    directory = espeak_directory()
    if directory is None or not _VARIANT.fullmatch(variant):
        return None
    path = Path(directory) / "espeak-ng-data" / "voices" / "!v" / variant
    if not path.is_file():
        return None
    return path.read_text("utf-8", "replace")
