"""The catalogue of eSpeak NG's voices."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import espeakng_loader
import pytest

from jupyter_tts.server.engines.espeak.voice_table import ELEVENLABS_VOICES, ESPEAK_VOICES
from jupyter_tts.server.engines.espeak.voices import (
    DEFAULT_VOICE,
    LANGUAGES,
    VOICES,
    find_voice,
    is_klatt,
    voice_for_language,
)
from jupyter_tts.server.engines.espeak_library import espeak_directory
from jupyter_tts.wire.voices import DEFAULT_VOICES, LEGACY_VOICES, SUCCESSOR_NAMES

DATA = Path(espeakng_loader.get_data_path())
NO_DICTIONARY = {"fo", "kaa", "xex"}


def variant_lines(espeak: str) -> list[str]:
    variant = espeak.partition("+")[2]
    return (DATA / "voices" / "!v" / variant).read_text("utf-8", "replace").split("\n")


def test_the_table_is_what_is_installed_less_the_voices_without_a_dictionary() -> None:
    installed = {path.name.lower() for path in (DATA / "lang").rglob("*") if path.is_file()}
    assert {identifier for identifier, _ in ESPEAK_VOICES} == installed - NO_DICTIONARY


def test_every_language_has_its_dictionary() -> None:
    files = {path.name.lower(): path for path in (DATA / "lang").rglob("*") if path.is_file()}
    for identifier, _ in ESPEAK_VOICES:
        named = re.search(r"^dictionary\s+(\w+)", files[identifier].read_text("utf-8"), re.M)
        dictionary = named[1] if named else identifier.partition("-")[0]
        assert (DATA / f"{dictionary}_dict").is_file(), identifier


def test_ids_and_espeak_names_are_unique_and_resolvable() -> None:
    assert len({voice.id for voice in VOICES}) == len(VOICES)
    for voice in VOICES:
        assert find_voice(voice.id) == voice
        assert find_voice(voice.engine_voice) is not None
        assert voice.gender in {"male", "female", "neutral"}


def test_the_default_voice_is_american_english() -> None:
    assert (DEFAULT_VOICE.id, DEFAULT_VOICE.language) == ("en-us", "en-us")


@pytest.mark.parametrize("voice_id", ["fo", "kaa", "xex", "", "klingon", "en-us+nope", "+f3"])
def test_what_cannot_be_spoken_is_not_found(voice_id: str) -> None:
    assert find_voice(voice_id) is None


@pytest.mark.parametrize("variant", ["../../lang/gmw/de", "/etc/passwd", "..", "f3/../f4", "f3\n"])
def test_a_variant_is_a_name_and_never_a_path(variant: str) -> None:
    assert find_voice(f"en-us+{variant}") is None


def test_any_installed_variant_can_be_named_with_any_language() -> None:
    voice = find_voice("de+Mr serious")
    assert voice is not None
    assert (voice.engine_voice, voice.language, voice.gender) == ("de+Mr serious", "de", "male")
    voice = find_voice("cmn+f4")
    assert voice is not None
    assert (voice.id, voice.gender) == ("cmn+f4", "female")


def test_espeaks_names_may_be_in_any_case() -> None:
    assert find_voice("EN-US") == DEFAULT_VOICE
    assert find_voice("EN-us+f3") == find_voice("en-us+f3")


def test_the_catalogue_needs_no_installed_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    assert espeak_directory() is None
    assert find_voice("en-us+f3") is not None
    assert find_voice("21m00Tcm4TlvDq8ikWAM") is not None


@pytest.mark.parametrize(
    ("voice_id", "name", "gender"),
    [
        ("21m00Tcm4TlvDq8ikWAM", "Rachel (embedded voice)", "female"),
        ("JBFqnCBsd6RMkjVDRZzb", "George (embedded voice)", "male"),
        ("EXAVITQu4vr4xnSDxMaL", "Sarah (embedded voice)", "female"),
    ],
)
def test_a_well_known_id_says_who_answers(voice_id: str, name: str, gender: str) -> None:
    voice = find_voice(voice_id)
    assert voice is not None
    assert (voice.name, voice.gender) == (name, gender)
    assert voice.language.startswith("en")


def test_each_voice_that_ends_and_each_successor_is_answered() -> None:
    table = {id_: (name, gender, espeak) for id_, name, gender, espeak in ELEVENLABS_VOICES}
    assert {id_: name for id_, (name, _, _) in table.items()} == {
        **{voice.id: voice.name for voice in DEFAULT_VOICES},
        **LEGACY_VOICES,
        **SUCCESSOR_NAMES,
    }
    for voice in DEFAULT_VOICES:
        if voice.successor_id:
            assert table[voice.successor_id][1:] == table[voice.id][1:]


def test_well_known_ids_map_to_installed_variants_of_their_gender() -> None:
    for voice_id, name, gender, espeak in ELEVENLABS_VOICES:
        assert re.fullmatch(r"[0-9A-Za-z]{20}", voice_id)
        written = [line.split()[1].lower() for line in variant_lines(espeak) if "gender" in line]
        assert written in ([], [gender]), name
        assert gender != "female" or written, name


def test_klatt_variants_are_known_from_their_files() -> None:
    assert is_klatt("en-us+klatt4")
    assert is_klatt("de+Reed")
    assert not is_klatt("en-us+f3")
    assert not is_klatt("en-us")


def test_every_language_that_is_listed_can_be_asked_for() -> None:
    assert {"en", "de", "zh", "no", "cmn"} < set(LANGUAGES)
    klingon = find_voice("piqd")
    assert klingon is not None
    for code, name in LANGUAGES.items():
        spoken = voice_for_language(klingon, code)
        assert spoken.engine_voice != "piqd"
        assert {voice.id: voice.name for voice in VOICES}[spoken.engine_voice] == name


@pytest.mark.parametrize(
    ("voice_id", "code", "espeak"),
    [
        ("en-us", "de", "de"),
        ("21m00Tcm4TlvDq8ikWAM", "de", "de+f3"),
        ("en-us+f3", "zh", "cmn+f3"),
        ("de", "en", "en-us"),
        ("en", "en", "en"),
        ("en-us", "en-GB", "en"),
        ("de", "no", "nb"),
        ("de", "PT_br", "pt-br"),
        ("pt-br", "pt", "pt-br"),
        ("cmn-latn-pinyin", "zh", "cmn-latn-pinyin"),
        ("en-us", "fo", "en-us"),
        ("en-us", "xx", "en-us"),
        ("en-us", "21m00Tcm4TlvDq8ikWAM", "en-us"),
    ],
)
def test_a_language_code_changes_the_language_and_keeps_the_variant(
    voice_id: str, code: str, espeak: str
) -> None:
    voice = find_voice(voice_id)
    assert voice is not None
    spoken = voice_for_language(voice, code)
    assert (spoken.engine_voice, spoken.id, spoken.gender) == (espeak, voice.id, voice.gender)
    assert espeak != voice.engine_voice or spoken == voice
