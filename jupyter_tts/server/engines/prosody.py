"""The voice settings of a request."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DEFAULT_PROSODY", "Prosody"]


@dataclass(frozen=True)
class Prosody:
    """The voice_settings and the seed of a request; the defaults are the documented ones.

    Attributes
    ----------
    stability, similarity_boost, style : float
        0 to 1; values beyond count as the nearest end.
    use_speaker_boost : bool
    speed : float
        A factor; ElevenLabs documents 0.7 to 1.2, an engine may do more.
    seed : int, optional
        Where a voice has chance in it, the same seed gives the same sound; None draws one.

    Notes
    -----
    Ranges and defaults: ElevenLabs WebSocket reference, voice_settings.
    """

    stability: float = 0.5
    similarity_boost: float = 0.75
    style: float = 0.0
    use_speaker_boost: bool = True
    speed: float = 1.0
    seed: int | None = None


DEFAULT_PROSODY = Prosody()
