"""The model with handles: the same samples where nothing is changed."""

from __future__ import annotations

from pathlib import Path

import hibari
import numpy as np
import pytest
from hibari.voices import voice_path

from jupyter_tts.server.engines.natural.model import Model


@pytest.fixture(scope="module")
def model() -> Model:
    return Model(voice_path("heart"))


@pytest.fixture(scope="module")
def package() -> hibari.Hibari:
    return hibari.Hibari()


@pytest.mark.parametrize(
    "text", ["Hello world.", "one", "I am here, and you are there, my friend."]
)
def test_without_a_change_the_spectra_are_the_packages_own(
    model: Model, package: hibari.Hibari, text: str
) -> None:
    ids = package.ids(package.phonemize(text)[0])
    prediction = model.predict(ids)
    feed = {"ids": np.asarray([ids], np.int64), "speed": np.ones(1, np.float32)}
    expected = package.sess.run(None, feed)
    for spectrum, own in zip([*prediction.spectra, prediction.pitch], expected, strict=True):
        np.testing.assert_array_equal(spectrum, own[0])
    assert 2 * prediction.durations.sum() == len(prediction.pitch)


def test_durations_and_pitch_are_what_is_asked_for(model: Model, package: hibari.Hibari) -> None:
    ids = package.ids(package.phonemize("Hello world.")[0])
    plain = model.predict(ids)
    longer = model.predict(ids, np.ones(len(ids), np.int64))
    np.testing.assert_array_equal(longer.durations, plain.durations + 1)
    factor = np.full(len(plain.pitch), 1.5, np.float32)
    higher = model.predict(ids, None, factor)
    np.testing.assert_allclose(higher.pitch, 1.5 * plain.pitch, rtol=1e-6)


def test_another_file_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.onnx"
    other.write_bytes(b"something else")
    with pytest.raises(ValueError, match="not the one of hibari-tts"):
        Model(str(other))
