"""FLAC (RFC 9639) and Opus in Ogg (RFC 7845) as files, made with FFmpeg."""

from __future__ import annotations

import io
from typing import Final

import av
import numpy as np

from .opus import CONSTRAINED, OPUS_RATE
from .resample import Resampler
from .tags import Tags

__all__ = ["flac_bytes", "ogg_bytes"]

_OPUS_BITRATE: Final = 64_000  # bit/s


def flac_bytes(pcm: bytes, sample_rate: int, tags: Tags) -> bytes:
    """Return `pcm` (mono, s16le) as the bytes of a FLAC file, every sample as it was."""
    return _file("flac", "flac", {}, pcm, sample_rate, tags)


def ogg_bytes(pcm: bytes, sample_rate: int, tags: Tags) -> bytes:
    """Return `pcm` (mono, s16le) as the bytes of an Ogg file with Opus, at 48 kHz."""
    at_48k = Resampler(sample_rate, OPUS_RATE).convert(pcm)
    return _file("ogg", "libopus", CONSTRAINED, at_48k, OPUS_RATE, tags)


def _file(
    container: str, codec: str, options: dict[str, str], pcm: bytes, sample_rate: int, tags: Tags
) -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as file:
        stream = file.add_stream(codec, rate=sample_rate, options=options)
        assert isinstance(stream, av.AudioStream)  # as the codec is one for audio
        stream.layout = "mono"
        stream.codec_context.format = "s16"
        stream.bit_rate = _OPUS_BITRATE  # FLAC has none and takes no notice
        # FLAC has its tags for the file, Ogg for the stream.
        file.metadata.update(tags.named)
        stream.metadata.update(tags.named)
        samples = np.frombuffer(pcm, "<i2").astype(np.int16, copy=False)
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = sample_rate
        frame.pts = 0
        for input_frame in (frame, None):  # None flushes the encoder
            file.mux(stream.encode(input_frame))
    return buffer.getvalue()
