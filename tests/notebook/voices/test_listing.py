"""The list of voices: order, filter, sizes, and its forms without a widget."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_tts.notebook.voices.listing import VoiceGroup, group_voices
from jupyter_tts.notebook.voices.rendering import groups_html, groups_text
from jupyter_tts.voice_files.catalogue import CatalogueVoice
from jupyter_tts.voice_files.store import VoiceStore

from ...voice_files.piper_files import write_piper

LANGUAGES = {"de": "German", "en": "English (America)", "af": "Afrikaans"}


def voice(id_: str, language: str, gender: str = "male", kind: str = "synthetic") -> dict[str, str]:
    return {"id": id_, "name": id_.title(), "language": language, "gender": gender, "kind": kind}


VOICES = [
    voice("af", "af"),
    voice("de", "de"),
    voice("en-us", "en-us"),
    voice("heart", "en-us", "female", "natural"),
    voice("odd", "xx"),
    voice("none", ""),
]


@pytest.fixture
def store(tmp_path: Path) -> VoiceStore:
    known = [
        CatalogueVoice("heart", "en-us", "female", 7_936_868, "0" * 64, "Apache-2.0", ""),
        CatalogueVoice("emma", "en-gb", "female", 7_936_868, "0" * 64, "Apache-2.0", "https://x/e"),
    ]
    return VoiceStore(tmp_path, {entry.name: entry for entry in known})


def ids(groups: list[VoiceGroup]) -> dict[str, list[str]]:
    return {group.language: [voice.id for voice in group.voices] for group in groups}


def test_languages_with_natural_voices_come_first() -> None:
    assert ids(group_voices(VOICES, LANGUAGES)) == {
        "English": ["heart", "en-us"],
        "Afrikaans": ["af"],
        "German": ["de"],
        "xx": ["odd"],
        "": ["none"],
    }


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["german"], ["de"]),
        (["GERM", "male"], ["de"]),
        (["german", "female"], []),
        (["male"], ["af", "en-us", "de", "odd", "none"]),
        (["natural"], ["heart"]),
        (["en-us"], ["heart", "en-us"]),
        (["rman"], []),
    ],
)
def test_each_word_of_a_filter_begins_a_word(words: list[str], expected: list[str]) -> None:
    groups = group_voices(VOICES, LANGUAGES, words=words)
    assert [voice.id for group in groups for voice in group.voices] == expected


def test_the_embedded_voices_have_their_sizes(store: VoiceStore) -> None:
    write_piper(store.folder, "thorsten")
    listed = [*VOICES, voice("thorsten", "de-de", "", "natural")]
    groups = group_voices(listed, LANGUAGES, store=store)
    assert ids(groups)["English"] == ["heart", "emma", "en-us"]
    voices = {voice.id: voice for group in groups for voice in group.voices}
    assert (voices["heart"].size, voices["heart"].command) == ("7.9 MB", "")
    assert (voices["emma"].size, voices["emma"].command) == ("7.9 MB", "%tts_voices add emma")
    assert voices["thorsten"].size == "0.0 MB"
    assert voices["de"].size == ""


def test_a_voice_that_speaks_is_not_offered_again(store: VoiceStore) -> None:
    listed = [*VOICES, voice("emma", "en-gb", "female", "natural")]
    groups = group_voices(listed, LANGUAGES, store=store)
    assert ids(groups)["English"] == ["heart", "emma", "en-us"]
    assert not any(voice.command for group in groups for voice in group.voices)


def test_a_terminal_has_lines(store: VoiceStore) -> None:
    groups = group_voices(VOICES, LANGUAGES, store=store, words=["english"])
    assert groups_text("The embedded voices", groups).splitlines() == [
        "The embedded voices: 3",
        "",
        "English",
        "  heart  Heart, en-us, female, natural, 7.9 MB",
        "  emma   Emma, en-gb, female, natural, 7.9 MB; %tts_voices add emma",
        "  en-us  En-Us, en-us, male, synthetic",
    ]


def test_html_escapes_what_a_server_says() -> None:
    listed = [{**voice("<b>", "<i>"), "name": "<script>alert(1)</script>", "gender": "<u>"}]
    html = groups_html("<The voices>", group_voices(listed, {}))
    assert not any(tag in html for tag in ("<b>", "<i>", "<script>", "<u>", "<The"))
    assert "&lt;script&gt;" in html
