"""What `benchmarks.voices` computes itself; recogniser and acoustics are not in ``[test]``."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.server_load import Tally
from benchmarks.voices.__main__ import COMMANDS, main
from benchmarks.voices.acoustics import (
    Apart,
    Figures,
    Pitch,
    spectral_distance,
    spread,
    words_apart,
)
from benchmarks.voices.engines import Cost, Load, agreement, matched
from benchmarks.voices.engines import table as cost_table
from benchmarks.voices.intelligibility import Result, missed
from benchmarks.voices.intelligibility import table as result_table
from benchmarks.voices.sentences import SENTENCES
from benchmarks.voices.settings import VARIANTS, Effect, Variant, page
from benchmarks.voices.speakers import SPEAKERS, Sound, speaking, word_spans
from jupyter_tts.server.engines.espeak.parameters import EFFECTS

SILENCE = np.zeros(100)

NATURAL = Result(
    "natural", 1.24, 4.0, -20.0, -20.9, -18.9, -0.8, 93.1, heard=("One.",) * len(SENTENCES)
)
SYNTHETIC = replace(NATURAL, name="synthetic", errors=15.9, lufs=-20.8)


def sound(text: str, *words: tuple[float, float]) -> Sound:
    return Sound(text, SILENCE, words)


def hertz(*values: float) -> Pitch:
    """A pitch for every tenth of a second from 0."""
    return Pitch(np.arange(len(values)) / 10, np.array(values))


def test_a_words_span_is_its_place_even_if_it_comes_again() -> None:
    text = "to be,  or not to be"
    assert [text[first:after] for first, after in word_spans(text)] == text.split()
    assert word_spans(text)[4] == (15, 17)


def test_a_speakers_sounds_have_times_for_every_word() -> None:
    espeak = SPEAKERS[1]
    with speaking(espeak) as speak:
        (one,) = speak(["Two words."])
        (same,) = speak(["Two words."], speed=0.7)
    assert len(one.words) == 2
    assert 0 <= one.words[0][0] < one.words[0][1] <= one.words[1][0] < one.words[1][1]
    assert one.seconds < same.seconds
    assert 0.1 < np.abs(one.samples).max() < 1


def test_word_starts_are_compared_where_both_have_the_word() -> None:
    spoken = sound("He, too, was here.", (0, 0.2), (0.2, 0.5), (0.6, 0.8), (0.9, 1.2))
    heard = [("He", 0.1), ("two", 0.3), ("was", 0.65), ("here.", 1.0)]
    assert matched(spoken, heard) == pytest.approx([0.1, 0.05, 0.1])


def test_a_bias_is_removed_before_distances_are_judged() -> None:
    judged = agreement([0.1, 0.1, 0.1, 0.1, 0.3])
    assert judged.words == 5
    assert judged.bias == pytest.approx(0.1)
    assert judged.median == pytest.approx(0)
    assert judged.most == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("natural", "synthetic", "sentences"),
    [
        (NATURAL, SYNTHETIC, 0),
        (replace(NATURAL, errors=10.0), SYNTHETIC, 1),
        (replace(NATURAL, lufs=-19.7), SYNTHETIC, 1),
        (replace(NATURAL, lufs=float("nan")), SYNTHETIC, 1),
        (replace(NATURAL, peak=0.0), replace(SYNTHETIC, peak=0.0), 2),
        (NATURAL, replace(SYNTHETIC, errors=80.0), 0),
    ],
)
def test_a_missed_bar_is_a_sentence(natural: Result, synthetic: Result, sentences: int) -> None:
    assert len(missed([natural, synthetic])) == sentences


def test_the_results_are_a_row_each() -> None:
    lines = result_table([NATURAL, SYNTHETIC]).splitlines()
    assert len(lines) == 4
    assert lines[2] == (
        "| natural | 1.2 % | 4.00 | -20.0 LUFS | -20.9 … -18.9 | -0.8 dB | 93.1 s |"
    )


def test_words_of_two_takes_are_apart_in_pitch_and_length() -> None:
    one = [(sound("a b", (0, 0.3), (0.3, 0.6)), hertz(*[100.0] * 6))]
    octave = [(sound("a b", (0, 0.3), (0.3, 0.6)), hertz(*[200.0] * 6))]
    longer = [(sound("a b", (0, 0.3), (0.3, 0.7)), hertz(*[100.0] * 7))]
    assert words_apart(octave, one) == pytest.approx((12, 0))
    assert words_apart(one, one) == (0, 0)
    assert words_apart(longer, one).length == pytest.approx(100 * 0.1 / 0.35 / 2**0.5)
    assert spread([one, octave]) == pytest.approx((6, 0))


def test_a_word_that_is_hardly_voiced_has_no_pitch() -> None:
    one = [(sound("a", (0, 0.2)), hertz(100.0, 100.0))]
    other = [(sound("a", (0, 0.2)), hertz(200.0, 200.0))]
    assert words_apart(one, other) == (0, 0)


def test_spectra_are_as_far_apart_as_their_bands_on_average() -> None:
    assert spectral_distance(np.array([0.0, 0.0]), np.array([3.0, -3.0])) == pytest.approx(3)


def test_every_setting_that_moves_a_sound_is_measured() -> None:
    assert VARIANTS[0].arguments == {}
    numbers_only = {"apply_text_normalization"}
    assert {variant.setting for variant in VARIANTS[1:]} == set(EFFECTS) - numbers_only


def test_the_settings_are_compared_with_the_defaults() -> None:
    default = Figures(100.0, 7.7, 15.0, -20.0, np.zeros(3))
    slow = Effect(
        Variant("speed", "0.7", {"speed": 0.7}),
        Figures(200.0, 7.7, 10.5, -20.0, np.ones(3)),
        Apart(12.0, 30.0),
        Apart(0.5, 0.25),
    )
    text = page({"natural": [Effect(VARIANTS[0], default, Apart(0, 0)), slow]})
    assert "\n## natural\n" in text
    assert (
        "| `speed` | 0.7 | 200 Hz (+12.0) | 7.7 | 10.5 (70 %) | -20.0 LUFS | 1.0 dB "
        "| 12.0 semitones, 30.0 % | 0.5 semitones, 0.2 % |"
    ) in text


def test_costs_are_a_column_per_voice() -> None:
    tally = Tally(completed=3, samples=24_000 * 100, first_audio=[0.010, 0.020, 0.030])
    cost = Cost([1.0, 3.0, 2.0], 221.0, 236.0, {10: Load(tally, 2.0, 0.5)}, agreement([0.0, 0.1]))
    lines = cost_table({"one": cost, "two": cost}, [0.1])
    assert "| process to ready | 2000 ms (1000 … 3000) |" in lines
    assert "| of it imports and loading | 1900 ms | 1900 ms |" in lines
    assert "| 10 streams: × real time, all / each | 50 / 5.0 | 50 / 5.0 |" in lines
    assert "| 10 streams: first sound, median / p99 | 20 ms / 30 ms |" in lines


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert COMMANDS[command].split()[0] in capsys.readouterr().out
