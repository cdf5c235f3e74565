"""What can be measured of a sound: pitch, loudness, spectrum, rate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from jupyter_tts.server.engines.timed_speech import SAMPLE_RATE

from .speakers import Samples, Sound

__all__ = [
    "Apart",
    "Figures",
    "Followed",
    "Pitch",
    "average_spectrum",
    "followed",
    "joined",
    "loudness",
    "measure",
    "peak",
    "pitch",
    "semitones",
    "spectral_distance",
    "spread",
    "words_apart",
]

PITCH_RANGE = (60.0, 500.0)  # Hz
BANDS = 40
FRAMES = 3  # voiced ones that a word needs to have a pitch


@dataclass(frozen=True)
class Pitch:
    """The fundamental frequency of a sound's voiced frames.

    Attributes
    ----------
    times : array
        Seconds.
    hertz : array
    """

    times: Samples
    hertz: Samples

    def between(self, start: float, end: float) -> Samples:
        """The frames from one time to another, in Hz."""
        return self.hertz[(self.times >= start) & (self.times < end)]


Followed = tuple[Sound, Pitch]


@dataclass(frozen=True)
class Figures:
    """What was measured of several sounds as one.

    Attributes
    ----------
    median : float
        Of the pitch, in Hz.
    span : float
        From the pitch's lowest tenth to its highest, in semitones.
    rate : float
        Letters and digits per second.
    lufs : float
        Loudness after ITU-R BS.1770.
    spectrum : array
        See `average_spectrum`.
    """

    median: float
    span: float
    rate: float
    lufs: float
    spectrum: Samples


class Apart(NamedTuple):
    """How far words differ.

    Attributes
    ----------
    pitch : float
        Of their mean pitch, in semitones.
    length : float
        In per cent.
    """

    pitch: float
    length: float


def joined(sounds: Sequence[Sound]) -> Samples:
    """One sound after the other."""
    return np.concatenate([sound.samples for sound in sounds])


def pitch(samples: Samples) -> Pitch:
    """Follow the pitch (probabilistic YIN)."""
    import librosa

    low, high = PITCH_RANGE
    hertz, voiced, _ = librosa.pyin(samples, fmin=low, fmax=high, sr=SAMPLE_RATE)
    times = librosa.times_like(hertz, sr=SAMPLE_RATE)
    return Pitch(times[voiced], hertz[voiced])


def semitones(hertz: Any, reference: Any = 1.0) -> Any:
    """How far a frequency is above another."""
    return 12 * np.log2(np.asarray(hertz) / reference)


def loudness(samples: Samples) -> float:
    """Integrated loudness in LUFS."""
    import pyloudnorm

    return float(pyloudnorm.Meter(SAMPLE_RATE).integrated_loudness(samples))


def peak(samples: Samples) -> float:
    """The highest sample, in dB below full scale."""
    return float(20 * np.log10(np.max(np.abs(samples))))


def average_spectrum(samples: Samples) -> Samples:
    """The mean power in `BANDS` mel bands, in dB about their mean: a timbre, whatever the level."""
    import librosa

    power = librosa.feature.melspectrogram(y=samples, sr=SAMPLE_RATE, n_mels=BANDS)
    decibels = 10 * np.log10(power.mean(axis=1) + 1e-12)
    return np.asarray(decibels - decibels.mean())


def spectral_distance(one: Samples, other: Samples) -> float:
    """The root mean square difference of two average spectra, in dB."""
    return float(np.sqrt(np.mean((one - other) ** 2)))


def followed(sounds: Sequence[Sound]) -> list[Followed]:
    """Each sound with its pitch, which takes the longest to measure."""
    return [(sound, pitch(sound.samples)) for sound in sounds]


def measure(take: Sequence[Followed]) -> Figures:
    """Measure several sounds as one."""
    sounds = [sound for sound, _ in take]
    hertz = np.concatenate([contour.hertz for _, contour in take])
    low, high = np.percentile(hertz, [10, 90])
    characters = sum(character.isalnum() for sound in sounds for character in sound.text)
    seconds = sum(sound.seconds for sound in sounds)
    whole = joined(sounds)
    return Figures(
        median=float(np.median(hertz)),
        span=float(semitones(high, low)),
        rate=characters / seconds,
        lufs=loudness(whole),
        spectrum=average_spectrum(whole),
    )


def words_apart(take: Sequence[Followed], other: Sequence[Followed]) -> Apart:
    """How far the words of a take are from those of another: root mean square over the words."""
    return _apart([take, other], lambda one, two: one - two)


def spread(takes: Sequence[Sequence[Followed]]) -> Apart:
    """How far the words differ between takes: standard deviation, root mean square over them."""
    return _apart(takes, lambda *values: float(np.std(values)))


def _apart(takes: Sequence[Sequence[Followed]], compare: Callable[..., float]) -> Apart:
    pitches, lengths = [], []
    for heard in zip(*takes, strict=True):
        for spans in zip(*(sound.words for sound, _ in heard), strict=True):
            contours = [
                contour.between(*span) for (_, contour), span in zip(heard, spans, strict=True)
            ]
            if all(len(hertz) >= FRAMES for hertz in contours):
                pitches.append(compare(*(float(np.mean(semitones(hertz))) for hertz in contours)))
            durations = [end - start for start, end in spans]
            lengths.append(100 * compare(*durations) / np.mean(durations))
    return Apart(_root_mean_square(pitches), _root_mean_square(lengths))


def _root_mean_square(values: Sequence[Any]) -> float:
    return float(np.sqrt(np.mean(np.square(values)))) if values else 0.0
