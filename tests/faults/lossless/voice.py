"""A server in memory that voices every word as a constant of its own.

What was heard can so be read from the samples alone, whatever the server tells about it. All that
it does depends only on the text that it gets and on its quirks.
"""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import json
import re
import unicodedata
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, cast

import numpy as np

from jupyter_tts.client.keys import Key
from jupyter_tts.client.speech.string_alignment import is_speakable
from jupyter_tts.wire.alignment import split_words
from jupyter_tts.wire.errors import ChannelClosed
from jupyter_tts.wire.exchanges import new_exchange
from jupyter_tts.wire.protocol import StreamProtocol
from jupyter_tts.wire.request import SpeechRequest
from jupyter_tts.wire.ssml import break_spans, tag_spans, unescaped, whole_spans

from .normalising import normalised

__all__ = [
    "KINDS",
    "PLAIN",
    "RATE",
    "Brief",
    "Endless",
    "Fault",
    "MemoryChannel",
    "MemoryServer",
    "Quirks",
    "Voice",
    "spoken_words",
]

RATE: Final = 8_000

# Seconds.
_LEAD: Final = 0.05  # silence at the beginning of every socket
_PER_CHARACTER: Final = 0.06
_SHORTEST: Final = 0.08  # word
_FIRST_MESSAGE: Final = 0.06
_MESSAGE: Final = 0.25

_BREAK: Final = round(0.4 * RATE)

_SEGMENT: Final = 80  # characters that are spoken before more text, a flush or the end has come
MOST_SOCKETS: Final = 100

KINDS: Final = ("reset", "close 1000", "close 1011", "stall")

_TYPEWRITER: Final = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-"})
_MARKUP: Final = re.compile(r"<[^<>]*>|\[[^\[\]]*\]")


class Endless(AssertionError):
    """A stream takes one socket after the other."""


class Brief:
    """A dataclass whose ``repr`` leaves out what is as by default, and still makes it again."""

    def __repr__(self) -> str:
        values = [
            f"{entry.name}={getattr(self, entry.name)!r}"
            for entry in dataclasses.fields(cast(Any, self))
            if getattr(self, entry.name) != entry.default
        ]
        return f"{type(self).__name__}({', '.join(values)})"


@dataclass(frozen=True, repr=False)
class Quirks(Brief):
    """How a server tells what it speaks.

    Attributes
    ----------
    times : str
        ``message``: each message's own, from its beginning; ``running``: from the socket's
        beginning; ``segment clock``: from that of the segment; ``segment``: as the last, all in
        the segment's first message; ``cumulative``: each message tells all again from the
        socket's beginning; ``none``.
    normalise : str
        Which fields tell words as they are read aloud: ``neither``, ``normalized`` (as
        documented), ``both``, or ``only`` where ``alignment`` is null.
    omit_words, merge, split : int
        One word in so many is not told, is told together with the next one, is told as two.
    insert : int
        Before one word in so many, one is told that is neither in the text nor in the sound.
    fold : bool
        Words are told in lower case, without accents, and with typewriter quotes and dashes.
    grouped : bool
        An alignment's items are whole words.
    apart : str
        ``before`` or ``after`` its sound a message of its own brings the alignment; "" for neither.
        (After it, times that restart with each message would mean nothing.)
    omit_messages : int
        One message in so many has sound and tells nothing.
    mute_messages : int
        So many messages at a socket's beginning tell nothing.
    early : bool
        ``alignment`` ends after two thirds of a segment, ``normalizedAlignment`` is whole.
    lie : float
        By how much of itself a character's duration is told wrong, though not where it begins.
    drift : float
        The same, and where the next words of the message (or of the socket, if the times run on)
        begin is wrong with it.
    halves : bool
        Characters beyond the basic plane are told as two surrogates.
    misnamed : bool
        ``charsStartTimesMs`` for ``charStartTimesMs``.
    skip_markup : bool
        What stands in angle or square brackets is neither spoken nor told.
    ssml : str
        It reads SSML, and tells tags as they are sent (``told``), not at all (``untold``), or a
        break as a full stop and no other (``dots``); "" if it does not read it.
    final : bool
        Whether a stream ends with ``isFinal``, or with close 1000 alone.
    pace : float
        Seconds in which a second of sound is sent.
    dialogue : bool
        It speaks the messages of text-to-dialogue.
    seed : int
    """

    times: str = "message"
    normalise: str = "neither"
    omit_words: int = 0
    merge: int = 0
    split: int = 0
    insert: int = 0
    fold: bool = False
    grouped: bool = False
    apart: str = ""
    omit_messages: int = 0
    mute_messages: int = 0
    early: bool = False
    lie: float = 0.0
    drift: float = 0.0
    halves: bool = False
    misnamed: bool = False
    skip_markup: bool = False
    ssml: str = ""
    final: bool = True
    pace: float = 0.0
    dialogue: bool = False
    seed: int = 0

    @property
    def true(self) -> bool:
        """Whether it tells every word as it is written, and when it sounds."""
        known = Quirks(
            times=self.times,
            final=self.final,
            pace=self.pace,
            dialogue=self.dialogue,
            ssml=self.ssml,
            seed=self.seed,
        )
        return self == known and self.ssml != "dots" and self.times in ("message", "running")

    def chance(self, one_in: int, *about: object) -> bool:
        """Whether something happens that happens one time in so many."""
        return one_in > 0 and self.draw(*about) * one_in < 1

    def draw(self, *about: object) -> float:
        """Return a number from 0 to below 1 that depends on the seed and on what it is about."""
        return zlib.crc32(repr((self.seed, *about)).encode("utf-8", "replace")) / 2**32


#: Tells everything as it is.
PLAIN: Final = Quirks()


@dataclass(frozen=True, repr=False)
class Fault(Brief):
    """How a socket ends instead of in order.

    Attributes
    ----------
    kind : str
        Of ``KINDS``.
    at : float
        After how many seconds of the socket's sound; behind all of it if that is shorter.
    cut : bool
        Whether the message is cut there, or is not sent at all.
    words : int
        Instead of ``at``: after how many words. A socket of fewer words ends in order.
    """

    kind: str
    at: float = 0.0
    cut: bool = True
    words: int = 0


def spoken_words(text: str, quirks: Quirks) -> list[tuple[str, int]]:
    """Return the words of a text that are spoken, and where they end."""
    if quirks.skip_markup:
        text = _MARKUP.sub(lambda markup: " " * len(markup[0]), text)
    if not quirks.ssml:
        return list(split_words(text))
    for start, stop in tag_spans(text):
        text = text[:start] + " " * (stop - start) + text[stop:]
    words = split_words(text)
    return [(word, end) for word, end in words if any(map(is_speakable, word))]


@dataclass(frozen=True)
class _Item:
    """What an alignment tells at one place, in seconds of the socket's sound."""

    characters: str
    start: float
    length: float


@dataclass
class _Segment:
    """A piece of text as it sounds."""

    start: int  # frame of the socket
    samples: np.ndarray
    as_sent: list[_Item]
    as_spoken: list[_Item]
    ends: list[tuple[int, int]]  # of the words: in the text of the segment, and in frames
    clock: tuple[list[float], list[float]]  # true seconds, and as they are told

    @property
    def end(self) -> int:
        return self.start + len(self.samples)

    def told_at(self, seconds: float) -> float:
        """Return a moment of the sound as the server's clock has it."""
        true_times, sent_times = self.clock
        if true_times == sent_times:
            return seconds
        beyond = max(0.0, seconds - true_times[-1])
        return float(np.interp(seconds, true_times, sent_times)) + beyond


class Voice:
    """The voice of one text.

    Parameters
    ----------
    text : str
    quirks : Quirks
    """

    def __init__(self, text: str, quirks: Quirks) -> None:
        self.text = text
        self.quirks = quirks
        self._values: dict[str, int] = {}
        self._segments: dict[tuple[str, int], _Segment] = {}
        self._messages: dict[tuple[int, int, bytes], bytes] = {}
        for word, _ in split_words(text):
            self.value(word)

    def value(self, word: str) -> int:
        """Return the constant of a word."""
        return self._values.setdefault(word, 400 + 37 * len(self._values))

    @property
    def words(self) -> dict[int, str]:
        """Which word each constant is."""
        return {value: word for word, value in self._values.items()}

    @staticmethod
    def frames(word: str) -> int:
        """Return how long a word sounds."""
        return round(RATE * max(_SHORTEST, _PER_CHARACTER * len(word)))

    @staticmethod
    def gap(word: str) -> int:
        """Return for how many frames it is silent behind a word."""
        return RATE * (10 + 7 * len(word) % 21) // 1_000

    @property
    def seconds(self) -> float:
        """How long the whole text sounds on one socket."""
        return self.speak(self.text.strip(), 0).end / RATE

    def speak(self, text: str, start: int) -> _Segment:
        """Speak a piece of text from a frame of a socket on."""
        if (text, start) not in self._segments:
            self._segments[text, start] = self._spoken(text, start)
        return self._segments[text, start]

    def _spoken(self, text: str, start: int) -> _Segment:
        quirks = self.quirks
        lead = 0 if start else round(_LEAD * RATE)
        parts = [np.zeros(lead, "<i2")]
        now = start + lead
        true_times, sent_times = [start / RATE], [start / RATE]
        as_sent: list[_Item] = []
        as_spoken: list[_Item] = []
        ends: list[tuple[int, int]] = []
        words = spoken_words(text, quirks)
        before = 0
        gap_start = now
        joined = False
        for number, (word, end) in enumerate(words):
            between = text[before : end - len(word)]
            if quirks.ssml and break_spans(between):
                parts.append(np.zeros(_BREAK, "<i2"))
                now += _BREAK
            white = self._told_between(between)
            if white and not joined:
                gap = [*_spread(white, gap_start / RATE, (now - gap_start) / RATE)]
                as_sent += gap
                as_spoken += gap
            frames, gap_frames = self.frames(word), self.gap(word)
            parts += [np.full(frames, self.value(word), "<i2"), np.zeros(gap_frames, "<i2")]
            begin, length = now / RATE, frames / RATE
            read = normalised(unescaped(word) if quirks.ssml else word)
            sent = read if quirks.normalise in ("both", "only") else word
            plain = read if quirks.normalise != "neither" else word
            if quirks.chance(quirks.split, "split", word) and len(word) > 3:
                sent = plain = f"{word[: len(word) // 2]} {word[len(word) // 2 :]}"
            if quirks.fold:
                sent, plain = _folded(sent), _folded(plain)
            if quirks.chance(quirks.insert, "insert", word):
                as_sent += _spread("uh ", begin, 0.0)
                as_spoken += _spread("uh ", begin, 0.0)
            wrong = 2 * quirks.draw("lie", word) - 1
            if not quirks.chance(quirks.omit_words, "omit", word):
                as_sent += _spread(sent, begin, length, 1 + quirks.lie * wrong)
                as_spoken += _spread(plain, begin, length, 1 + quirks.lie * wrong)
            joined = quirks.chance(quirks.merge, "merge", word) and number < len(words) - 1
            for seconds in (max(0.0, begin - true_times[-1]), length):
                true_times.append(true_times[-1] + seconds)
                sent_times.append(sent_times[-1] + (1 + quirks.drift * wrong) * seconds)
            now += frames
            ends.append((end, now))
            gap_start = now
            now += gap_frames
            before = end
        if white := self._told_between(text[before:]):
            gap = [*_spread(white, gap_start / RATE, (now - gap_start) / RATE)]
            as_sent += gap
            as_spoken += gap
        if quirks.early:
            as_sent = as_sent[: 2 * len(as_sent) // 3]
        return _Segment(
            start, np.concatenate(parts), as_sent, as_spoken, ends, (true_times, sent_times)
        )

    def _told_between(self, between: str) -> str:
        """Return what is told of the text between two words."""
        quirks = self.quirks
        if quirks.ssml == "told":
            return "".join(_told_between(between))
        for start, stop in reversed(tag_spans(between) if quirks.ssml else []):
            is_break = between.startswith("<break", start)
            dot = "." if quirks.ssml == "dots" and is_break else ""
            between = between[:start] + dot + between[stop:]
        return "".join(c for c in between if c.isspace() or (c == "." and quirks.ssml == "dots"))

    def messages(
        self, segments: list[_Segment], start: int, end: int, number: tuple[int, int]
    ) -> list[bytes]:
        """Return the message, or the two, with the sound of some frames of the last segment.

        Parameters
        ----------
        segments : list of _Segment
            All of the socket so far.
        start, end : int
            Frames of the socket.
        number : tuple of (int, int)
            Of the socket, and of the message on it.
        """
        quirks = self.quirks
        segment = segments[-1]
        samples = segment.samples[start - segment.start : end - segment.start]
        mute = (
            quirks.times == "none"
            or number[1] < quirks.mute_messages
            or quirks.chance(quirks.omit_messages, "message", *number)
        )
        sent = None if mute else self._alignment(segments, start, end, as_sent=True)
        spoken = None if mute else self._alignment(segments, start, end, as_sent=False)
        audio = {"audio": base64.b64encode(samples.tobytes()).decode(), "isFinal": None}
        if quirks.dialogue:
            audio.pop("isFinal")
            message = audio if sent is None else {**audio, "alignment": _snake_case(sent)}
            return [json.dumps(message).encode()]
        alignment = {
            "alignment": None if quirks.normalise == "only" else sent,
            "normalizedAlignment": spoken,
        }
        match quirks.apart:
            case "before":
                messages = [alignment, audio]
            case "after":
                messages = [audio, alignment]
            case _:
                messages = [{**audio, **alignment}]
        return [json.dumps(message).encode() for message in messages]

    def _alignment(
        self, segments: list[_Segment], start: int, end: int, *, as_sent: bool
    ) -> dict[str, Any] | None:
        segment = segments[-1]
        times = self.quirks.times
        parts = segments if times == "cumulative" else [segment]
        items = [
            (item, part) for part in parts for item in (part.as_sent if as_sent else part.as_spoken)
        ]
        first, last = start / RATE, end / RATE
        whole = end == segment.end
        if times == "segment":
            items = items if start == segment.start else []
        elif times == "cumulative":
            items = [pair for pair in items if whole or pair[0].start < last]
        else:
            begun = start == segment.start
            items = [
                pair
                for pair in items
                if (begun or pair[0].start >= first) and (whole or pair[0].start < last)
            ]
        if not items:
            return None
        origin = {"message": first, "running": 0.0, "cumulative": 0.0}.get(
            times, segment.start / RATE
        )
        return self._fields(items, origin)

    def _fields(self, items: Iterable[tuple[_Item, _Segment]], origin: float) -> dict[str, Any]:
        entries: list[tuple[str, int, int]] = []
        for item, segment in items:
            start, end = (
                segment.told_at(at) - segment.told_at(origin)
                for at in (item.start, item.start + item.length)
            )
            parts = [item.characters]
            if self.quirks.halves and ord(item.characters[0]) > 0xFFFF:
                raw = item.characters.encode("utf-16-le")
                parts = [raw[at : at + 2].decode("utf-16-le", "surrogatepass") for at in (0, 2)]
            length = (end - start) / len(parts)
            entries += [
                (part, round(1_000 * (start + number * length)), max(0, round(1_000 * length)))
                for number, part in enumerate(parts)
            ]
        if self.quirks.grouped:
            entries = _grouped(entries)
        return {
            "chars": [part for part, _, _ in entries],
            "charsStartTimesMs" if self.quirks.misnamed else "charStartTimesMs": [
                start for _, start, _ in entries
            ],
            "charDurationsMs": [duration for _, _, duration in entries],
        }


def _told_between(between: str) -> Iterator[str]:
    """Yield the tags in a text, and the white space around them."""
    end = 0
    for start, stop in tag_spans(between):
        yield from filter(str.isspace, between[end:start])
        yield between[start:stop]
        end = stop
    yield from filter(str.isspace, between[end:])


def _snake_case(alignment: dict[str, Any]) -> dict[str, Any]:
    characters, starts, durations = alignment.values()
    return {
        "chars": characters,
        "char_start_times_ms": starts,
        "char_durations_ms": durations,
    }


def _grouped(entries: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Return the items of an alignment, those of a word as one."""
    groups: list[tuple[str, int, int]] = []
    for part, start, duration in entries:
        if groups and not part.isspace() and not groups[-1][0].isspace():
            before, begin, _ = groups[-1]
            groups[-1] = (before + part, begin, max(0, start + duration - begin))
        else:
            groups.append((part, start, duration))
    return groups


def _folded(word: str) -> str:
    """Return a word as a careless server writes it."""
    plain = unicodedata.normalize("NFKD", word.translate(_TYPEWRITER)).lower()
    return "".join(letter for letter in plain if not unicodedata.combining(letter)) or word


def _spread(characters: str, start: float, length: float, factor: float = 1.0) -> Iterator[_Item]:
    """Yield characters that share a time evenly, and tell a multiple of their part of it."""
    share = length / max(1, len(characters))
    for number, character in enumerate(characters):
        yield _Item(character, start + number * share, factor * share)


@dataclass
class MemoryServer:
    """Where a stream gets its sockets; it keeps account of what came through them.

    Attributes
    ----------
    voice : Voice
    faults : tuple of Fault
        Of the first sockets, in order.
    always : Fault or None
        Of all others.
    channels : list of MemoryChannel
        All that were taken.
    """

    voice: Voice
    faults: tuple[Fault, ...] = ()
    always: Fault | None = None
    channels: list[MemoryChannel] = field(default_factory=list)

    async def take(
        self, request: SpeechRequest, key: Key | None, *, fresh: bool = False
    ) -> MemoryChannel:
        """Return a channel for one stream."""
        number = len(self.channels)
        if number >= MOST_SOCKETS:
            raise Endless(f"more than {MOST_SOCKETS} sockets")
        fault = self.faults[number] if number < len(self.faults) else self.always
        channel = MemoryChannel(self.voice, fault, number)
        self.channels.append(channel)
        return channel

    @property
    def healthy(self) -> bool:
        """Whether every socket ends in order, with a final message."""
        return not self.faults and self.always is None and self.voice.quirks.final

    @property
    def sent(self) -> int:
        """Characters that were sent over all sockets."""
        return sum(len(channel.text) for channel in self.channels)


class MemoryChannel:
    """One stream's way to the voice.

    Parameters
    ----------
    voice : Voice
    fault : Fault or None
    number : int
        Of the socket.

    Attributes
    ----------
    text : str
        What was sent.
    pieces : list of str
        The same by message.
    sounded : int
        How many characters of it the client has got the sound of: whole words.
    """

    warm = False

    def __init__(self, voice: Voice, fault: Fault | None, number: int) -> None:
        self.text = ""
        self.pieces: list[str] = []
        self.sounded = 0
        self._voice = voice
        self._fault = fault
        self._number = number
        self._pending = ""
        self._segments: list[_Segment] = []
        self._words = 0
        self._offset = 0  # of the pending text in all of it
        self._frames = 0
        self._count = 0
        self._due = 0.0
        self._queue: deque[tuple[float, int, bytes]] = deque()
        self._ends: list[tuple[int, int]] = []
        self._news = asyncio.Event()
        self._ended: ChannelClosed | None = None
        self._broken = False
        self._begun = False

    def begin(self, request: SpeechRequest) -> StreamProtocol:
        """Return the client's side of a stream."""
        return new_exchange(request)

    async def send(self, frame: str) -> None:
        """Take a frame."""
        if self._ended is not None and not self._queue:
            raise self._ended
        message = json.loads(frame.encode())  # as a socket does: it has no lone surrogates
        if not self._begun:
            self._begun = True
            return
        ends = message.get("close_socket") or message.get("text") == ""
        text = "".join(entry["text"] for entry in message.get("inputs", []))
        text = message.get("text", text)
        if self._broken or text == " " or message.get("keep_alive"):
            return
        self.text += text
        self.pieces.append(text)
        self._pending += text
        if message.get("flush") or ends:
            self._speak(self._pending)
        elif len(self._pending) > _SEGMENT and (whole := self._last_word_end()):
            self._speak(self._pending[:whole])
        if ends and not self._broken:
            self._end()
        self._news.set()

    async def recv(self) -> bytes:
        """Return the next message."""
        loop = asyncio.get_running_loop()
        while True:
            if self._queue:
                due, end, frame = self._queue[0]
                if due > loop.time():
                    await asyncio.sleep(due - loop.time())
                    continue
                self._queue.popleft()
                for position, frames in self._ends:
                    if frames <= end:
                        self.sounded = max(self.sounded, position)
                return frame
            if self._ended is not None:
                raise self._ended
            self._news.clear()
            await self._news.wait()

    async def close(self) -> None:
        """End the channel in order."""
        self._ended = self._ended or ChannelClosed(1000)
        self._queue.clear()
        self._news.set()

    def abort(self) -> None:
        """Give the channel up at once."""
        self._ended = self._ended or ChannelClosed()
        self._queue.clear()
        self._news.set()

    def _speak(self, text: str) -> None:
        self._pending = self._pending[len(text) :]
        fault = self._fault
        if text.strip():
            segment = self._voice.speak(text, self._frames)
            self._segments.append(segment)
            self._ends += [(self._offset + end, frames) for end, frames in segment.ends]
            limit = self._limit(segment)
            start = segment.start
            while start < segment.end:
                length = _MESSAGE if self._count else _FIRST_MESSAGE
                end = min(segment.end, start + round(length * RATE))
                if limit is not None and end > limit:
                    assert fault is not None
                    if fault.cut and start < limit:
                        self._put(start, limit)
                    self._break()
                    return
                self._put(start, end)
                start = end
            if self._voice.quirks.dialogue:
                marker = b'{"is_final_audio_for_turn": true}'
                self._queue.append((self._due, segment.end, marker))
            self._frames = segment.end
            self._words += len(segment.ends)
        self._offset += len(text)

    def _last_word_end(self) -> int:
        """Return where the last whole word that is pending ends, outside markup."""
        end = self._pending.rfind(" ") + 1
        spans = whole_spans(self._pending) if self._voice.quirks.ssml else []
        return next((start for start, stop in spans if start < end < stop), end)

    def _limit(self, segment: _Segment) -> int | None:
        """Return the frame at which the socket breaks."""
        fault = self._fault
        if fault is None:
            return None
        if not fault.words:
            return round(fault.at * RATE)
        left = fault.words - self._words
        return segment.ends[left - 1][1] if 0 < left < len(segment.ends) else None

    def _put(self, start: int, end: int) -> None:
        frames = self._voice.messages(self._segments, start, end, (self._number, self._count))
        if pace := self._voice.quirks.pace:
            now = asyncio.get_running_loop().time()
            self._due = max(now, self._due) + pace * (end - start) / RATE
        self._queue += [(self._due, end, frame) for frame in frames]
        self._count += 1

    def _break(self) -> None:
        self._broken = True
        assert self._fault is not None
        match self._fault.kind:
            case "reset":
                self._ended = ChannelClosed()
            case "close 1000":
                self._ended = ChannelClosed(1000)
            case "close 1011":
                self._ended = ChannelClosed(1011)

    def _end(self) -> None:
        """End in order, unless the socket is one that does not."""
        if self._fault is not None and not self._fault.words:
            self._break()
            return
        if self._voice.quirks.final:
            final = b'{"audio": null, "isFinal": true}'
            if self._voice.quirks.dialogue:
                final = b'{"is_final": true}'
            self._queue.append((self._due, self._frames, final))
        self._ended = ChannelClosed(1000)
