"""The audio formats of the protocol, read from their names (``output_format``)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, cast

from ..wire.parameters import FORMATS

__all__ = ["PLAIN_FORMATS", "AudioFormat", "Codec", "parse_format"]

Codec = Literal["pcm", "ulaw", "alaw", "mp3", "opus"]

# How many bytes one mono sample takes in the codecs that keep every sample.
_BYTES_PER_SAMPLE: Final = {"pcm": 2, "ulaw": 1, "alaw": 1}

# The formats of the protocol that keep every sample: they need no further package.
PLAIN_FORMATS: Final = tuple(
    name for name in FORMATS if name.partition("_")[0] in _BYTES_PER_SAMPLE
)

_NAME: Final = re.compile(
    r"(?:(?P<sampled>pcm|ulaw|alaw)_(?P<sampled_rate>[1-9]\d{3,5})"
    r"|(?P<compressed>mp3|opus)_(?P<compressed_rate>[1-9]\d{3,5})_(?P<bitrate>[1-9]\d{0,2}))"
)


@dataclass(frozen=True)
class AudioFormat:
    """One mono audio format.

    Parameters
    ----------
    name
        The name as it travels, e.g. ``"pcm_24000"`` or ``"mp3_44100_128"``.
    codec
        ``"pcm"`` is signed 16-bit little-endian, ``"ulaw"`` and ``"alaw"`` are ITU-T G.711; all
        three are headerless. ``"mp3"`` and ``"opus"`` are compressed.
    sample_rate
        Samples per second, in Hz.
    bitrate
        In kbit/s for the compressed codecs; None for the others.
    """

    name: str
    codec: Codec
    sample_rate: int
    bitrate: int | None = None

    @property
    def bytes_per_second(self) -> int:
        """Bytes in one second of sound; for Opus on average, without its container."""
        if self.bitrate is not None:
            return self.bitrate * 1000 // 8
        return _BYTES_PER_SAMPLE[self.codec] * self.sample_rate


def parse_format(name: str) -> AudioFormat:
    """Read a format name, ``codec_samplerate[_kbps]``.

    Parameters
    ----------
    name
        As in the ``output_format`` query parameter (ElevenLabs API reference, output_format).

    Raises
    ------
    ValueError
        If `name` does not follow the scheme; its text is a sentence for the reader.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        raise ValueError(
            f"{name!r} is not an audio format. Write codec_samplerate for pcm, ulaw and alaw, "
            "for example pcm_24000, and codec_samplerate_kbps for mp3 and opus, "
            "for example mp3_44100_128."
        )
    codec = cast(Codec, match["sampled"] or match["compressed"])
    sample_rate = int(match["sampled_rate"] or match["compressed_rate"])
    return AudioFormat(
        name, codec, sample_rate, int(match["bitrate"]) if match["bitrate"] else None
    )
