"""What is heard in samples, and whether it is the text."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from jupyter_tts.client.speech.speech import Speech
from jupyter_tts.wire import audio_tags
from jupyter_tts.wire.errors import TTSError
from jupyter_tts.wire.ssml import tag_spans, unescaped, whole_spans

from .voice import RATE, MemoryServer, Voice, spoken_words

__all__ = ["BUDGET", "HeardWord", "Verdict", "check", "hear_words"]

# Frames.
_SURE: Final = round(0.008 * RATE)  # of one value: no fade holds it so long
_SEAM: Final = round(0.04 * RATE)  # fades within a word: of one seam, or of two on end
_SILENCE: Final = round(0.004 * RATE)
_FRAGMENT: Final = round(0.03 * RATE)

_WHOLE: Final = 0.85  # of its duration
_NEAR: Final = 0.05  # seconds

#: How much of a text may be sent again after its sound has come.
BUDGET: Final = 0.5


@dataclass(frozen=True)
class HeardWord:
    """A stretch of sound.

    Attributes
    ----------
    word : str
    start : float
        Seconds.
    fraction : float
        Of the word's duration.
    """

    word: str
    start: float
    fraction: float

    @property
    def whole(self) -> bool:
        """Whether all of it was heard, once."""
        return self.fraction >= _WHOLE and not self.too_long

    @property
    def too_long(self) -> bool:
        """Whether some of it was heard twice."""
        return self.fraction > 1 + _FRAGMENT / Voice.frames(self.word)


def hear_words(pcm: bytes, voice: Voice) -> list[HeardWord]:
    """Return the words in a sound, by their constants alone; leave out the merest fragments."""
    samples = np.frombuffer(pcm, "<i2")
    if not len(samples):
        return []
    bounds = np.flatnonzero(np.diff(samples)) + 1
    starts = np.concatenate(([0], bounds))
    ends = np.concatenate((bounds, [len(samples)]))
    sure = np.flatnonzero((ends - starts >= _SURE) & (samples[starts] != 0))
    names = voice.words
    stretches: list[list[int]] = []  # value, start, last end, frames
    for at in sure:
        value, start, end = int(samples[starts[at]]), int(starts[at]), int(ends[at])
        if stretches and _goes_on(samples, stretches[-1], value, start):
            stretches[-1][3] += end - stretches[-1][2]  # what fades is heard, too
            stretches[-1][2] = end
        else:
            stretches.append([value, start, end, end - start])
    return [
        HeardWord(
            names.get(value, f"?{value}"), start / RATE, frames / Voice.frames(names.get(value, ""))
        )
        for value, start, _, frames in stretches
        if frames >= _FRAGMENT
    ]


def _goes_on(samples: np.ndarray, before: Sequence[int], value: int, start: int) -> bool:
    """Whether a word goes on where it was cut, over a fade and no silence."""
    between = samples[before[2] : start]
    if before[0] != value or len(between) > _SEAM:
        return False
    return int(np.count_nonzero(between == 0)) < _SILENCE


@dataclass(frozen=True)
class Verdict:
    """What came of a stream.

    Attributes
    ----------
    lost, doubled : int
        Words that were claimed and not heard, and that were heard more than once.
    problem : str
        What else is wrong; "" for nothing.
    complete : bool
    reason : str
        Why it is incomplete.
    sent : int
        Characters sent, over all sockets.
    resent : int
        Of these, sent again although their sound had come.
    length : int
        Characters of the text.
    longest_word : int
        Characters of it.
    misplaced : int
        Words that the speech has at another time than they are heard.
    sockets : int
    heard : tuple of str
        The words that were heard.
    words : tuple of str
        Those that the speech has.
    spoken : str
        What the speech says was spoken.
    """

    lost: int = 0
    doubled: int = 0
    problem: str = ""
    complete: bool = False
    reason: str = ""
    sent: int = 0
    resent: int = 0
    length: int = 0
    longest_word: int = 0
    misplaced: int = 0
    sockets: int = 0
    heard: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    spoken: str = ""

    @property
    def holds(self) -> bool:
        """Whether every word was heard once, or the speech says from where on they were not."""
        return not (self.lost or self.doubled or self.problem)

    @property
    def over_budget(self) -> bool:
        """Whether more than half of the text, and a word at a seam, was sent again for nothing."""
        return self.resent > BUDGET * self.length + self.longest_word

    @property
    def ratio(self) -> float:
        """Characters sent for each of the text."""
        return self.sent / max(1, self.length)


def check(
    speech: Speech, error: TTSError | None, server: MemoryServer, problem: str = ""
) -> Verdict:
    """Compare what was heard of a text with what its speech claims.

    Parameters
    ----------
    speech : Speech
    error : TTSError or None
        How its stream failed.
    server : MemoryServer
        What it was heard from.
    problem : str, optional
        What is known to be wrong already.
    """
    voice = server.voice
    heard = hear_words(speech.pcm, voice)
    expected = spoken_words(speech.text, voice.quirks)
    words = [word for word, _ in expected]
    claimed = sum(end - len(word) < len(speech.spoken) for word, end in expected)
    problems = [problem] if problem else []
    if speech.complete and error:
        problems.append("complete and an error")
    if not speech.complete and not error and not problem:
        problems.append("neither complete nor an error")
    if server.healthy and len(server.channels) > 1:
        problems.append("a server that ended in order was asked again")
    if voice.quirks.ssml:
        problems += _parted_markup(server)
        problems += _words_of_markup(speech)
    order = [stretch.word for stretch in heard]
    lost = claimed - _common(words[:claimed], order)
    doubled = len(order) - _common(words, order)
    if not (lost or doubled):
        lost = sum(stretch.fraction < _WHOLE for stretch in heard[:claimed])
        doubled = sum(stretch.too_long for stretch in heard)
    has_tags = voice.quirks.dialogue and audio_tags.tag_spans(speech.text)  # which are no words
    if voice.quirks.true and speech.complete and not (lost or doubled or has_tags):
        problems += _wrong_words(speech, words, heard)
    misplaced = 0
    if speech.complete and order == words and not voice.quirks.drift:
        misplaced = _misplaced(speech, expected, heard)
    if not speech.text.startswith(speech.spoken) or speech.spoken + speech.unspoken != speech.text:
        problems.append("what was spoken and what was not are not the text")
    return Verdict(
        lost,
        doubled,
        "; ".join(problems),
        speech.complete,
        "" if error is None else f"{type(error).__name__}: {error.message}",
        server.sent,
        _resent(server),
        len(speech.text),
        max((len(word) for word, _ in expected), default=0),
        misplaced,
        len(server.channels),
        tuple(
            stretch.word if stretch.whole else f"{stretch.word} ({stretch.fraction:.0%})"
            for stretch in heard
        ),
        tuple(word.text for word in speech.words),
        speech.spoken,
    )


def _parted_markup(server: MemoryServer) -> list[str]:
    """Return whether a message or a socket began or ended inside markup."""
    whole = server.voice.text
    known = {whole[slice(*span)] for span in whole_spans(whole)}
    for channel in server.channels:
        ends = {*itertools.accumulate(map(len, channel.pieces))}
        spans = whole_spans(channel.text)
        if any(start < end < stop for end in ends for start, stop in spans):
            return ["a message ended inside markup"]
        if not {channel.text[slice(*span)] for span in spans} <= known:
            return ["a socket began inside markup"]
    return []


def _words_of_markup(speech: Speech) -> list[str]:
    """Return whether a word of a speech touches a tag, or one stands before another."""
    spans = [word.span for word in speech.words if word.span is not None]
    tags = tag_spans(speech.text)
    if any(first < stop and start < last for first, last in spans for start, stop in tags):
        return ["a word is in markup"]
    starts = [start for start, _ in spans]
    return [] if starts == sorted(starts) else ["words' spans go back"]


def _wrong_words(speech: Speech, words: list[str], heard: list[HeardWord]) -> list[str]:
    """Return what is wrong with the words of a speech whose server told them all, and truly."""
    has_ssml = speech.request.reads_ssml
    shown = [unescaped(word) if has_ssml else word for word in words]
    if [word.text for word in speech.words] != shown:
        return ["the words are not the text's"]
    spans = [speech.text[slice(*word.span)] if word.span else None for word in speech.words]
    if spans != words:
        return ["the words' spans are not theirs"]
    pairs = zip(speech.words, heard, strict=True)
    if any(abs(word.start - stretch.start) > _NEAR for word, stretch in pairs):
        return ["a word's time is not its sound's"]
    return []


def _misplaced(speech: Speech, words: list[tuple[str, int]], heard: list[HeardWord]) -> int:
    """Return how many words, of those that were told as they are written, are at a wrong time."""
    starts = {
        (end - len(word), end): stretch.start
        for (word, end), stretch in zip(words, heard, strict=True)
    }
    return sum(
        word.span in starts and abs(word.start - starts[word.span]) > 3 * _NEAR
        for word in speech.words
        if word.span is not None
    )


def _common(one: list[str], other: list[str]) -> int:
    """Return how many words two sequences have in common, in order."""
    if one == other[: len(one)]:
        return len(one)
    row = [0] * (len(other) + 1)
    for word in one:
        before = row
        row = [0]
        for at, candidate in enumerate(other):
            same = before[at] + 1 if word == candidate else 0
            row.append(max(same, row[at], before[at + 1]))
    return row[-1]


def _resent(server: MemoryServer) -> int:
    """Return how many characters were sent after their sound had come.

    A socket is taken to begin where its text stands in the whole one, of several places at the last
    that leaves none of it out.
    """
    whole = server.voice.text
    came = resent = 0
    for channel in server.channels:
        text = channel.text.strip()
        if not text:
            continue
        starts = [at for at in range(len(whole)) if whole.startswith(text, at)]
        start = max((at for at in starts if at <= came), default=min(starts, default=came))
        resent += max(0, min(came, start + len(text)) - start)
        came = max(came, start + channel.sounded)
    return resent
