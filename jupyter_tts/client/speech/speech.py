"""The result of a stream: sound, words, figures, and the request that made them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from ...audio.loudness import frame_length, leading_silence, scale
from ...wire.alignment import Word
from ...wire.request import SpeechRequest
from ..reading.reading import Reading
from .cost import Cost
from .events import Audio
from .saving import save
from .timeline import Timeline
from .turns import Turn
from .visible_text import VisibleText

__all__ = ["Speech"]


class Speech:
    """A spoken text. It grows while its stream runs, and is whole once ``complete`` is true.

    Attributes
    ----------
    text : str
        As it was given, which is what is shown.
    request : SpeechRequest
        The settings that it is spoken with.
    sample_rate : int
        Hz.
    timeline : Timeline
        When what happened, and the figures that follow from it.
    label : str
        Who speaks, for a reader.
    keyed : bool
        Whether a key of its user's went into the handshake.
    complete : bool
        Whether all of it has been received.
    cost : Cost or None
        Its characters, where they cost something or were spared; None until it has ended.
    voice_note : str
        Which voice speaks where none was named, and why; "" where one was.
    notes : list of str
        What the embedded server says of the voice, where another speaks than was asked for.
    turns : tuple of Turn
        Who speaks which part of the text, where several do; each with ``speaker``, ``voice``,
        ``start`` and ``text``.
    name : str
        What its user calls it, "" if nothing; its downloads are named after it.
    """

    html: ClassVar[Callable[[Speech], str] | None] = None
    """Shows a speech where a notebook asks for HTML; set by what knows notebooks."""

    def __init__(
        self,
        text: str,
        request: SpeechRequest,
        sample_rate: int,
        timeline: Timeline,
        *,
        label: str = "",
        keyed: bool = False,
    ) -> None:
        self.text = text
        self.request = request
        self.sample_rate = sample_rate
        self.timeline = timeline
        self.label = label
        self.keyed = keyed
        self.cost: Cost | None = None
        self.name = ""
        self.voice_note = ""
        self.turns: tuple[Turn, ...] = ()
        self.notes: list[str] = []
        self.complete = False
        self._reading = Reading()
        self._visible: VisibleText | None = None
        self._spoken = 0
        self._pcm = bytearray()
        self._words: list[Word] = []
        self._audible = False
        self._silent = 0  # frames before the first that may be audible

    @property
    def reading(self) -> Reading:
        """How the text is read aloud, and what of it is left out."""
        return self._reading

    @reading.setter
    def reading(self, reading: Reading) -> None:
        self._reading = reading

    @property
    def spoken_form(self) -> str:
        """What is sent in place of the text, such as Markdown as a person would read it aloud.

        It is the text where nothing is read otherwise than it stands.
        """
        return self.reading.spoken if self.reading.forms else self.text

    @property
    def visible(self) -> VisibleText:
        """The text as a reader sees it, without SSML."""
        if self._visible is None or self._visible.source != self.text:
            self._visible = VisibleText(self.text, ssml=self.request.reads_ssml)
        return self._visible

    @property
    def pcm(self) -> bytes:
        """The sound so far: s16le mono."""
        return bytes(self._pcm)

    @property
    def frames(self) -> int:
        """Samples so far."""
        return len(self._pcm) // 2

    @property
    def duration(self) -> float:
        """Seconds of sound so far."""
        return self.frames / self.sample_rate

    @property
    def words(self) -> tuple[Word, ...]:
        """The words so far, each with ``text``, and ``start`` and ``end`` in seconds."""
        return tuple(self._words)

    def words_after(self, count: int) -> tuple[Word, ...]:
        """Return the words but for the first ``count``."""
        return tuple(self._words[count:])

    @property
    def spoken(self) -> str:
        """The text up to the last whole word received: all of it once `complete`.

        A server that sends no times of words leaves it empty until then.
        """
        return self.text if self.complete else self.text[: self._spoken]

    @property
    def unspoken(self) -> str:
        """The rest of the text, after `spoken`."""
        return self.text[len(self.spoken) :]

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader should know of the voice: `voice_note` and `notes`."""
        return tuple(filter(None, (self.voice_note, *self.notes)))

    @property
    def progress(self) -> str:
        """How far an unfinished speech got, as a sentence; "" for one that is complete."""
        if self.complete:
            return ""
        if not self.frames:
            return "Nothing was spoken."
        visible = self.visible
        spoken = visible.text[: visible.position(len(self.spoken))]
        if not spoken.strip():
            return (
                f"{self.duration:.1f} s of sound were received; which words they are is not known."
            )
        *_, last = spoken.split()
        done, whole = len(spoken), len(visible.text)
        return f"Spoken up to “{last[-40:]}”, {done:,} of {whole:,} characters."

    def slice(self, start: int, stop: int) -> bytes:
        """Return the samples from ``start`` to before ``stop`` as s16le."""
        # No memoryview: what has one cannot grow meanwhile, on another thread.
        return bytes(self._pcm[2 * start : 2 * stop])

    def add(self, audio: Audio) -> None:
        """Append what a stream brought."""
        self._pcm += audio.pcm
        self._words += audio.words
        self._spoken = audio.spoken
        if audio.note and audio.note not in self.notes:
            self.notes.append(audio.note)
        if not self._audible:
            self._listen()

    def _listen(self) -> None:
        """Look for the end of the leading silence in what is new."""
        silence = leading_silence(self._pcm[2 * self._silent :], self.sample_rate)
        self._audible = silence is not None
        if silence is None:
            self.timeline.silence = self.duration
            self._silent = self.frames - self.frames % frame_length(self.sample_rate)
        else:
            self.timeline.silence = self._silent / self.sample_rate + silence

    def restore(self, pcm: bytes, words: Sequence[Word]) -> None:
        """Take all the sound and words of an earlier speech of the same text and request.

        Parameters
        ----------
        pcm : bytes
            s16le mono.
        words : sequence of Word
        """
        self._pcm += pcm
        self._words += words
        self.finish()

    def finish(self) -> None:
        """Take note that everything has been received."""
        self.complete = True

    def scaled(self, gain: float) -> Speech:
        """Return this speech at another loudness, ``gain`` from 0 to 1."""
        other = Speech(
            self.text,
            self.request,
            self.sample_rate,
            self.timeline,
            label=self.label,
            keyed=self.keyed,
        )
        other.cost = self.cost
        other.name = self.name
        other.voice_note = self.voice_note
        other.turns = self.turns
        other.reading = self.reading
        other.notes = list(self.notes)
        other._pcm += scale(self.pcm, gain)
        other._words += self._words
        other._spoken = self._spoken
        other.complete = self.complete
        return other

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write what has been received to a file, by its suffix, and return its path.

        ``.wav``, ``.mp3`` (64 kbit/s), ``.flac`` and ``.ogg`` (Opus) are the sound, with the text
        and the settings as tags; ``.vtt`` (WebVTT) and ``.srt`` are the words as subtitles. The
        file is whole, or what it was before.

        Raises
        ------
        UnsupportedFormat
            If the name ends in something else; for ``.flac`` and ``.ogg`` without PyAV.
        ParameterError
            If its folder does not exist.
        TTSError
            If there is no sound, or for subtitles no times of words.
        OSError
            If the file cannot be written.
        """
        return save(self, path)

    def _repr_html_(self) -> str | None:
        """Return it as HTML for marimo, and for IPython where the extension is not loaded."""
        return None if Speech.html is None else Speech.html(self)

    def __repr__(self) -> str:
        caption = self.text if len(self.text) <= 40 else self.text[:39] + "…"
        state = "" if self.complete else ", incomplete"
        return f"<Speech {caption!r}: {self.duration:.2f} s at {self.sample_rate} Hz{state}>"
