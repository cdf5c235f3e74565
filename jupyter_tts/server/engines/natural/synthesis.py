"""A text spoken by the model: its phonemes, their times, and melody and pace as they are asked for.

Part of the worker; needs ``hibari-tts`` and nothing of the server.
"""

from __future__ import annotations

import itertools
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import hibari
import numpy as np
from hibari import dsp, voices
from hibari.g2p import G2P
from hibari.g2p.normalize import normalize

from .model import FRAMES_PER_UNIT, Model, Prediction

__all__ = ["SAMPLE_RATE", "VERSION", "Synthesis", "diffuse"]

VERSION = hibari.__version__

SAMPLE_RATE = 22_050
"""The rate of the sound handed over; the model's own is 24,000."""

_RATIO_UP, _RATIO_DOWN = 147, 160

_UNIT = FRAMES_PER_UNIT * dsp.HOP  # samples in a unit of duration: 25 ms
_FRAMES_PER_SECOND = dsp.SR / dsp.HOP

# A row of more phonemes takes too much memory: numbers can be ten times as long spoken as written.
_LONGEST_ROW = 400

# Every sentence comes with 0.3 s of silence before it, which would be a gap at every join.
_AUDIBLE = 0.002
_MARGIN = 240  # samples

# Rare peaks, twice as high as any other, would be cut off: what is above this is bent instead.
_LINEAR = 0.8  # of full scale

_CENTRE = 205.0  # Hz, the voice's own
_PITCH_RANGE = (70.0, 450.0)
_VOICED = 40.0
# What full emphasis adds to a stressed vowel.
_EMPHASIS_LENGTH = 0.5
_EMPHASIS_SEMITONES = 4.5
# How far a full variation drifts from the voice's own melody and pace.
_DRIFT_SEMITONES = 1.5
_DRIFT_PACE = 0.1

_STRESS = frozenset("ˈˌ")
_VOWELS = frozenset("AIOQWYaeiouæɑɐɒɔəɚɛɜɪʊʌᵊᵻ")
_PUNCTUATION = frozenset(';:,.!?—…"()“” ')
# The first letter that a sound is mostly written with; `alignment` knows ASCII names.
_NAMES = {
    **dict.fromkeys("Aæɑɐ", "a"),
    **dict.fromkeys("OQWYɔɒ", "o"),
    **dict.fromkeys("Iɪᵻ", "i"),
    **dict.fromkeys("ʊʌ", "u"),
    **dict.fromkeys("əᵊ", "@"),
    **dict.fromkeys("ɜɚ", "3"),
    **dict.fromkeys("θðTɾʔ", "t"),
    **dict.fromkeys("ʃʒ", "s"),
    "ɛ": "e",
    "ʤ": "j",
    "ʧ": "c",
    "ŋ": "n",
    "ɹ": "r",
    "ɡ": "g",
    "j": "y",
}
_WORD = re.compile(r"\S+")


@dataclass(frozen=True)
class _Row:
    """Phonemes that the model speaks at once.

    Attributes
    ----------
    phonemes : str
    words : tuple of int or None
        Per phoneme, the place in the text of the word that it belongs to.
    """

    phonemes: str
    words: tuple[int | None, ...]


class Synthesis:
    """The voice, loaded once per process, speaking one text at a time."""

    def __init__(self) -> None:
        self._model = Model(voices.voice_path(voices.DEFAULT, download_missing=False))
        self._vocabulary = _vocabulary()
        self._g2p = G2P()

    def speak(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Speak one request (see the worker's table); return the answer's header and sound."""
        chance = np.random.default_rng(request["seed"])
        sounds: list[Any] = []
        words: list[tuple[int, int]] = []
        phonemes: list[tuple[int, str]] = []
        offset = 0
        rows = list(self._rows(request["text"]))
        for number, row in enumerate(rows, start=1):
            sound, starts = self._speak_row(row, request, chance)
            if number == len(rows) and not request["end_pause"]:
                sound = _without_end(sound)
            sounds.append(_converted(sound * request["gain"]))
            times = [offset + start * _RATIO_UP // _RATIO_DOWN for start in starts]
            last_word = None
            for time, phoneme, word in zip(times, row.phonemes, row.words, strict=True):
                if word is not None and word != last_word:
                    words.append((word, time))
                    last_word = word
                if phoneme not in _STRESS:
                    phonemes.append((time, _name(phoneme)))
            offset += len(sounds[-1])
        pcm = b"".join(sound.tobytes() for sound in sounds)
        return {"words": words, "phonemes": phonemes}, pcm

    def _speak_row(
        self, row: _Row, request: dict[str, Any], chance: np.random.Generator
    ) -> tuple[Any, list[int]]:
        """Return the sound, at the model's rate, and where in it each phoneme begins."""
        ids = [0, *(self._vocabulary[phoneme] for phoneme in row.phonemes), 0]
        prediction = self._predict(ids, row.phonemes, request, chance)
        sound = dsp.synth(*prediction.spectra, prediction.pitch, chance)
        begins = np.concatenate([[0], np.cumsum(prediction.durations)]) * _UNIT
        cut = min(_first_audible(sound), int(begins[1]))
        starts = [max(0, int(begin) - cut) for begin in begins[1:-2]]
        starts[0] = 0
        return sound[cut:], starts

    def _predict(
        self, ids: list[int], phonemes: str, request: dict[str, Any], chance: np.random.Generator
    ) -> Prediction:
        """Run the model, again with other durations, again with another pitch, where asked for."""
        plain = self._model.predict(ids)
        emphasis, variation = request["emphasis"], request["variation"]
        stressed = np.array([0.0, *_stressed(phonemes), 0.0])
        pace = 1.0 + variation * _DRIFT_PACE * _drift(len(ids), 12.0, chance)
        wanted = plain.durations * (1.0 + emphasis * _EMPHASIS_LENGTH * stressed) * pace
        wanted /= request["speed"]
        wanted[0] = plain.durations[0]  # the silence that is cut
        durations = diffuse(wanted)
        change = durations - plain.durations
        prediction = self._model.predict(ids, change) if change.any() else plain
        pitch = np.maximum(prediction.pitch, 1.0)
        semitones = np.full(len(pitch), request["pitch_shift"], np.float64)
        semitones += (
            emphasis
            * _EMPHASIS_SEMITONES
            * _smooth(np.repeat(stressed, durations * FRAMES_PER_UNIT))
        )
        semitones += (
            variation * _DRIFT_SEMITONES * _drift(len(pitch), 1.2 * _FRAMES_PER_SECOND, chance)
        )
        power = request["pitch_power"]
        if power == 1.0 and not semitones.any():
            return prediction
        moved = _CENTRE * (pitch / _CENTRE) ** power * 2 ** (semitones / 12)
        factor = np.where(pitch > _VOICED, np.clip(moved, *_PITCH_RANGE) / pitch, 1.0)
        return self._model.predict(ids, change, factor.astype(np.float32))

    def _rows(self, text: str) -> Iterator[_Row]:
        """Cut a text into sentences, and what has more phonemes than a row may have."""
        position = 0
        for sentence in hibari.Hibari.split_sentences(text):
            position = max(text.find(sentence, position), position)
            yield from _rows(self._phonemes(sentence, position))
            position += len(sentence)

    def _phonemes(self, sentence: str, offset: int) -> Iterator[tuple[str, int | None]]:
        """The phonemes of a sentence, each with the place of its word in the text."""
        written = normalize(sentence)
        places = _word_places(sentence, written)
        cursor = 0
        for token in self._g2p.phonemize_tokens(self._g2p.tokenize(written)):
            found_at = written.find(token.text, cursor)
            start = cursor if found_at < 0 else found_at
            cursor = start + len(token.text)
            place = next((place for first, after, place in places if first <= start < after), None)
            for phoneme in token.phonemes or "":
                if phoneme in self._vocabulary:
                    is_sound = phoneme not in _PUNCTUATION and place is not None
                    yield phoneme, offset + place if is_sound and place is not None else None
            if token.whitespace:
                yield " ", None


def _vocabulary() -> dict[str, int]:
    with open(os.path.join(voices.ASSETS, "vocab.json"), encoding="utf-8") as file:
        vocabulary: dict[str, int] = json.load(file)
    return vocabulary


def _rows(phonemes: Iterator[tuple[str, int | None]]) -> Iterator[_Row]:
    """Cut at the last punctuation mark of the row's second half, else at the last word."""
    pending = list(phonemes)
    while pending:
        end = len(pending)
        if end > _LONGEST_ROW:
            ends = range(_LONGEST_ROW, _LONGEST_ROW // 2, -1)
            marks = [index for index in ends if pending[index - 1][0] in _PUNCTUATION]
            clause = next((index for index in marks if pending[index - 1][0] != " "), None)
            end = clause or (marks[0] if marks else _LONGEST_ROW)
        row, pending = pending[:end], pending[end:]
        while row and row[0][0] == " ":
            row.pop(0)
        while row and row[-1][0] == " ":
            row.pop()
        # Punctuation alone is no sound, and the model would breathe or hum.
        if any(phoneme not in _PUNCTUATION | _STRESS for phoneme, _ in row):
            yield _Row("".join(phoneme for phoneme, _ in row), tuple(word for _, word in row))


def _word_places(sentence: str, written: str) -> list[tuple[int, int, int]]:
    """Where each word of the written-out sentence is, and the place of its word in the original."""
    originals = [(match.start(), match.group()) for match in _WORD.finditer(sentence)]
    words = [(match.start(), match.group()) for match in _WORD.finditer(written)]
    matcher = SequenceMatcher(
        None, [word for _, word in originals], [word for _, word in words], autojunk=False
    )
    places: list[tuple[int, int, int]] = []
    for _, first, after, written_first, written_after in matcher.get_opcodes():
        if not originals:
            break
        block = [word for _, word in originals[first:after]]
        owners = _owners(block, written_after - written_first)
        for owner, index in zip(owners, range(written_first, written_after), strict=True):
            original = min(first + owner, len(originals) - 1)
            start, word = words[index]
            places.append((start, start + len(word), originals[original][0]))
    return places


def _owners(originals: list[str], count: int) -> list[int]:
    """Which original each of `count` written-out words belongs to.

    One each, and what is left over to those that are written out: "$9.99" is seven words.
    """
    extra = count - len(originals)
    if extra <= 0 or not originals:
        return list(range(count)) if originals else [0] * count
    wordy = [index for index, word in enumerate(originals) if not word.strip(".,;:!?").isalpha()]
    shares = dict.fromkeys(range(len(originals)), 1)
    for number in range(extra):
        shares[wordy[number % len(wordy)] if wordy else len(originals) - 1] += 1
    return [index for index, share in shares.items() for _ in range(share)]


def _stressed(phonemes: str) -> Iterator[float]:
    """Per phoneme, whether it is a vowel with the main stress."""
    is_open = False
    for phoneme in phonemes:
        if phoneme == "ˈ":
            is_open = True
        is_stressed = is_open and phoneme in _VOWELS
        is_open = is_open and not is_stressed
        yield float(is_stressed)


def diffuse(wanted: Any) -> Any:
    """Round durations to whole units of at least 1, carrying what rounding left to the next."""
    rounded = np.empty(len(wanted), np.int64)
    carried = 0.0
    for index, duration in enumerate(wanted):
        rounded[index] = max(1, round(duration + carried))
        carried += duration - rounded[index]
    return rounded


def _drift(count: int, period: float, chance: np.random.Generator) -> Any:
    """A slow curve between -1 and 1, another one for each state of chance."""
    phases = chance.uniform(0.0, 2 * np.pi, 3)
    time = np.arange(count) * 2 * np.pi / period
    waves = [
        np.sin(time * speed + phase) for speed, phase in zip((1.0, 0.61, 0.37), phases, strict=True)
    ]
    return np.sum(waves, axis=0) / 3


def _smooth(curve: Any) -> Any:
    window = np.hanning(9)
    return np.convolve(curve, window / window.sum(), "same") if len(curve) > 9 else curve


def _first_audible(sound: Any) -> int:
    audible = np.flatnonzero(np.abs(sound) > _AUDIBLE)
    return max(0, int(audible[0]) - _MARGIN) if len(audible) else 0


def _without_end(sound: Any) -> Any:
    audible = np.flatnonzero(np.abs(sound) > _AUDIBLE)
    return sound[: int(audible[-1]) + _MARGIN] if len(audible) else sound


def _name(phoneme: str) -> str:
    if phoneme in _PUNCTUATION:
        return "_"
    return _NAMES.get(phoneme, phoneme if phoneme.isascii() else "@")


def _converted(sound: Any) -> Any:
    """Convert a sound to `SAMPLE_RATE` and to s16le.

    Both of its ends are silent, so cutting its spectrum is exact.
    """
    blocks = -(-len(sound) // _RATIO_DOWN)
    # The transform is slow for a length with a large prime factor.
    padded_blocks = next(count for count in itertools.count(blocks) if _is_smooth(count))
    padded = np.zeros(padded_blocks * _RATIO_DOWN)
    padded[: len(sound)] = sound
    length = padded_blocks * _RATIO_UP
    spectrum = np.fft.rfft(padded)[: length // 2 + 1]
    converted = np.fft.irfft(spectrum, length)[: blocks * _RATIO_UP] * (length / len(padded))
    return (_limited(converted) * 32767).astype("<i2")


def _limited(sound: Any) -> Any:
    """Bend what is louder than `_LINEAR`, so that it approaches full scale."""
    size = np.abs(sound)
    bent = _LINEAR + (1.0 - _LINEAR) * np.tanh((size - _LINEAR) / (1.0 - _LINEAR))
    return np.where(size > _LINEAR, np.copysign(bent, sound), sound)


def _is_smooth(number: int) -> bool:
    for prime in (2, 3, 5):
        while number and number % prime == 0:
            number //= prime
    return number <= 1
