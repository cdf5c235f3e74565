"""The protocol's voice settings as parameters of eSpeak NG."""

from __future__ import annotations

from ..prosody import Prosody

__all__ = ["EFFECTS", "espeak_parameters"]

# eSpeak NG's own defaults (speak_lib.h): words per minute, and the 0-100 scales.
DEFAULT_RATE = 175
DEFAULT_VOLUME = 100
DEFAULT_PITCH = 50

# Below 80 words per minute eSpeak NG goes no slower; above 450 it resamples in time instead.
RATE_RANGE = (80, 450)
# The Klatt synthesizers clip: at 100 in every other sentence, at 80 now and then, at 70 never.
KLATT_VOLUME = 70
# How far the pitch drifts when similarity_boost is 0, on eSpeak NG's 0-99 scale.
PITCH_DRIFT = 40
# The similarity_boost at (and above) which the pitch is the voice's own.
FULL_SIMILARITY = 0.75
# The pause between words when style is 1, in eSpeak NG's units of 10 ms at normal speed.
STYLE_WORD_GAP = 10
# The share of the volume that stays without the speaker boost.
UNBOOSTED = 0.6

EFFECTS: dict[str, str] = {
    "stability": (
        "Sets the range of the melody: 1 speaks nearly on one note, 0.5 as the voice does by "
        "itself, 0 with 1.6 times its range; the pitch is some 2.5 semitones lower at 1 and higher "
        "at 0."
    ),
    "similarity_boost": (
        "Keeps the pitch at the voice's own; below 0.75 it rises, by 7 semitones at 0, and above "
        "0.75 nothing changes."
    ),
    "style": (
        "Sets the words apart for emphasis: 0 speaks them connected, 1 with a pause of some 100 ms "
        "between them."
    ),
    "use_speaker_boost": "On, the voice has its full volume; off, 60 % of it.",
    "speed": "Multiplies eSpeak NG's own rate, nominally 175 words per minute.",
    "language_code": (
        "Speaks with the rules of that language, in the same kind of voice; an unknown code is "
        "ignored."
    ),
    "apply_text_normalization": (
        "With off (and at latency level 4) numbers are read digit by digit; on and auto read them "
        "as numbers."
    ),
    "seed": (
        "Accepted, without effect: the voice has no randomness to seed. Earlier speech changes "
        "some samples of later speech."
    ),
}
"""What every setting does to the sound: wire name -> one sentence."""


def espeak_parameters(prosody: Prosody, *, klatt: bool = False) -> dict[str, int]:
    """Translate voice settings into the parameters of a worker's request.

    With all defaults the voice sounds as eSpeak NG's own defaults do. `Prosody.speed` may be 0.46
    to 2.57; values beyond count as the nearest end.

    Parameters
    ----------
    prosody : Prosody
    klatt : bool
        Whether the voice variant uses a Klatt synthesizer.

    Returns
    -------
    dict
        ``rate`` in words per minute; ``volume``, ``pitch`` and ``range`` from 0 to 100, where
        eSpeak NG's defaults are 100, 50 and 50; ``word_gap`` in 10 ms.
    """
    volume = KLATT_VOLUME if klatt else DEFAULT_VOLUME
    missing_similarity = max(0.0, 1.0 - _unit(prosody.similarity_boost) / FULL_SIMILARITY)
    slowest, fastest = RATE_RANGE
    return {
        "rate": round(min(max(DEFAULT_RATE * prosody.speed, slowest), fastest)),
        "volume": round(volume * (1.0 if prosody.use_speaker_boost else UNBOOSTED)),
        "pitch": round(DEFAULT_PITCH + PITCH_DRIFT * missing_similarity),
        "range": round(100 * (1.0 - _unit(prosody.stability))),
        "word_gap": round(STYLE_WORD_GAP * _unit(prosody.style)),
    }


def _unit(value: float) -> float:
    return min(max(value, 0.0), 1.0)
