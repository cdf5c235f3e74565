"""What else is found of the sound of a sweep: word errors, DNSMOS, anything a function can tell.

Scores are found after the measuring, of the recordings that were kept: one of each condition and
text.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib.resources
import importlib.util
import math
import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ...audio.resample import Resampler
from ...wire.errors import ParameterError, TTSError
from ...wire.parameters import PARAMETERS
from ..threads import in_thread
from .plan import Plan
from .recordings import Recordings
from .rows import Row, RowFile

__all__ = ["Recogniser", "Scorer", "check_scores", "dnsmos", "score", "word_error_rate"]

Samples = npt.NDArray[np.float32]

Scorer = Callable[[Samples, int, str], float]
"""Takes a sound (mono, -1 to 1), its rate (Hz) and its text; gives a number."""

Recogniser = Callable[[Samples, int], str]
"""Takes a sound (mono, -1 to 1) and its rate (Hz); gives the text that it heard."""

_INSTALL: Final = 'Install it with: pip install "jupyter_tts[quality]".'

# DNSMOS P.835 (C. K. A. Reddy and others, ICASSP 2022): the model hears so much at a time, and its
# output is mapped to opinions by a polynomial of its authors'.
_RATE: Final = 16_000
_HEARD: Final = int(9.01 * _RATE)
_OPINION: Final = (-0.06766283, 1.11546468, 0.04602535)

# Scripts without spaces between words: each character counts as a word.
_UNSPACED: Final = re.compile(
    r"([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff])"
)


async def score(
    plan: Plan,
    file: RowFile,
    recordings: Recordings,
    scores: Mapping[str, Scorer],
    measured: Callable[[Row], object] = lambda row: None,
) -> None:
    """Score the recordings that were kept and have no such score yet.

    May be cancelled: at most one score is lost.

    Parameters
    ----------
    plan : Plan
    file : RowFile
        Gets the scores as they come.
    recordings : Recordings
    scores : mapping of str to callable
        What finds each, by the score's name.
    measured : callable, optional
        Called with each row that was scored.

    Raises
    ------
    ParameterError
        As :func:`check_scores`.
    TTSError
        If one fails. What was measured and scored before is kept.
    """
    check_scores(scores)
    texts = {prompt.name: prompt.text for prompt in plan.prompts}
    for index, row in enumerate(file.rows):
        missing = [name for name in scores if name not in row.scores]
        recording = recordings.load(row.condition, row.text) if row.sound and missing else None
        if recording is None or not recording.pcm:
            continue
        samples = np.frombuffer(recording.pcm, "<i2").astype(np.float32) / 32768
        for name in missing:
            arguments = scores[name], samples, recording.sample_rate, texts[row.text]
            value = await in_thread(_scored, name, row, *arguments)
            await in_thread(file.add_scores, row.cell, {name: value})
        measured(file.rows[index])


def check_scores(scores: object) -> None:
    """Refuse what are no scores.

    Raises
    ------
    ParameterError
        With every fault at once.
    """
    if not isinstance(scores, Mapping):
        raise ParameterError(['scores must be a mapping: {"wer": word_error_rate(asr)}, say'])
    taken = {*(one.name for one in dataclasses.fields(Row)), *(one.name for one in PARAMETERS)}
    taken |= {"network", "arrival"}
    faults = []
    for name, scorer in scores.items():
        if not isinstance(name, str) or not name.strip():
            faults.append("a score must have a name")
        elif name in taken:
            faults.append(f"{name} cannot be a score: a row has it already")
        if not callable(scorer):
            faults.append(f"the score {name} must be a function of samples, rate and text")
    if faults:
        raise ParameterError(faults)


def word_error_rate(
    recogniser: Recogniser, *, normalise: Callable[[str], str] | None = None
) -> Scorer:
    """Return a scorer: the share of words that a recogniser gets wrong, 0 for none.

    It may be above 1. In scripts without spaces each character counts as a word.

    Parameters
    ----------
    recogniser : callable
        Any: of samples (float32, mono) and their rate (Hz), gives a text.
    normalise : callable, optional
        Applied to the text and to what was heard; by default letter case, punctuation and accents'
        composition do not count. One that knows numbers is fairer where texts have digits.

    Raises
    ------
    TTSError
        Without jiwer.
    """
    _need("jiwer", "The word error rate")
    tidy = normalise or _tidy

    def errors(samples: Samples, sample_rate: int, text: str) -> float:
        import jiwer

        heard = recogniser(samples, sample_rate)
        if not isinstance(heard, str):
            raise TypeError(f"the recogniser gave {type(heard).__name__}, not a text")
        return float(jiwer.wer(tidy(text), tidy(heard)))

    return errors


def dnsmos(samples: Samples, sample_rate: int, text: str = "") -> float:
    """Return the overall opinion, 1 (bad) to 5, that DNSMOS P.835 predicts.

    It was made for noise in calls: it hears artefacts and hiss, and not whether a voice is natural.

    Parameters
    ----------
    samples : array
        Mono, -1 to 1.
    sample_rate : int
        Hz.
    text : str, optional
        Plays no part.

    Raises
    ------
    TTSError
        Without speechmos, whose weights it uses, and onnxruntime.
    """
    model = _dnsmos_model()
    sound = _at_rate(samples, sample_rate, _RATE)
    while 0 < len(sound) < _HEARD:
        sound = np.tile(sound, 2)
    opinions = [
        float(model.run(None, {"input_1": piece[np.newaxis]})[0][0][2]) for piece in _pieces(sound)
    ]
    return float(np.mean(np.polyval(_OPINION, opinions)))


def _pieces(sound: Samples) -> Iterator[Samples]:
    """Yield what the model hears at a time, each a second further."""
    for start in range(int(len(sound) // _RATE - _HEARD / _RATE) + 1):
        piece = sound[start * _RATE :][:_HEARD]
        if len(piece) == _HEARD:
            yield piece


@functools.cache
def _dnsmos_model() -> Any:
    for package in ("speechmos", "onnxruntime"):
        _need(package, "DNSMOS")
    # By itself it reports to its maker.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    # Only the weights: the package's own code imports librosa, which it does not install.
    weights = importlib.resources.files("speechmos") / "dnsmos_models" / "sig_bak_ovr.onnx"
    return onnxruntime.InferenceSession(
        weights.read_bytes(), options, providers=["CPUExecutionProvider"]
    )


def _at_rate(samples: Samples, sample_rate: int, rate: int) -> Samples:
    if sample_rate == rate:
        return samples
    resampler = Resampler(sample_rate, rate)
    whole = np.round(np.clip(samples, -1, 1) * 32767).astype(np.int16)
    resampled = np.concatenate([resampler.process(whole), resampler.flush()])
    return (resampled / 32767).astype(np.float32)


def _tidy(text: str) -> str:
    composed = unicodedata.normalize("NFKC", text).casefold()
    kept = "".join(
        sign if unicodedata.category(sign)[0] in "LMN" or sign in "'’" else " " for sign in composed
    )
    return " ".join(_UNSPACED.sub(r" \1 ", kept.replace("’", "'")).split())


def _scored(
    name: str, row: Row, scorer: Scorer, samples: Samples, sample_rate: int, text: str
) -> float:
    try:
        value = float(scorer(samples, sample_rate, text))
    except TTSError:
        raise
    except Exception as fault:  # anything, since the function is the user's
        told = str(fault).strip().splitlines()[:1] or [""]
        raise _failed(name, row, f"{type(fault).__name__}: {told[0]}".rstrip(" :.")) from fault
    if not math.isfinite(value):
        raise _failed(name, row, f"it gave {value}")
    return value


def _failed(name: str, row: Row, why: str) -> TTSError:
    return TTSError(
        f"The score {name} of {row.sound!r} could not be found: {why}.",
        hint="What was measured is kept, and the scores that were found before.",
    )


def _need(package: str, what: str) -> None:
    if importlib.util.find_spec(package) is None:
        raise TTSError(f"{what} needs {package}, which is not installed.", hint=_INSTALL)
