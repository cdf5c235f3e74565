"""Sounds made comparable: one sample rate, the same silence around them, equally loud."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ....audio.loudness import frame_length, leading_silence, scale
from ....audio.lufs import integrated_loudness
from ....audio.resample import Resampler
from .design import refused

__all__ = ["LONGEST", "SILENCE", "Sound", "SoundSet", "check_sounds", "prepare"]

SILENCE: Final = 0.05
"""Seconds before the first audible frame of 10 ms, and after the last one."""

LONGEST: Final = 60.0
"""Seconds of a sound. ITU-R BS.1534-3 has 12 at most: nobody remembers more."""


@dataclass(frozen=True, slots=True)
class Sound:
    """What one condition made of one text.

    Attributes
    ----------
    text : str
    pcm : bytes
        s16le mono.
    sample_rate : int
        Hz.
    """

    text: str
    pcm: bytes
    sample_rate: int


@dataclass(frozen=True, slots=True)
class SoundSet:
    """The sounds of a comparison, as they are heard.

    Attributes
    ----------
    sounds : tuple of tuple of bytes
        s16le mono, by condition and text.
    sample_rate : int
        Hz, of all of them.
    key : str
        What tells them from any others.
    note : str
        What was done to them, in a sentence or more.
    """

    sounds: tuple[tuple[bytes, ...], ...]
    sample_rate: int
    key: str
    note: str


def check_sounds(conditions: Mapping[str, Sequence[Sound]]) -> list[str]:
    """Return why sounds cannot be compared, [] if they can."""
    faults = []
    for name, sounds in conditions.items():
        silent = [
            number
            for number, sound in enumerate(sounds, start=1)
            if leading_silence(sound.pcm, sound.sample_rate) is None
        ]
        several = len(sounds) > 1
        faults += [
            f"{name} has nothing to hear" + (f" in text {number}" if several else "")
            for number in silent
        ]
        faults += [
            f"{name} lasts {seconds:,.0f} s"
            + (f" in text {number}" if several else "")
            + f", and {LONGEST:.0f} s are the most to compare by ear"
            for number, sound in enumerate(sounds, start=1)
            if (seconds := len(sound.pcm) / 2 / sound.sample_rate) > LONGEST
        ]
        if not sounds:
            faults.append(f"{name} has nothing to hear")
    first, *others = conditions.items()
    for name, sounds in others:
        if len(sounds) != len(first[1]):
            counts = f"{first[0]} has {_texts(first[1])}, and {name} {_texts(sounds)}"
            faults += [counts] if sounds else []
            continue
        for number, (one, other) in enumerate(zip(first[1], sounds, strict=True), start=1):
            if one.text != other.text:
                which = f" as text {number}" if len(sounds) > 1 else ""
                faults.append(
                    f"{first[0]} and {name} speak different texts{which}: "
                    f"{_short(one.text)} and {_short(other.text)}"
                )
    return faults


def prepare(conditions: Mapping[str, Sequence[Sound]]) -> SoundSet:
    """Return sounds so that nothing but what is compared tells them apart.

    They get the highest sample rate among them, the same silence before and after, since it would
    tell which one starts earlier, and the loudness of the quietest (ITU-R BS.1770), so that none
    clips.

    Parameters
    ----------
    conditions : mapping
        The sounds of each, for the same texts in the same order.

    Raises
    ------
    ParameterError
        If they cannot be compared, with every fault at once.
    """
    if faults := check_sounds(conditions):
        raise refused(*faults)
    rate = max(sound.sample_rate for sounds in conditions.values() for sound in sounds)
    trimmed = [[_trim(_at_rate(sound, rate), rate) for sound in own] for own in conditions.values()]
    levels = [[integrated_loudness(pcm, rate) for pcm in own] for own in trimmed]
    quietest = min(level for own in levels for level in own)
    loudest = max(level for own in levels for level in own)
    scaled = tuple(
        tuple(
            scale(pcm, 10 ** ((quietest - level) / 20))
            for pcm, level in zip(own, own_levels, strict=True)
        )
        for own, own_levels in zip(trimmed, levels, strict=True)
    )
    note = _note(conditions, rate, loudest - quietest)
    return SoundSet(scaled, rate, _key(conditions), f"{note}{_same(scaled)}")


def _at_rate(sound: Sound, rate: int) -> bytes:
    if sound.sample_rate == rate:
        return sound.pcm
    return Resampler(sound.sample_rate, rate).convert(sound.pcm)


def _trim(pcm: bytes, rate: int) -> bytes:
    """Return a sound with the same silence before and after, whatever it had."""
    margin = round(SILENCE * rate)
    before = round((leading_silence(pcm, rate) or 0.0) * rate)
    samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2")
    after = round((leading_silence(samples[::-1].tobytes(), rate) or 0.0) * rate)
    end = len(samples) - after
    padded = np.concatenate([np.zeros(margin, "<i2"), samples, np.zeros(margin, "<i2")])
    kept = padded[before : end + 2 * margin].astype(np.float64)
    # What is left of the silence may have breath in it, which is not to begin with a click.
    fade = min(frame_length(rate), len(kept) // 2)
    kept[:fade] *= np.linspace(0, 1, fade)
    kept[len(kept) - fade :] *= np.linspace(1, 0, fade)
    return np.round(kept).astype("<i2").tobytes()


def _key(conditions: Mapping[str, Sequence[Sound]]) -> str:
    digest = hashlib.sha256()
    for name, sounds in conditions.items():
        digest.update(f"{name}\n{len(sounds)}\n".encode())
        for sound in sounds:
            digest.update(f"{sound.sample_rate}\n{len(sound.pcm)}\n".encode())
            digest.update(sound.pcm)
    return digest.hexdigest()[:16]


def _note(conditions: Mapping[str, Sequence[Sound]], rate: int, lowered: float) -> str:
    parts = [f"the silence before and after is {1000 * SILENCE:.0f} ms in all of them"]
    if lowered >= 0.05:
        parts.insert(0, f"they were made as loud as the quietest, by {lowered:.1f} dB at most")
    else:
        parts.insert(0, "they are equally loud")
    if any(sound.sample_rate != rate for own in conditions.values() for sound in own):
        parts.append(f"all have {rate:,} Hz")
    return f"{parts[0][0].upper()}{parts[0][1:]}; {'; '.join(parts[1:])}."


def _same(sounds: Sequence[Sequence[bytes]]) -> str:
    """Return a sentence on sounds without any difference; it tells nobody which they are."""
    pairs = [
        one == other
        for first, second in itertools.combinations(sounds, 2)
        for one, other in zip(first, second, strict=True)
    ]
    if not any(pairs):
        return ""
    some = "All" if all(pairs) else "Some"
    return f" {some} sounds that are compared with each other are the same, sample for sample."


def _texts(sounds: Sequence[Sound]) -> str:
    return "1 text" if len(sounds) == 1 else f"{len(sounds)} texts"


def _short(text: str) -> str:
    return repr(text if len(text) <= 30 else f"{text[:29]}…")
