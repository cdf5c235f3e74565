"""The voices of a server, read from its list."""

from __future__ import annotations

import pytest

from jupyter_tts.notebook.servers.voices import read_voices


def test_a_voice_has_its_id_name_and_labels() -> None:
    labels = {"language": "de", "gender": "female", "kind": "natural", "without_effect": "seed"}
    voice = {"voice_id": "v", "name": "Vera", "labels": labels}
    assert read_voices({"voices": [{**voice, "category": "premade"}]}) == [
        {"id": "v", "name": "Vera", **labels}
    ]


@pytest.mark.parametrize("labels", [{}, {"labels": None}, {"labels": ["de"]}, {"labels": {}}])
def test_what_a_voice_does_not_say_is_empty(labels: dict[str, object]) -> None:
    assert read_voices({"voices": [{"voice_id": 7, "name": None, **labels}]}) == [
        {"id": "7", "name": "", "language": "", "gender": "", "kind": "", "without_effect": ""}
    ]


@pytest.mark.parametrize(
    "listing", [None, [], "voices", {}, {"voices": None}, {"voices": 7}, {"voices": {"a": 1}}]
)
def test_a_list_that_is_none_has_no_voices(listing: object) -> None:
    assert read_voices(listing) == []


def test_what_is_no_voice_is_left_out() -> None:
    voices = read_voices({"voices": [None, "v", {"name": "Nameless"}, {"voice_id": "v"}]})
    assert [voice["id"] for voice in voices] == ["v"]


def test_a_voice_can_be_shown_whatever_its_name() -> None:
    labels = {"language": "\ud83d", "gender": "\ude00"}
    (voice,) = read_voices(
        {"voices": [{"voice_id": "\ud83d", "name": "\ud83d\ude00", "labels": labels}]}
    )
    assert "".join(voice.values()).encode().decode() == "\ufffd😀\ufffd\ufffd"
