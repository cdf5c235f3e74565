"""Thirty sentences, spoken by every voice and written down by a recogniser."""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from .acoustics import joined, loudness, peak
from .recogniser import Recogniser, opinion, word_errors
from .sentences import SENTENCES
from .speakers import SPEAKERS, STAND_IN, Sound, speaking
from .table import machine, markdown

__all__ = ["BAR", "LOUDNESS_BAR", "Result", "add_options", "run"]

BAR = 10.0
"""Per cent of the words that the natural voice may lose."""

LOUDNESS_BAR = 1.0
"""LU that the voices may differ by."""

HEAD = (
    "voice",
    "word error rate",
    "DNSMOS P.808",
    "loudness",
    "of single sentences",
    "peak",
    "length",
)


@dataclass(frozen=True)
class Result:
    """What came of one voice.

    Attributes
    ----------
    name : str
    errors : float
        Word error rate in per cent.
    opinion : float
        DNSMOS P.808, the mean over the sentences.
    lufs : float
        Of all sentences as one sound.
    quietest, loudest : float
        LUFS of a sentence.
    peak : float
        dB below full scale.
    seconds : float
    heard : tuple of str
    """

    name: str
    errors: float
    opinion: float
    lufs: float
    quietest: float
    loudest: float
    peak: float
    seconds: float
    heard: tuple[str, ...]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.add_argument(
        "--bar",
        action="store_true",
        help=f"exit with 1 unless the natural voice's word error rate is below {BAR:g} %% and the "
        f"loudness of the voices agrees within {LOUDNESS_BAR:g} LU",
    )
    parser.add_argument("--heard", action="store_true", help="list what was misheard")


def run(options: argparse.Namespace) -> int:
    """Measure, and print a table; return the exit status."""
    recogniser = Recogniser()
    results = []
    for speaker in (*SPEAKERS, STAND_IN):
        with speaking(speaker) as speak:
            results.append(_result(speaker.name, speak(SENTENCES), recogniser))
    print(f"{machine()}\n\n{table(results)}")
    if options.heard:
        print(f"\n{misheard(results)}")
    failures = [*missed(results)] if options.bar else []
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


def _result(name: str, sounds: Sequence[Sound], recogniser: Recogniser) -> Result:
    heard = [recogniser.text(sound.samples) for sound in sounds]
    whole = joined(sounds)
    levels = [loudness(sound.samples) for sound in sounds]
    return Result(
        name,
        errors=word_errors([sound.text for sound in sounds], heard),
        opinion=statistics.fmean(opinion(sound.samples) for sound in sounds),
        lufs=loudness(whole),
        quietest=min(levels),
        loudest=max(levels),
        peak=peak(whole),
        seconds=sum(sound.seconds for sound in sounds),
        heard=tuple(heard),
    )


def table(results: Sequence[Result]) -> str:
    """The results as Markdown."""
    return markdown(
        HEAD,
        [
            (
                result.name,
                f"{result.errors:.1f} %",
                f"{result.opinion:.2f}",
                f"{result.lufs:.1f} LUFS",
                f"{result.quietest:.1f} … {result.loudest:.1f}",
                f"{result.peak:.1f} dB",
                f"{result.seconds:.1f} s",
            )
            for result in results
        ],
    )


def misheard(results: Sequence[Result]) -> str:
    """What the recogniser wrote where it differs from what was spoken."""
    lines = []
    for result in results:
        for text, heard in zip(SENTENCES, result.heard, strict=True):
            if word_errors([text], [heard]) > 0:
                lines.append(f"- {result.name}: “{text}” was heard as “{heard}”")
    return "\n".join(lines)


def missed(results: Sequence[Result]) -> list[str]:
    """Say which bars were missed, in a sentence each."""
    natural, *others = results
    sentences = []
    if not natural.errors < BAR:
        sentences.append(
            f"{natural.name} has a word error rate of {natural.errors:.1f} %, not below {BAR:g} %."
        )
    for other in others:
        difference = abs(natural.lufs - other.lufs)
        if not difference <= LOUDNESS_BAR:
            sentences.append(
                f"{natural.name} and {other.name} differ by {difference:.1f} LU, "
                f"more than {LOUDNESS_BAR:g}."
            )
    sentences += [f"{result.name} clips." for result in results if not result.peak < 0]
    return sentences
