"""The model in two parts: the same spectra where nothing is changed, all at once or not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import hibari
import numpy as np
import pytest
from hibari.voices import voice_path

from jupyter_tts.server.engines.natural import model as module
from jupyter_tts.server.engines.natural.model import HEART_SHA256, ROUNDING, Model

from .copies import plain_copy, renamed_copy

TRIAL = [0, 50, 83, 54, 156, 57, 135, 4, 0]


def assert_same_spectra(actual: Any, expected: Any) -> None:
    assert actual.shape == expected.shape
    assert np.abs(actual - expected).mean() < ROUNDING


@pytest.fixture(scope="module")
def model() -> Model:
    return Model(voice_path("heart"), TRIAL, HEART_SHA256)


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
    frames = model.frames(ids)
    count = len(frames.pitch)
    feed = {"ids": np.asarray([ids], np.int64), "speed": np.ones(1, np.float32)}
    *expected, pitch = package.sess.run(None, feed)
    for spectrum, own in zip(model.spectra(frames, 0, count), expected, strict=True):
        assert_same_spectra(spectrum, own[0])
    np.testing.assert_allclose(frames.pitch, pitch[0], atol=1.0)
    assert 2 * frames.durations.sum() == count


def test_some_frames_are_those_of_the_whole(model: Model, package: hibari.Hibari) -> None:
    frames = model.frames(package.ids(package.phonemize("I am here, my friend.")[0]))
    count = len(frames.pitch)
    whole = model.spectra(frames, 0, count)
    for first, after in ((0, 40), (40, 41), (41, count)):
        for part, spectrum in zip(model.spectra(frames, first, after), whole, strict=True):
            assert_same_spectra(part, spectrum[:, first:after])


def test_durations_and_pitch_are_what_is_asked_for(model: Model, package: hibari.Hibari) -> None:
    ids = package.ids(package.phonemize("Hello world.")[0])
    plain = model.frames(ids)
    longer = model.frames(ids, np.ones(len(ids), np.int64))
    np.testing.assert_array_equal(longer.durations, plain.durations + 1)
    assert len(longer.pitch) == len(plain.pitch) + 2 * len(ids)
    count = len(plain.pitch)
    own, higher = (
        model.spectra(frames, 0, count) for frames in (plain, plain.with_pitch(1.5 * plain.pitch))
    )
    assert np.abs(own[0] - higher[0]).mean() > 3 * ROUNDING


def test_another_file_is_refused_where_one_is_known(tmp_path: Path) -> None:
    other = tmp_path / "other.onnx"
    other.write_bytes(b"something else")
    with pytest.raises(ValueError, match="not the one of hibari-tts"):
        Model(str(other), TRIAL, HEART_SHA256)


def test_handles_are_found_whatever_their_nodes_are_called(tmp_path: Path, model: Model) -> None:
    renamed = Model(str(renamed_copy(tmp_path / "renamed.onnx")), TRIAL)
    assert renamed.has_handles
    assert 150 < renamed.centre < 260
    changes = np.arange(len(TRIAL), dtype=np.int64)
    np.testing.assert_array_equal(
        renamed.frames(TRIAL, changes).pitch, model.frames(TRIAL, changes).pitch
    )


def test_a_graph_of_another_make_is_spoken_as_it_is(tmp_path: Path, package: hibari.Hibari) -> None:
    other = Model(str(plain_copy(tmp_path / "other.onnx")), TRIAL)
    assert not other.has_handles
    spectra, pitch = other.plain_spectra(TRIAL, 1.0)
    feed = {"ids": np.asarray([TRIAL], np.int64), "speed": np.ones(1, np.float32)}
    for spectrum, own in zip([*spectra, pitch], package.sess.run(None, feed), strict=True):
        np.testing.assert_array_equal(spectrum, own[0])
    _, slow = other.plain_spectra(TRIAL, 0.5)
    assert len(slow) > 1.5 * len(pitch)


@pytest.mark.parametrize(("name", "value"), [("FRAMES_PER_UNIT", 3), ("MARGIN", 2)])
def test_parts_that_fail_their_trial_are_not_used(
    monkeypatch: pytest.MonkeyPatch, name: str, value: int
) -> None:
    monkeypatch.setattr(module, name, value)
    model = Model(voice_path("heart"), TRIAL)
    assert not model.has_handles
    assert model.centre == module.HEART_CENTRE


@pytest.mark.parametrize("share", [0, 1, 1000, 7_936_000])
def test_a_broken_file_is_refused_in_a_sentence(tmp_path: Path, share: int) -> None:
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(Path(voice_path("heart")).read_bytes()[:share])
    with pytest.raises(ValueError, match="ONNX model"):
        Model(str(broken), TRIAL)
