"""Controls that do nothing on the server or model at hand, and why."""

from __future__ import annotations

from ...audio.codecs import check_decoder
from ...client.streaming.stream import audio_format
from ...wire.errors import UnsupportedFormat
from ...wire.hosts import LOCAL
from ...wire.request import SpeechRequest

__all__ = ["LOCAL_WITHOUT_EFFECT", "without_effect"]

LOCAL_WITHOUT_EFFECT = {
    "model": "The embedded voice has one model.",
    "seed": "The embedded voice has no randomness to seed.",
    "logging": "The embedded voice logs no text in any case.",
    "pvc_as_ivc": "No embedded voice is a clone.",
    "pronunciation": "The embedded voice has no dictionaries.",
}


def without_effect(request: SpeechRequest) -> dict[str, str]:
    """Return the controls without effect, each with a sentence that says why.

    Facts about models are those of ElevenLabs' model pages: style and speaker boost came with
    version 2; the parameter's deprecation is a note of its own.
    """
    found = dict(LOCAL_WITHOUT_EFFECT) if request.server == LOCAL else {}
    if request.auto_mode:
        found["schedule"] = "Auto mode switches the schedule off."
    if request.server != LOCAL and (request.model or "").endswith("_v1"):
        for name in ("style", "speaker_boost"):
            found[name] = "Models of version 1 do not have it."
    if request.multi:
        found["pvc_as_ivc"] = "multi-stream-input does not take it."
        if not request.levers:
            found["latency"] = "multi-stream-input does not take it, and levers are off."
    try:
        check_decoder(audio_format(request))
    except UnsupportedFormat as error:
        found["format"] = str(error)
    return found
