"""Incremental decoding and encoding between an output format and PCM (mono, s16le).

mp3 is made with LAME (the package ``lameenc``); mp3 and Opus are read, and Opus is made, with
FFmpeg's libraries (``av``, PyAV: an extra). Both are imported only where such a format is asked
for.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final, Protocol

from ..wire.errors import UnsupportedFormat
from . import g711
from .formats import PLAIN_FORMATS, AudioFormat
from .pcm import Pcm

__all__ = [
    "INSTALL_PYAV",
    "Decoder",
    "Encoder",
    "check_decoder",
    "check_encoder",
    "decoder",
    "encoder",
]

INSTALL_PYAV: Final = 'Install it with: python -m pip install "jupyter_tts[codecs]".'

# What PyAV is needed for.
_TO_DECODE: Final = frozenset({"mp3", "opus"})
_TO_ENCODE: Final = frozenset({"opus"})


class Decoder(Protocol):
    """Encoded audio in pieces, in; PCM out.

    The delay that a codec adds at the beginning is taken off again.
    """

    def decode(self, data: bytes) -> bytes:
        """Return the PCM that `data`, cut anywhere, completes."""

    def flush(self) -> bytes:
        """End the stream: return what is left. Half a sample at the end is not sound: dropped."""


class Encoder(Protocol):
    """PCM in pieces, in; encoded audio out."""

    @property
    def samples(self) -> int:
        """How many samples of the PCM the audio returned so far decodes to.

        A codec that looks ahead returns less than it has taken, until `flush`.
        """

    def encode(self, pcm: bytes) -> bytes:
        """Return the audio that `pcm`, cut anywhere, completes."""

    def flush(self) -> bytes:
        """End the stream: return what is left. Half a sample at the end is not sound: dropped."""


def check_decoder(audio_format: AudioFormat) -> None:
    """Raise UnsupportedFormat if what decodes a format is not installed."""
    _check(audio_format, _TO_DECODE, "decoded")


def check_encoder(audio_format: AudioFormat) -> None:
    """Raise UnsupportedFormat if what encodes a format is not installed."""
    _check(audio_format, _TO_ENCODE, "encoded")


def decoder(audio_format: AudioFormat) -> Decoder:
    """Return a new decoder for one stream in `audio_format`.

    Raises
    ------
    UnsupportedFormat
        For mp3 and opus without PyAV.
    """
    check_decoder(audio_format)
    match audio_format.codec:
        case "pcm":
            return Pcm()
        case "ulaw":
            return g711.G711Decoder(g711.ulaw_to_pcm())
        case "alaw":
            return g711.G711Decoder(g711.alaw_to_pcm())
        case "mp3":
            from .mp3 import Mp3Decoder

            return Mp3Decoder()
        case "opus":
            from .opus import OpusDecoder

            return OpusDecoder()


def encoder(audio_format: AudioFormat) -> Encoder:
    """Return a new encoder for one stream in `audio_format`.

    Raises
    ------
    UnsupportedFormat
        For opus without PyAV.
    """
    check_encoder(audio_format)
    match audio_format.codec:
        case "pcm":
            return Pcm()
        case "ulaw":
            return g711.G711Encoder(g711.pcm_to_ulaw())
        case "alaw":
            return g711.G711Encoder(g711.pcm_to_alaw())
        case "mp3":
            from .mp3 import Mp3Encoder

            return Mp3Encoder(audio_format)
        case "opus":
            from .opus import OpusEncoder

            return OpusEncoder(audio_format)


def _check(audio_format: AudioFormat, needing: frozenset[str], done: str) -> None:
    if audio_format.codec in needing and find_spec("av") is None:
        raise UnsupportedFormat(
            f"{audio_format.name} is {done} with PyAV, which is not installed.",
            hint=f"{INSTALL_PYAV} Or choose one of {', '.join(PLAIN_FORMATS)}.",
        )
