"""What a latency level does when the client's first message has no schedule."""

from __future__ import annotations

import pytest

from jupyter_tts.server import serve
from jupyter_tts.server.websocket.levels import segmenter
from jupyter_tts.wire.levels import LEVELS

from ..serving import speak, stream_url
from .endpoint_input import handshake

# Sentences end after 141 and 212 characters; a clause after 129.
SENTENCE = (
    "It was a bright and quiet morning in the early days of a long and very warm summer when the "
    "ferry left the harbour of the old town, without me. "
)
NEXT = "The others had gone on board the evening before, and slept there soundly. "
TOKENS = [word + " " for word in (SENTENCE + NEXT).split()]


def first_segment(level: int | None, schedule: list[int] | None = None) -> tuple[int, str]:
    """How much of the text, coming word by word, is needed for the first segment, and which."""
    cutting = segmenter(handshake(latency=level), schedule)
    waited = 0
    for token in TOKENS:
        waited += len(token)
        for segment in cutting.add(token):
            return waited, segment
    raise AssertionError("nothing was spoken")


def test_the_lower_the_level_the_more_text_is_waited_for() -> None:
    waited = [first_segment(level)[0] for level in range(5)]
    assert waited == sorted(waited, reverse=True)
    assert waited[0] > waited[1] > waited[2] > waited[3]


def test_the_lowest_waits_for_the_sentence_the_next_for_a_clause_the_others_for_a_word() -> None:
    assert first_segment(0)[1] == SENTENCE
    assert first_segment(1)[1] == SENTENCE.partition("without")[0]
    for level, least in ((2, 80), (3, 50), (4, 50)):
        waited, segment = first_segment(level)
        assert segment == "".join(TOKENS)[:waited]
        assert least <= waited < least + 10


@pytest.mark.parametrize("level", range(5))
def test_a_schedule_in_the_first_message_counts_for_more(level: int) -> None:
    assert first_segment(level, [100]) == first_segment(None, [100])


def test_without_a_level_the_documented_schedule_counts() -> None:
    assert first_segment(None) == first_segment(None, [120, 160, 250, 290])


def test_no_sentence_is_waited_for_for_ever() -> None:
    cutting = segmenter(handshake(latency=0), None)
    cut = [segment for _ in range(60) for segment in cutting.add("word ")]
    assert [len(segment) for segment in cut[:1]] == [120]
    assert sum(map(len, cut)) < 300


@pytest.mark.parametrize("level", range(5))
def test_in_auto_mode_every_message_is_spoken(level: int) -> None:
    cutting = segmenter(handshake(latency=level, auto_mode=True), [500])
    assert list(cutting.add("Yes. ")) == ["Yes. "]


async def sound(pieces: list[str], query: str) -> bytes:
    """What a new voice, which remembers nothing, says."""
    messages = [{"text": text} for text in (" ", *pieces, "")]
    query = f"output_format=pcm_22050&apply_text_normalization=on&{query}"
    async with serve() as server:
        return (await speak(stream_url(server.url, query), messages)).audio


@pytest.mark.parametrize("level", [level.value for level in LEVELS])
async def test_a_text_in_words_sounds_like_a_whole_sentence_at_the_lower_levels_only(
    level: int,
) -> None:
    in_words = await sound(TOKENS[: len(SENTENCE.split())], f"optimize_streaming_latency={level}")
    whole = await sound([SENTENCE], "auto_mode=true")
    assert (in_words == whole) == (level < 2)
