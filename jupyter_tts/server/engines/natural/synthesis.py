"""A text spoken by the model: its phonemes, their times, and melody and pace as they are asked for.

Part of the worker; needs ``hibari-tts`` and nothing of the server.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

import hibari
import numpy as np
from hibari import dsp, voices
from hibari.g2p import G2P
from hibari.g2p.normalize import normalize

from ..loaded_models import LoadedModels
from ..phoneme_rows import PUNCTUATION, STRESS, Row, ascii_name, diffuse, rows
from ..waveform import as_int16, evenly, first_audible, without_end
from .model import FRAMES_PER_UNIT, HEART_SHA256, VOICED, Frames, Model
from .vocoder import LOOKAHEAD, Vocoder

__all__ = ["SAMPLE_RATE", "Synthesis"]

SAMPLE_RATE = dsp.SR

_UNIT = FRAMES_PER_UNIT * dsp.HOP  # samples in a unit of duration: 25 ms
_FRAMES_PER_SECOND = dsp.SR / dsp.HOP

_PITCH_RANGE = (70.0, 450.0)
# What full emphasis adds to a stressed vowel.
_EMPHASIS_LENGTH = 0.5
_EMPHASIS_SEMITONES = 4.5
# How far a full variation drifts from the voice's own melody and pace.
_DRIFT_SEMITONES = 1.5
_DRIFT_PACE = 0.1

# The first words are sent while the others are spoken: half a second of sound, in samples, and then
# parts that are so many times as long as what was sent before them, since they are made while that
# is heard, on a slow machine, too; so there are few of them, however long the text is.
_SHORTEST_PART: Final = 12_000
_GROWTH = 4

_VOWELS = frozenset("AIOQWYaeiouæɑɐɒɔəɚɛɜɪʊʌᵊᵻ")
_WORD = re.compile(r"\S+")
# What a voice's handles are tried with.
_TRIAL = "həlˈO ðˈɛɹ, mˌI fɹˈɛnd."
_PLAIN_NOTE = "The file of this voice allows no settings but speed, and its times are estimates"
_WARM_UP = {
    "text": "Hello.",
    "model": "",
    "british": False,
    "pitch_power": 1.0,
    "pitch_shift": 0.0,
    "emphasis": 0.0,
    "variation": 0.0,
    "speed": 1.0,
    "gain": 1.0,
    "seed": 0,
    "end_pause": False,
}


@dataclass(frozen=True)
class _Part:
    """A part of a row's sound.

    Attributes
    ----------
    sound : array
    starts : list of int
        Where in it its phonemes begin, in samples.
    first, after : int
        Its first phoneme, and the first after it.
    """

    sound: Any
    starts: list[int]
    first: int
    after: int


class _Answer:
    """What has been spoken and not been sent.

    Attributes
    ----------
    samples : int
        Of all that has been spoken.
    sent : int
        Of that.
    reached : int
        The furthest place in the text of a word that has been spoken.
    """

    def __init__(self) -> None:
        self.samples = self.sent = 0
        self.reached = -1
        self._sounds: list[bytes] = []
        self._words: list[tuple[int, int]] = []
        self._phonemes: list[tuple[int, str]] = []

    def add(self, row: Row, part: _Part, sound: Any) -> None:
        """Add a part of a row with its sound as it is to be heard."""
        span = slice(part.first, part.after)
        last_word = None
        for start, phoneme, word in zip(
            part.starts, row.phonemes[span], row.words[span], strict=True
        ):
            time = self.samples + start
            if word is not None and word != last_word:
                self._words.append((word, time))
                self.reached = max(self.reached, word)
                last_word = word
            if phoneme not in STRESS:
                self._phonemes.append((time, ascii_name(phoneme)))
        self._sounds.append(sound.tobytes())
        self.samples += len(sound)

    @property
    def missing(self) -> int:
        """How many samples are to come before there are enough to be sent."""
        return max(_SHORTEST_PART, _GROWTH * self.sent) - (self.samples - self.sent)

    def taken(self) -> tuple[dict[str, Any], bytes]:
        """Return the header and the sound of what has been added since the last time."""
        header = {"words": self._words, "phonemes": self._phonemes}
        pcm = b"".join(self._sounds)
        self._sounds, self._words, self._phonemes = [], [], []
        self.sent = self.samples
        return header, pcm


class Synthesis:
    """The voices, loaded when they are asked for, speaking one text at a time."""

    version: str = hibari.__version__
    sample_rate = SAMPLE_RATE

    def __init__(self) -> None:
        self._vocabulary = _vocabulary()
        self._readable = _readable()
        self._bundled = voices.voice_path(voices.DEFAULT, download_missing=False)
        self._models = LoadedModels(self._load)
        with ThreadPoolExecutor(1) as thread:  # the model takes as long
            dictionaries = thread.submit(G2P)
            self._models[self._bundled]
        self._g2ps = {False: dictionaries.result()}

    def warm_up(self) -> None:
        """Run the graph once: the first run is a slow one."""
        for _ in self.speak(_WARM_UP):
            pass

    def speak(self, request: dict[str, Any]) -> Iterator[tuple[dict[str, Any], bytes]]:
        """Speak one request (see `worker`); yield the headers and the sound of the answer."""
        try:
            model = self._models[request["model"] or self._bundled]
        except ValueError as error:
            yield {"error": str(error).rstrip(".")}, b""
            return
        chance = np.random.default_rng(request["seed"])
        note = {} if model.has_handles else {"note": _PLAIN_NOTE}
        spoken = list(self._rows(request["text"], self._g2p(request["british"])))
        answer = _Answer()
        for number, row in enumerate(spoken, start=1):
            for part in self._parts(row, model, request, chance, answer):
                is_last = number == len(spoken) and part.after == len(row.phonemes)
                trims = is_last and not request["end_pause"]
                sound = without_end(part.sound) if trims else part.sound
                answer.add(row, part, as_int16(sound * request["gain"]))
                words = row.words[part.after :] or (() if is_last else spoken[number].words)
                following = next((word for word in words if word is not None), -1)
                if following > answer.reached and answer.missing <= 0:
                    header, pcm = answer.taken()
                    yield {**header, **note, "stop": following, "more": True}, pcm
        header, pcm = answer.taken()
        yield {**header, **note}, pcm

    def _load(self, path: str) -> Model:
        return Model(path, self._ids(_TRIAL), HEART_SHA256 if path == self._bundled else None)

    def _g2p(self, is_british: bool) -> Any:
        if is_british not in self._g2ps:
            self._g2ps[is_british] = G2P(british=is_british)
        return self._g2ps[is_british]

    def _ids(self, phonemes: str) -> list[int]:
        return [0, *(self._vocabulary[phoneme] for phoneme in phonemes), 0]

    def _parts(
        self,
        row: Row,
        model: Model,
        request: dict[str, Any],
        chance: np.random.Generator,
        answer: _Answer,
    ) -> Iterator[_Part]:
        """Speak a row, in parts that whole words end, behind what has been spoken."""
        ids = self._ids(row.phonemes)
        if not model.has_handles:
            spectra, pitch = model.plain_spectra(ids, request["speed"])
            sound, starts = evenly(dsp.synth(*spectra, pitch, chance), len(ids) - 2)
            yield _Part(sound, starts, 0, len(row.phonemes))
            return
        frames = _frames(model, ids, row.phonemes, request, chance)
        begins = np.cumsum(frames.durations)  # of its phonemes, in units
        vocoder = Vocoder(frames.pitch, chance)
        first = taken = 0
        origin = 0  # of the part, in samples
        for after in [*_cuts(row, begins, answer), len(row.phonemes)]:
            is_last = after == len(row.phonemes)
            reach = begins[after] * FRAMES_PER_UNIT + LOOKAHEAD
            upto = len(frames.pitch) if is_last else int(reach)
            sound = vocoder.sound(model.spectra(frames, taken, upto))
            if first == 0:
                origin = min(first_audible(sound), int(begins[0]) * _UNIT)
                sound = sound[origin:]
            starts = [max(0, int(begin) * _UNIT - origin) for begin in begins[first:after]]
            yield _Part(sound, [0, *starts[1:]], first, after)
            first, taken, origin = after, upto, int(begins[after]) * _UNIT

    def _rows(self, text: str, g2p: Any) -> Iterator[Row]:
        """Cut a text into sentences, and what has more phonemes than a row may have."""
        text = "".join(map(self._readable_letter, text))
        position = 0
        for sentence in hibari.Hibari.split_sentences(text):
            position = max(text.find(sentence, position), position)
            yield from rows(self._phonemes(sentence, position, g2p))
            position += len(sentence)

    def _readable_letter(self, character: str) -> str:
        """Take the accent off a letter that the package would leave out with it, as in Ễ."""
        if character in self._readable or not character.isalpha():
            return character
        letter = unicodedata.normalize("NFKD", character)[0]
        return letter if letter in self._readable else character

    def _phonemes(self, sentence: str, offset: int, g2p: Any) -> Iterator[tuple[str, int | None]]:
        """The phonemes of a sentence, each with the place of its word in the text."""
        written = normalize(sentence)
        places = _word_places(sentence, written)
        cursor = 0
        for token in g2p.phonemize_tokens(g2p.tokenize(written)):
            found_at = written.find(token.text, cursor)
            start = cursor if found_at < 0 else found_at
            cursor = start + len(token.text)
            place = next((place for first, after, place in places if first <= start < after), None)
            for phoneme in token.phonemes or "":
                if phoneme in self._vocabulary:
                    is_sound = phoneme not in PUNCTUATION and place is not None
                    yield phoneme, offset + place if is_sound and place is not None else None
            if token.whitespace:
                yield " ", None


def _cuts(row: Row, begins: Any, answer: _Answer) -> list[int]:
    """Where a row is cut into parts: the phonemes that begin the words after them.

    Parameters
    ----------
    row : Row
    begins : array
        Of its phonemes and of its end, in units.
    answer : _Answer
        Of what comes before the row.
    """
    cuts: list[int] = []
    end = begins[len(row.phonemes)]
    due = begins[0] + answer.missing / _UNIT
    last_word = row.words[0]
    for index, word in enumerate(row.words):
        if word is None or word == last_word:
            continue
        last_word = word
        if begins[index] >= due and end - begins[index] >= _SHORTEST_PART / _UNIT:
            cuts.append(index)
            sent = answer.samples + (begins[index] - begins[0]) * _UNIT
            due = begins[index] + max(_SHORTEST_PART, _GROWTH * sent) / _UNIT
    return cuts


def _frames(
    model: Model,
    ids: list[int],
    phonemes: str,
    request: dict[str, Any],
    chance: np.random.Generator,
) -> Frames:
    """Run the model's first part, again with other durations; change the pitch where asked for."""
    plain = model.frames(ids)
    emphasis, variation = request["emphasis"], request["variation"]
    stressed = np.array([0.0, *_stressed(phonemes), 0.0])
    pace = 1.0 + variation * _DRIFT_PACE * _drift(len(ids), 12.0, chance)
    wanted = plain.durations * (1.0 + emphasis * _EMPHASIS_LENGTH * stressed) * pace
    wanted /= request["speed"]
    wanted[0] = plain.durations[0]  # the silence that is cut
    durations = diffuse(wanted)
    change = durations - plain.durations
    frames = model.frames(ids, change) if change.any() else plain
    pitch = np.maximum(frames.pitch, 1.0)
    semitones = np.full(len(pitch), request["pitch_shift"], np.float64)
    semitones += (
        emphasis * _EMPHASIS_SEMITONES * _smooth(np.repeat(stressed, durations * FRAMES_PER_UNIT))
    )
    semitones += variation * _DRIFT_SEMITONES * _drift(len(pitch), 1.2 * _FRAMES_PER_SECOND, chance)
    power = request["pitch_power"]
    if power == 1.0 and not semitones.any():
        return frames
    moved = model.centre * (pitch / model.centre) ** power * 2 ** (semitones / 12)
    factor = np.where(pitch > VOICED, np.clip(moved, *_PITCH_RANGE) / pitch, 1.0)
    return frames.with_pitch(frames.pitch * factor.astype(np.float32))


def _vocabulary() -> dict[str, int]:
    with open(os.path.join(voices.ASSETS, "vocab.json"), encoding="utf-8") as file:
        vocabulary: dict[str, int] = json.load(file)
    return vocabulary


def _readable() -> frozenset[str]:
    """The letters that words are made of which no dictionary has."""
    with open(os.path.join(voices.ASSETS, "oov.json"), encoding="utf-8") as file:
        return frozenset(json.load(file)["in"])


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
