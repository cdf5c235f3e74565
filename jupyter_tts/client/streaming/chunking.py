"""When text goes out, in which pieces, and when the server is made to speak what it has.

Text goes out word by word as it comes, and the server gathers it by its chunk schedule: that gives
a fluent source the best prosody. A source that pauses would leave the end of a sentence waiting
there, so a sentence that has ended is flushed (ElevenLabs WebSocket reference, ``flush``: forces
the generation of what is buffered; the socket stays open) once no more text has come for a moment:

- ``QUICK`` seconds, or half as long again as the longest of the latest gaps between two tokens:
  a source that always takes 40 ms for a token has not paused after 20;
- ``SLOW`` seconds where the end is doubtful ("Dr.", "3.", "U.S.", a line break): an LLM's next
  token comes within 10 to 50 ms, and a number that is cut in two is heard;
- never in mid-sentence, save for level 4, the earliest sound, where a clause of at least
  ``CLAUSE`` characters is flushed after ``SLOW`` seconds.

The last word of a sentence goes out with its flush. For the same reason what follows a sentence is
held back as long as both together are too short for the server to speak of its own accord, which
costs nothing: should the source pause in the middle of it, the sentence before can still be flushed
by itself. A text that has come to its end is never flushed; the end of input does that.

With ``auto_mode`` the server speaks every message at once, so there a message is whole sentences.

Text-to-dialogue has neither schedule nor ``auto_mode``: its server collects some `DIALOGUE_BUFFER`
characters, and at the higher latency levels each sentence of a source that goes on is flushed.

Over HTTP nothing is flushed: the pieces are collected for one request.

SSML is no part of a sentence, and no tag is cut in two: each is sent whole in one message.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

from ...wire.dialogue import DIALOGUE_BUFFER
from ...wire.levels import LEVELS
from ...wire.parameters import parameter
from ...wire.request import SpeechRequest
from ..reading.sentences import CONTEXT, Ending, ending, last_sentence
from ..speech.markup import Markup
from .source_text import SourceText

__all__ = ["MAX_PIECE", "QUICK", "SLOW", "Chunker", "TextChunk"]

# Largest piece sent as one message. No limit is documented for a message; the smallest documented
# limit for a whole request is 10,000 characters (multilingual v2), far above this.
MAX_PIECE = 1_000
# The same where a stream may stop between two sentences.
MAX_STEP = 300

# Seconds.
QUICK = 0.02
SLOW = 0.3
# Of the longest gap between two tokens of late.
PATIENCE = 1.5

CLAUSE = 20  # characters

# The last place a piece may end at: after white space, after closing punctuation of scripts
# written without spaces, or after one of their characters.
_WORD_END = re.compile(
    r".*(?:\s|[、。，．！？；：」』）\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff])", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class TextChunk:
    """Text for one message; no text where all has been sent."""

    text: str
    flush: bool = False


@dataclass(frozen=True, slots=True)
class _Choice:
    """Up to where text may go out once nothing has come for ``grace`` seconds; None for never."""

    end: int
    grace: float | None
    flush: bool = False


_WAIT = _Choice(0, None)


class Chunker:
    """What one socket is sent of a text.

    Parameters
    ----------
    source_text : SourceText
    request : SpeechRequest
    position : int
        Of the text, where the socket takes it up.
    stops : bool, optional
        Whether a text that has come is sent a few sentences at a time, so that it can stop between.
    limit : int, optional
        Up to where the socket is sent the text at most, but for one word.
    """

    def __init__(
        self,
        source_text: SourceText,
        request: SpeechRequest,
        position: int,
        *,
        stops: bool = False,
        limit: int | None = None,
    ) -> None:
        self._source_text = source_text
        self._markup = Markup(source_text, ssml=request.sends_ssml)
        self._auto = bool(request.sent.get("auto_mode"))
        self._is_collected = request.endpoint.is_http  # for one request, which has no flush
        self._flushes = request.flushes_sentences
        self._by_sentence = stops or limit is not None or self._auto
        self._longest = MAX_STEP if stops else MAX_PIECE
        self._limit = limit
        self._language = request.language or "en"
        self._eager = request.levers and request.latency == LEVELS[-1].value
        self._schedule = [DIALOGUE_BUFFER] if request.endpoint.is_dialogue else _schedule(request)
        self._gathered = 0  # characters that the server has not begun to speak, as documented
        self._spoken = position  # up to where the server was made to speak
        self.position = position

    @property
    def between_sentences(self) -> bool:
        """Whether what has been sent ends with a sentence."""
        text = self._markup.bare.slice(max(0, self.position - CONTEXT), self.position)
        return ending(text, self._language) is Ending.SENTENCE

    async def next(self) -> TextChunk:
        """Return the next piece, as soon as it is to go out. May be cancelled, and loses none then.

        A source that fails ends its text.
        """
        source_text = self._source_text
        await source_text.more(self.position)
        while True:
            length = source_text.length
            ready = source_text.slice(self.position, self.position + self._longest + 1)
            if source_text.ended or len(ready) > self._longest or self._is_enough(len(ready)):
                return TextChunk(ready[: self._most(ready)])
            choice = self._choose(len(ready))
            until = None if choice.grace is None else source_text.came_at + choice.grace
            if choice.grace == 0 or not await source_text.changed(length, until):
                if choice.grace and until and until < source_text.came_at + choice.grace:
                    continue  # a part of a tag has come
                return TextChunk(ready[: choice.end], choice.flush and not self._is_collected)

    def sent(self, piece: TextChunk) -> None:
        """Take note that a piece has been sent."""
        self.position += len(piece.text)
        self._gathered += len(piece.text)
        if piece.flush or self._auto:
            self._spoken = self.position
        if piece.flush or self._gathered >= self._schedule[0]:
            self._gathered = 0
            self._schedule = self._schedule[1:] or self._schedule  # the last entry repeats

    def _choose(self, count: int) -> _Choice:
        """Decide about the text that has come and has not been sent; there may be more."""
        start = min(self.position, CONTEXT)  # of what is ready, in the text that is looked at
        text = self._markup.bare.slice(self.position - start, self.position + count)
        ready = text[start:]
        kind = ending(text, self._language)
        whole = self._outside_markup(_word_end(ready))
        sentence = 0  # the end of one that something follows
        if self._flushes and kind is Ending.SENTENCE and ready[-1:].isspace():
            sentence = len(ready)
        elif kind is not Ending.SENTENCE or self._flushes:
            sentence = last_sentence(text[: start + whole], start, self._language) - start
            sentence = self._outside_markup(sentence)
        if self._has_words(sentence):
            if self._auto or self._flushes:
                return _Choice(sentence, 0, flush=self._flushes)
            if self._gathered + len(ready) < self._schedule[0]:
                return _Choice(sentence, self._quick, flush=True)
        grace = self._grace(kind, len(ready))
        if grace is not None and self._has_words(len(ready)):
            return _Choice(len(ready), grace, flush=not self._auto)
        return _Choice(whole, 0) if whole and not self._auto else _WAIT

    def _grace(self, kind: Ending, count: int) -> float | None:
        """Return for how long nothing must have come before a text that ends so is flushed."""
        if kind is Ending.SENTENCE:
            return self._quick
        clause = kind is Ending.CLAUSE and self._eager and self._gathered + count >= CLAUSE
        return SLOW if clause or kind is Ending.DOUBTFUL else None

    @property
    def _quick(self) -> float:
        return min(SLOW, max(QUICK, PATIENCE * self._source_text.longest_gap))

    def _has_words(self, count: int) -> bool:
        """Whether so much more text would be something to speak, and not only a closing quote."""
        stop = self.position + count
        text = self._markup.bare.slice(max(self._spoken, stop - CONTEXT), stop)
        return count > 0 and any(map(str.isalnum, text))

    def _outside_markup(self, end: int) -> int:
        """Return the last place before an end at which the text may be cut."""
        span = self._markup.parted(self.position + end)
        return end if span is None else max(0, span[0] - self.position)

    def _most(self, ready: str) -> int:
        """Return where a piece ends that may be as long as any."""
        if len(ready) <= self._longest and not self._is_enough(len(ready)):
            return len(ready)
        bare = self._markup.bare.slice(self.position, self.position + len(ready))
        end = self._end_within(bare)
        if whole := self._outside_markup(end):
            return whole
        # A tag longer than that.
        span = self._markup.parted(self.position + end)
        return end if span is None else span[1] - self.position

    def _end_within(self, ready: str) -> int:
        if self._is_enough(len(ready)):
            return self._up_to_limit(ready)
        piece = ready[: self._longest]
        sentence = last_sentence(piece, 0, self._language) if self._by_sentence else 0
        return sentence or _word_end(piece) or self._longest

    def _is_enough(self, count: int) -> bool:
        """Whether so much more text reaches the limit."""
        return self._limit is not None and self.position + count > self._limit

    def _up_to_limit(self, ready: str) -> int:
        """Return where the last sentence before the limit ends, or else a word."""
        most = max(1, min(self._longest, (self._limit or 0) - self.position))
        end = last_sentence(ready[:most], 0, self._language)
        if end and (ready[end - 1].isspace() or ready[end : end + 1].isspace()):
            return end
        if end := _word_end(ready[:most]):
            return end
        # A word is not cut in two: it may be one that is spoken otherwise, or not at all.
        begin = len(ready) - len(ready.lstrip())
        word = ready[begin:].split(maxsplit=1)[:1]
        return min(begin + len("".join(word)), self._longest)


def _schedule(request: SpeechRequest) -> list[int]:
    schedule = request.sent.get("schedule") or parameter("schedule").default
    return [*cast(list[int], schedule)]


def _word_end(held: str) -> int:
    """Return where the last whole word of ``held`` ends, 0 while there is none."""
    match = _WORD_END.match(held)
    # White space alone is a keep-alive on this wire, so it waits for its word.
    return match.end() if match and held[: match.end()].strip() else 0
