"""The voice settings as parameters of a Piper voice."""

from __future__ import annotations

from dataclasses import fields

import pytest

from jupyter_tts.server.engines.piper.parameters import EFFECTS, piper_parameters
from jupyter_tts.server.engines.prosody import DEFAULT_PROSODY, Prosody


def test_the_defaults_are_the_voices_own() -> None:
    parameters = piper_parameters(DEFAULT_PROSODY)
    seed = parameters.pop("seed")
    assert parameters == {"variation": 1.0, "speed": 1.0, "gain": 1.0}
    assert seed != piper_parameters(DEFAULT_PROSODY)["seed"]


@pytest.mark.parametrize(
    ("stability", "variation"), [(-1.0, 1.5), (0.0, 1.5), (0.25, 1.25), (0.75, 0.5), (1.0, 0.0)]
)
def test_stability_is_how_little_is_left_to_chance(stability: float, variation: float) -> None:
    assert piper_parameters(Prosody(stability=stability))["variation"] == variation


def test_a_seed_is_kept_and_the_rest_bounded() -> None:
    parameters = piper_parameters(Prosody(use_speaker_boost=False, speed=9.0, seed=7))
    assert parameters == {"variation": 1.0, "speed": 3.0, "gain": 0.6, "seed": 7}


def test_every_setting_has_its_effect_or_is_said_to_have_none() -> None:
    assert {setting.name for setting in fields(Prosody)} < set(EFFECTS)
    assert all(text[0].isupper() and text.endswith(".") for text in EFFECTS.values())
