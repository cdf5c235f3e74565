"""Voice settings as parameters of eSpeak NG."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from jupyter_tts.server.engines.espeak.parameters import EFFECTS, espeak_parameters
from jupyter_tts.server.engines.prosody import Prosody

ESPEAK_DEFAULTS = {"rate": 175, "volume": 100, "pitch": 50, "range": 50, "word_gap": 0}


def test_the_defaults_are_the_engines_own() -> None:
    assert espeak_parameters(Prosody()) == ESPEAK_DEFAULTS


@pytest.mark.parametrize(
    ("settings", "changes"),
    [
        ({"stability": 1.0}, {"range": 0}),
        ({"stability": 0.0}, {"range": 100}),
        ({"similarity_boost": 0.0}, {"pitch": 90}),
        ({"similarity_boost": 1.0}, {}),
        ({"style": 1.0}, {"word_gap": 10}),
        ({"use_speaker_boost": False}, {"volume": 60}),
        ({"speed": 0.7}, {"rate": 122}),
        ({"speed": 1.2}, {"rate": 210}),
        ({"speed": 100.0}, {"rate": 450}),
        ({"speed": 0.0}, {"rate": 80}),
        ({"stability": 7.0, "style": -1.0}, {"range": 0}),
    ],
)
def test_each_setting_moves_its_own_parameter(
    settings: dict[str, Any], changes: dict[str, int]
) -> None:
    assert espeak_parameters(Prosody(**settings)) == ESPEAK_DEFAULTS | changes


def test_a_klatt_synthesizer_is_kept_from_clipping() -> None:
    assert espeak_parameters(Prosody(), klatt=True)["volume"] == 70
    assert espeak_parameters(Prosody(use_speaker_boost=False), klatt=True)["volume"] == 42


def test_every_setting_has_its_effect_described_in_a_sentence() -> None:
    assert {setting.name for setting in fields(Prosody)} < set(EFFECTS)
    assert all(text[0].isupper() and text.endswith(".") for text in EFFECTS.values())
