"""mp3, as a stream and as a file: made with LAME, and read with FFmpeg."""

from __future__ import annotations

from importlib.metadata import version
from typing import Final

import numpy as np
import numpy.typing as npt

from ..wire.package_versions import check_version
from .formats import AudioFormat, parse_format
from .mp3_frames import FileInfo, FrameSplitter, Mp3Frame, info_frame
from .pcm import WholeSamples
from .resample import Resampler
from .tags import Tags, id3

__all__ = ["DELAY", "Mp3Decoder", "Mp3Encoder", "Mp3File", "mp3_bytes"]

# LAME's look-ahead of 576 samples, and 529 of any decoder (LAME's documentation, "Encoder and
# decoder delay"). A live stream has no header to tell them; other encoders have no less.
_DECODER_DELAY: Final = 529
DELAY: Final = 576 + _DECODER_DELAY

# Of LAME's 2 (best) to 7 (fastest): on speech at a constant bit rate the fastest is the truest to
# the waveform as well, and three times as fast as 2.
_QUALITY: Final = 7

# LAME plays it safe and makes the sound quieter, as measured at every bit rate of the protocol.
_LAME_GAIN: Final = 0.95
_LAME_GAINS: Final = {192: 0.97}

# Of a file, in kbit/s. Speech at 24 kHz needs no more, and every version of MPEG audio has it.
_BITRATE: Final = 64

# Hz. A browser's sound lags its clock after a seek by up to 1152 samples, as measured in Chromium:
# 144 ms at 8 kHz. What comes slower than the slowest that can be borne is written faster.
_SLOWEST: Final = 22_050
_INSTEAD: Final = 24_000


class Mp3Encoder:
    """PCM into whole frames, each message's sound as loud as it was.

    Notes
    -----
    LAME's own lowering of the level by 0.45 dB is made up for beforehand; what would then lie
    above full scale, the top 5 %, is clipped.
    """

    def __init__(self, audio_format: AudioFormat) -> None:
        import lameenc

        if not hasattr(lameenc.Encoder, "set_out_sample_rate"):
            check_version("lameenc", version("lameenc"), "1.7")
        assert audio_format.bitrate is not None  # an mp3 format's name has it
        self._lame = lameenc.Encoder()
        self._lame.silence()
        self._lame.set_channels(1)
        self._lame.set_in_sample_rate(audio_format.sample_rate)
        self._lame.set_out_sample_rate(audio_format.sample_rate)
        self._lame.set_bit_rate(audio_format.bitrate)
        self._lame.set_quality(_QUALITY)
        self._gain = 1 / _LAME_GAINS.get(audio_format.bitrate, _LAME_GAIN)
        self._whole = WholeSamples()
        self._frames = FrameSplitter()
        self._taken = 0
        self._given = 0

    @property
    def samples(self) -> int:
        return min(max(0, self._given - DELAY), self._taken)

    def encode(self, pcm: bytes) -> bytes:
        samples = np.frombuffer(self._whole.join(pcm), "<i2")
        if not len(samples):
            return b""
        self._taken += len(samples)
        louder = np.clip(np.rint(samples * self._gain), -32_768, 32_767).astype("<i2")
        return self._whole_frames(self._lame.encode(louder.tobytes()))

    def flush(self) -> bytes:
        self._whole.flush()
        return self._whole_frames(self._lame.flush()) if self._taken else b""

    def _whole_frames(self, data: bytes | bytearray) -> bytes:
        """Hold back the beginning of a frame: a message can then be decoded as it comes."""
        frames = self._frames.split(bytes(data))
        self._given += sum(frame.samples for frame in frames)
        return b"".join(frame.data for frame in frames)


class Mp3Decoder:
    """Frames into PCM, without the codec's delay at the beginning.

    The end is not marked in a stream, so up to two frames of silence stay there. A server may
    send whole files, one after the other: each declares its own delay and end, so they join.
    """

    def __init__(self) -> None:
        import av

        self._av = av
        self._context = av.CodecContext.create("mp3", "r")
        self._context.thread_count = 1  # more would hold frames back
        self._frames = FrameSplitter()
        self._skip = DELAY
        self._counted = 0  # frames of a file that are still to come
        self._left = 0  # samples of its sound in them

    def decode(self, data: bytes) -> bytes:
        return b"".join(map(self._sound, self._frames.split(data)))

    def flush(self) -> bytes:
        return b""  # a frame is decoded as soon as it is whole

    def _sound(self, frame: Mp3Frame) -> bytes:
        if frame.info is not None:
            self._begin(frame.info, frame.samples)
        pcm = self._decoded(frame.data, frame.samples)
        skipped = min(self._skip, len(pcm) // 2)
        self._skip -= skipped
        pcm = pcm[2 * skipped :]
        if self._counted:
            self._counted -= 1
            pcm = pcm[: 2 * self._left]
            self._left -= len(pcm) // 2
        return pcm

    def _begin(self, info: FileInfo, samples: int) -> None:
        """Begin a file, each frame of which decodes to so many samples."""
        self._context.flush_buffers()
        self._skip = info.delay + _DECODER_DELAY if info.delay else DELAY
        self._counted = info.frames if info.padding else 0
        self._left = max(0, info.frames * samples - info.delay - info.padding)

    def _decoded(self, frame: bytes, samples: int) -> bytes:
        try:
            decoded = self._context.decode(self._av.Packet(frame))
        except self._av.error.InvalidDataError:
            decoded = []
        if not decoded:
            return bytes(2 * samples)  # a damaged frame keeps its time
        channels = np.concatenate([frame.to_ndarray() for frame in decoded], axis=1)
        pcm: bytes = np.rint(channels.mean(axis=0)).astype("<i2").tobytes()
        return pcm


class Mp3File:
    """An mp3 file at a constant bit rate, made while its sound comes.

    A player that heeds the file's first frame plays exactly the samples that went in: it tells how
    much of the beginning and of the end is the codec's own. Sound below 22.05 kHz is written at
    24 kHz, so that its frames are short, and it is in time after a seek.

    Parameters
    ----------
    sample_rate
        In Hz; one of MPEG audio's, as every rate of the protocol is.
    bitrate
        In kbit/s; one of MPEG audio's for the sample rate that is written.

    Attributes
    ----------
    samples : int
        How many have been taken.
    size : int
        Bytes of sound that the samples so far take, but for the last few frames.
    """

    def __init__(self, sample_rate: int, bitrate: int = _BITRATE) -> None:
        written = sample_rate if sample_rate >= _SLOWEST else _INSTEAD
        self._resampler = Resampler(sample_rate, written)
        self._coder = Mp3Encoder(parse_format(f"mp3_{written}_{bitrate}"))
        self._splitter = FrameSplitter()
        self._frames: list[Mp3Frame] = []
        self._written = 0
        self.samples = 0
        self.size = 0

    def write(self, pcm: bytes) -> None:
        """Append mono samples, signed 16-bit little-endian."""
        self.samples += len(pcm) // 2
        self._encode(self._resampler.process(np.frombuffer(pcm, "<i2")))

    def finish(self, tags: Tags | None = None) -> bytes:
        """End the sound and return the file; `tags` are written before it, as ID3v2.4."""
        self._encode(self._resampler.flush())
        self._take(self._coder.flush())
        frames = self._frames
        info = info_frame(frames, self._written) if frames else b""
        head = (id3(tags) if tags is not None else b"") + info
        return head + b"".join(frame.data for frame in frames)

    def _encode(self, samples: npt.NDArray[np.int16]) -> None:
        self._written += len(samples)
        self._take(self._coder.encode(samples.astype("<i2").tobytes()))

    def _take(self, data: bytes) -> None:
        self.size += len(data)
        self._frames += self._splitter.split(data)


def mp3_bytes(
    pcm: bytes, sample_rate: int, *, bitrate: int = _BITRATE, tags: Tags | None = None
) -> bytes:
    """Return `pcm` as the bytes of an mp3 file; see :class:`Mp3File`."""
    file = Mp3File(sample_rate, bitrate)
    file.write(pcm)
    return file.finish(tags)
