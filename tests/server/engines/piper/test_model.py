"""A Piper voice's graph: its durations found, its noise given, or left as it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from jupyter_tts.server.engines.piper.model import Model, Utterance

from .tiny_voice import FULL_STOP, HOP, UNITS, write_voice

IDS = [1, 0, 25, 0, 26, 0, FULL_STOP, 0, 2]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return Model(str(write_voice(tmp_path_factory.mktemp("voice") / "tiny.onnx")))


def speak(model: Model, *, seed: int = 1, variation: float = 1.0, speed: float = 1.0) -> Utterance:
    return model.speak(IDS, np.random.default_rng(seed), variation=variation, speed=speed)


def test_the_durations_are_those_of_the_sound(model: Model) -> None:
    utterance = speak(model)
    assert model.has_handles
    assert utterance.ends[-1] == len(utterance.sound)
    lengths = np.diff(utterance.ends, prepend=0)
    np.testing.assert_array_equal(lengths // (UNITS * HOP), [1, 0, 1, 0, 1, 0, 3, 0, 1])


def test_the_noise_is_the_seeds(model: Model) -> None:
    first, again, other = (speak(model, seed=seed).sound for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 0.01
    assert np.std(first) > 0.01


def test_without_variation_every_take_is_the_same(model: Model) -> None:
    first, other = (speak(model, seed=seed, variation=0.0).sound for seed in (1, 2))
    np.testing.assert_array_equal(first, other)


@pytest.mark.parametrize("speed", [0.4, 0.7, 0.93, 1.1, 1.2, 3.0])
def test_speed_is_exact(model: Model, speed: float) -> None:
    assert len(speak(model).sound) / len(speak(model, speed=speed).sound) == pytest.approx(
        speed, rel=0.01
    )


def test_a_graph_of_another_make_is_spoken_as_it_is(tmp_path: Path, model: Model) -> None:
    plain = Model(str(write_voice(tmp_path / "plain.onnx", is_plain=True)))
    assert not plain.has_handles
    utterance = speak(plain)
    assert len(utterance.ends) == 0
    assert len(utterance.sound) == len(speak(model).sound)
    assert plain.gain == pytest.approx(model.gain, rel=0.05)


def test_of_several_speakers_the_first_speaks(tmp_path: Path, model: Model) -> None:
    several = Model(str(write_voice(tmp_path / "several.onnx", has_speakers=True)))
    np.testing.assert_array_equal(speak(several).sound, speak(model).sound)


@pytest.mark.parametrize("size", [0, 1, 100, 990])
def test_a_broken_file_is_refused_in_a_sentence(tmp_path: Path, size: int) -> None:
    path = write_voice(tmp_path / "broken.onnx")
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(ValueError, match="ONNX model"):
        Model(str(path))
