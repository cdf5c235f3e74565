"""The protocol's voice settings as parameters of the natural voice."""

from __future__ import annotations

import secrets

from ..prosody import Prosody

__all__ = ["EFFECTS", "natural_parameters"]

# The stability that is the voice's own melody.
OWN_STABILITY = 0.5
# How the melody's range shrinks above it and grows below, per unit of stability: an exponent.
FLATTENING = 1.36
WIDENING = 1.6
# The similarity_boost at (and above) which the pitch is the voice's own, and how far it goes at 0.
FULL_SIMILARITY = 0.75
FARTHEST_SEMITONES = 4.8
# As loud as eSpeak NG; the model's sound mostly peaks at 0.2 to 0.5.
GAIN = 2.0
UNBOOSTED = 0.6
SPEED_RANGE = (0.4, 3.0)

EFFECTS: dict[str, str] = {
    "stability": (
        "Sets the range of the melody: 1 leaves a third of it, 0.5 is the voice's own, 0 has 1.8 "
        "times as much; below 0.5 melody and pace wander, another way for each seed."
    ),
    "similarity_boost": (
        "Keeps the pitch at the voice's own; below 0.75 it rises, by 4.5 semitones at 0, and "
        "above 0.75 nothing changes."
    ),
    "style": (
        "Emphasis: stressed vowels are longer and higher; at 1 one word in ten is 2 semitones "
        "higher or more, and speech 6 % slower."
    ),
    "use_speaker_boost": "On, the voice has its full volume; off, 60 % of it.",
    "speed": "Divides how long each sound lasts.",
    "language_code": "English stays with this voice; any other language is eSpeak NG's.",
    "apply_text_normalization": (
        "With off (and at latency level 4) numbers are read digit by digit; on and auto read them "
        "as numbers."
    ),
    "seed": (
        "The same seed gives the same sound, sample by sample; another one is heard only at a "
        "stability below 0.5."
    ),
}
"""What every setting does to the sound: wire name -> one sentence."""


def natural_parameters(prosody: Prosody) -> dict[str, float]:
    """Translate voice settings into the parameters of a worker's request.

    Returns
    -------
    dict
        Those of the worker's table from ``pitch_power`` to ``seed``. Without a seed one is drawn,
        so that a text in several requests is one take.
    """
    above = _unit(prosody.stability) - OWN_STABILITY
    missing_similarity = max(0.0, 1.0 - _unit(prosody.similarity_boost) / FULL_SIMILARITY)
    slowest, fastest = SPEED_RANGE
    return {
        "pitch_power": 1.0 - above * (FLATTENING if above > 0 else WIDENING),
        "pitch_shift": FARTHEST_SEMITONES * missing_similarity,
        "emphasis": _unit(prosody.style),
        "variation": max(0.0, -above / OWN_STABILITY),
        "speed": min(max(prosody.speed, slowest), fastest),
        "gain": GAIN * (1.0 if prosody.use_speaker_boost else UNBOOSTED),
        "seed": secrets.randbits(32) if prosody.seed is None else prosody.seed,
    }


def _unit(value: float) -> float:
    return min(max(value, 0.0), 1.0)
