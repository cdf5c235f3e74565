"""Opus in Ogg (RFC 6716, RFC 7845), made and read with FFmpeg and libopus."""

from __future__ import annotations

from typing import Final

import av
import av.audio.codeccontext
import av.error
import numpy as np

from ..wire.errors import ProtocolError
from ..wire.package_versions import check_version
from .formats import AudioFormat
from .ogg import Page, PageSplitter
from .pcm import WholeSamples

__all__ = ["CONSTRAINED", "OPUS_RATE", "OpusDecoder", "OpusEncoder"]

# Older ones end the process when an encoder that was not ended is collected as garbage.
check_version("av", av.__version__, "17.0.1")

# A page for each packet, written at once: a listener waits for no more than 20 ms.
_PAGES: Final = {"page_duration": "20000", "flush_packets": "1"}

# Left to itself libopus spends nearly twice the bit rate on a synthetic voice.
CONSTRAINED: Final = {"vbr": "constrained"}

# RFC 7845 section 5: the two headers, and where the first one has the pre-skip.
_HEAD: Final = b"OpusHead"
_TAGS: Final = b"OpusTags"
_PRE_SKIP: Final = slice(10, 12)

# RFC 7845 section 4: positions count at 48 kHz, whatever rate went in.
OPUS_RATE: Final = 48_000


class OpusEncoder:
    """PCM into pages of one Ogg stream."""

    def __init__(self, audio_format: AudioFormat) -> None:
        assert audio_format.bitrate is not None  # an Opus format's name has it
        self._rate = audio_format.sample_rate
        self._sink = _Sink()
        self._container = av.open(self._sink, "w", format="ogg", options=_PAGES)
        self._stream = self._container.add_stream("libopus", rate=self._rate, options=CONSTRAINED)
        self._stream.bit_rate = 1_000 * audio_format.bitrate
        self._stream.layout = "mono"
        self._stream.codec_context.format = "s16"
        self._whole = WholeSamples()
        self._taken = 0
        self._clock = _Clock()
        self._pages = PageSplitter()
        self._sounding = 0

    @property
    def samples(self) -> int:
        return self._sounding

    def encode(self, pcm: bytes) -> bytes:
        samples = np.frombuffer(self._whole.join(pcm), "<i2")
        if not len(samples):
            return b""
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = self._rate
        frame.pts = self._taken
        self._taken += len(samples)
        return self._written(frame)

    def flush(self) -> bytes:
        self._whole.flush()
        if not self._taken:
            return b""
        return self._written(None)

    def _written(self, frame: av.AudioFrame | None) -> bytes:
        for packet in self._stream.encode(frame):
            self._container.mux(packet)
        if frame is None:
            self._container.close()
        data = self._sink.take()
        for page in self._pages.split(data):
            self._sounding = self._clock.read(page)
        return data


class OpusDecoder:
    """Pages into PCM at 48 kHz: exactly as many samples as went in, from the first to the last.

    Streams that follow one another (RFC 3533 section 4, chaining) join.
    """

    def __init__(self) -> None:
        self._pages = PageSplitter()
        self._begin()

    def decode(self, data: bytes) -> bytes:
        return b"".join(map(self._decoded, self._pages.split(data)))

    def flush(self) -> bytes:
        return b""  # a page is decoded as soon as it is whole

    def _begin(self) -> None:
        self._clock = _Clock()
        self._context = av.CodecContext.create("libopus", "r")
        assert isinstance(self._context, av.audio.codeccontext.AudioCodecContext)
        self._context.sample_rate = OPUS_RATE
        self._context.layout = "mono"
        self._skip = 0
        self._given = 0

    def _decoded(self, page: Page) -> bytes:
        if self._clock.is_header(page):
            self._begin()
            self._clock.read(page)
            self._skip = self._clock.pre_skip
            return b""
        end = self._clock.read(page)
        pcm = b"".join(map(self._packet, page.packets))
        skipped = min(self._skip, len(pcm) // 2)
        self._skip -= skipped
        # The last page's position cuts off what only filled its last packet (RFC 7845 section 4.4).
        pcm = pcm[2 * skipped :][: 2 * max(0, end - self._given)]
        self._given += len(pcm) // 2
        return pcm

    def _packet(self, packet: bytes) -> bytes:
        if packet.startswith(_TAGS):
            return b""
        try:
            frames = self._context.decode(av.Packet(packet))
        except av.error.InvalidDataError:
            raise ProtocolError("The audio has a packet that is not Opus.") from None
        return b"".join(
            np.rint(np.atleast_2d(frame.to_ndarray()).mean(axis=0)).astype("<i2").tobytes()
            for frame in frames
        )


class _Clock:
    """How many samples of the original lie before the end of a page (RFC 7845 section 4)."""

    def __init__(self) -> None:
        self.pre_skip = 0
        self._end = 0

    def is_header(self, page: Page) -> bool:
        """Whether a page is the stream's first, which says how much of its beginning to skip."""
        return bool(page.packets) and page.packets[0].startswith(_HEAD)

    def read(self, page: Page) -> int:
        """Return the samples up to the end of this page, at 48 kHz."""
        if self.is_header(page):
            self.pre_skip = int.from_bytes(page.packets[0][_PRE_SKIP], "little")
        # A page on which no packet ends has the position -1.
        self._end = max(self._end, page.position - self.pre_skip)
        return self._end


class _Sink:
    """What a container writes to."""

    def __init__(self) -> None:
        self._data = bytearray()

    def write(self, data: bytes) -> int:
        self._data += data
        return len(data)

    def take(self) -> bytes:
        """Return what has been written since the last time."""
        data = bytes(self._data)
        self._data.clear()
        return data
