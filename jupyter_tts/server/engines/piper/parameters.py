"""The protocol's voice settings as parameters of a Piper voice."""

from __future__ import annotations

import secrets

from ..prosody import Prosody

__all__ = ["EFFECTS", "piper_parameters"]

# The stability at which a voice varies as much as its makers set it to.
OWN_STABILITY = 0.5
# How much more it varies at 0: beyond it words get lost.
MOST_VARIATION = 1.5
UNBOOSTED = 0.6
SPEED_RANGE = (0.4, 3.0)

EFFECTS: dict[str, str] = {
    "stability": (
        "Sets how much melody and pace vary from take to take: 1 not at all, 0.5 as much as the "
        "voice's makers set it to, 0 half as much again."
    ),
    "similarity_boost": "None: these voices have nothing like it.",
    "style": "None: these voices have nothing like it.",
    "use_speaker_boost": "On, the voice has its full volume; off, 60 % of it.",
    "speed": "Divides how long each sound lasts.",
    "language_code": "A voice speaks its own language; any other language is eSpeak NG's.",
    "apply_text_normalization": (
        "With off (and at latency level 4) numbers are read digit by digit; on and auto read them "
        "as numbers."
    ),
    "seed": (
        "The same seed gives the same sound, sample by sample; not with a model of another make, "
        "where the answer says so."
    ),
}
"""What every setting does to the sound: wire name -> one sentence."""


def piper_parameters(prosody: Prosody) -> dict[str, float]:
    """Translate voice settings into the parameters of a worker's request.

    Returns
    -------
    dict
        ``variation``, a factor for both of the model's noises; ``speed``; ``gain``; ``seed``.
        Without a seed one is drawn, so that a text in several requests is one take.
    """
    stability = min(max(prosody.stability, 0.0), 1.0)
    missing = 1.0 - stability / OWN_STABILITY
    slowest, fastest = SPEED_RANGE
    return {
        "variation": 1.0 + missing * (MOST_VARIATION - 1.0 if missing > 0 else 1.0),
        "speed": min(max(prosody.speed, slowest), fastest),
        "gain": 1.0 if prosody.use_speaker_boost else UNBOOSTED,
        "seed": secrets.randbits(32) if prosody.seed is None else prosody.seed,
    }
