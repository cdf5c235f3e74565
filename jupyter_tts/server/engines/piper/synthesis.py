"""A text spoken by a Piper voice: its sentences, their phonemes, and the times of these.

Part of the worker; needs ``onnxruntime``, libespeak-ng and nothing of the server.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime

from ..loaded_models import LoadedModels
from ..phoneme_rows import STRESS, Row, ascii_name, rows
from ..waveform import as_int16, evenly, first_audible, without_end
from .model import Model
from .phonemizer import Phonemizer

__all__ = ["Synthesis"]

_PLAIN_NOTE = "The file of this voice allows no seed, and its times are estimates"

# Seconds after a mark. What the models themselves leave there is too short between two rows.
_PAUSES = {**dict.fromkeys(".!?", 0.3), **dict.fromkeys(",;:", 0.15)}


class Synthesis:
    """The voices, loaded when they are asked for, speaking one text at a time.

    Parameters
    ----------
    directory : str
        Of the package ``espeakng_loader``.
    """

    version: str = onnxruntime.__version__
    sample_rate = 0  # each voice has its own

    def __init__(self, directory: str) -> None:
        self._phonemizer = Phonemizer(directory)
        self._models = LoadedModels(Model)

    def warm_up(self) -> None:
        """Do nothing: no voice is known yet."""

    def speak(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Speak one request (see `worker`); return the answer's header and sound."""
        try:
            model = self._models[request["model"]]
            self._phonemizer.use(model.espeak_voice)
        except ValueError as error:
            return {"error": str(error).rstrip(".")}, b""
        chance = np.random.default_rng(request["seed"])
        sounds: list[Any] = []
        words: list[tuple[int, int]] = []
        phonemes: list[tuple[int, str]] = []
        offset = 0
        spoken = self._rows(request, model)
        for number, row in enumerate(spoken, start=1):
            sound, starts = _speak_row(row, model, request, chance)
            sounds.append(as_int16(without_end(sound) * (model.gain * request["gain"])))
            last_word = None
            for start, phoneme, word in zip(starts, row.phonemes, row.words, strict=True):
                if word is not None and word != last_word:
                    words.append((word, offset + start))
                    last_word = word
                if phoneme not in STRESS:
                    phonemes.append((offset + start, ascii_name(phoneme)))
            offset += len(sounds[-1])
            if number < len(spoken) or request["end_pause"]:
                pause = round(_PAUSES.get(row.phonemes[-1], 0.0) * model.sample_rate)
                phonemes.append((offset, "_"))
                sounds.append(np.zeros(pause, "<i2"))
                offset += pause
        pcm = b"".join(sound.tobytes() for sound in sounds)
        header: dict[str, Any] = {"words": words, "phonemes": phonemes}
        return header if model.has_handles else {**header, "note": _PLAIN_NOTE}, pcm

    def _rows(self, request: dict[str, Any], model: Model) -> list[Row]:
        pronunciations = [tuple(entry) for entry in request["pronunciations"]]
        return [
            row
            for sentence in self._phonemizer.sentences(request["text"], pronunciations)
            for row in rows(entry for entry in sentence if model.knows(entry[0]))
        ]


def _speak_row(
    row: Row, model: Model, request: dict[str, Any], chance: np.random.Generator
) -> tuple[Any, list[int]]:
    """Return the sound, and where in it each phoneme begins."""
    ids, begins = model.ids(row.phonemes)
    utterance = model.speak(ids, chance, variation=request["variation"], speed=request["speed"])
    if not len(utterance.ends):
        return evenly(utterance.sound, len(row.phonemes))
    starts = [int(utterance.ends[begin - 1]) if begin else 0 for begin in begins]
    cut = min(first_audible(utterance.sound), starts[0])
    return utterance.sound[cut:], [0, *(start - cut for start in starts[1:])]
