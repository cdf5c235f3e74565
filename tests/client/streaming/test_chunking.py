from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.client.streaming.chunking import MAX_PIECE, QUICK, SLOW, Chunker, TextChunk
from jupyter_tts.client.streaming.source_text import SourceText
from jupyter_tts.client.streaming.text_sources import Text
from jupyter_tts.wire.request import SpeechRequest
from jupyter_tts.wire.ssml import whole_spans

from ..virtual import run

PAUSE = 2.0


async def played(tokens: Sequence[str | float]) -> AsyncIterator[str]:
    """A source that gives tokens, with pauses (s) between them."""
    for token in tokens:
        if isinstance(token, str):
            yield token
        else:
            await asyncio.sleep(token)


def send(text: Text | Sequence[str | float], **parameters: Any) -> list[tuple[float, TextChunk]]:
    """What goes out of a text, and when (s)."""

    async def sending() -> list[tuple[float, TextChunk]]:
        timed = isinstance(text, Sequence) and any(isinstance(token, float) for token in text)
        request = SpeechRequest(**parameters)
        source = played(text) if timed else text  # type: ignore[arg-type]  # one that is timed
        source_text = SourceText(source, ssml=request.reads_ssml)
        outgoing = Chunker(source_text, request, 0)
        pieces = []
        async with source_text.reading():
            while (piece := await outgoing.next()).text:
                pieces.append((round(asyncio.get_running_loop().time(), 6), piece))
                outgoing.sent(piece)
        return pieces

    return run(sending())


def pieces(text: Text | Sequence[str | float], **parameters: Any) -> list[TextChunk]:
    return [piece for _, piece in send(text, **parameters)]


def spoken(text: Sequence[str | float], **parameters: Any) -> list[tuple[float, str]]:
    """What is flushed of a text, and when (s)."""
    flushed, gathered = [], ""
    for at, piece in send(text, **parameters):
        gathered += piece.text
        if piece.flush:
            flushed.append((at, gathered))
            gathered = ""
    return flushed


def test_words_go_out_whole_and_as_they_come() -> None:
    assert send(["Hel", 0.1, "lo", 0.1, " ", 0.1, "my wor", 0.1, "ld is", 0.1, "!"]) == [
        (0.2, TextChunk("Hello ")),
        (0.3, TextChunk("my ")),
        (0.4, TextChunk("world ")),
        (0.5, TextChunk("is!")),
    ]


def test_text_without_spaces_goes_out_character_by_character() -> None:
    assert pieces(["你好", 0.1, "再", 0.1, "见"]) == [
        TextChunk("你好"),
        TextChunk("再"),
        TextChunk("见"),
    ]


@pytest.mark.parametrize("text", ["", [], ["", ""]])
def test_of_no_text_nothing_goes_out(text: Text) -> None:
    assert pieces(text) == []


@pytest.mark.parametrize("text", ["One. Two! Three.", ["One.", " Two!", " Three."]])
def test_a_text_that_is_all_there_is_never_flushed(text: Text) -> None:
    assert pieces(text) == [TextChunk("One. Two! Three.")]


def test_a_finished_sentence_is_spoken_whole_while_its_source_pauses() -> None:
    assert send(["Hello ", "world.", PAUSE, " And you?"]) == [
        (QUICK, TextChunk("Hello world.", flush=True)),
        (PAUSE, TextChunk(" And you?")),
    ]


def test_it_is_spoken_though_the_next_one_has_begun() -> None:
    assert send(["Hello world. How ", PAUSE, "are you?"]) == [
        (QUICK, TextChunk("Hello world. ", flush=True)),
        (QUICK, TextChunk("How ")),
        (PAUSE, TextChunk("are you?")),
    ]


def test_it_does_not_wait_for_a_doubtful_end_behind_it() -> None:
    assert spoken(["Hello world. I met Dr.", PAUSE, "x"]) == [
        (QUICK, "Hello world. "),
        (SLOW, "I met Dr."),
    ]


def test_what_follows_a_sentence_is_not_held_back_once_the_server_would_speak() -> None:
    first, rest = "Hello world. How ", ["many ", 0.01, "roads ", 0.01, "must ", 0.01, "a man "]
    fluent = [first, 0.01, *rest]
    assert pieces(fluent, schedule=[50])[0] == TextChunk("Hello world. How many roads must a man ")
    sent = pieces([*fluent, 0.01, "walk down?"], schedule=[50])
    assert sent == [TextChunk("Hello world. How many roads must a man walk down?")]
    sent = pieces([*fluent, 0.01, "walk down before ", 0.01, "you"], schedule=[50])
    assert sent == [
        TextChunk("Hello world. How many roads must a man walk down before "),
        TextChunk("you"),
    ]


@pytest.mark.parametrize("text", ["I met Dr.", "pi is 3.", "in the U.S.", "A line\n", "See a.b/c."])
def test_a_doubtful_end_waits_longer(text: str) -> None:
    assert spoken([text, PAUSE, "x"]) == [(SLOW, text)]
    assert spoken([text, 0.2, "x"]) == []


def test_a_number_that_comes_in_two_is_one_number_on_the_wire() -> None:
    assert pieces(["pi is ", 0.1, "3.", 0.1, "14", 0.1, " or so", 0.1, "!"]) == [
        TextChunk("pi is "),
        TextChunk("3.14 or "),
        TextChunk("so!"),
    ]


def test_the_middle_of_a_sentence_is_not_flushed() -> None:
    assert spoken(["Hello my", PAUSE, " world, ", PAUSE, "how are", PAUSE, " you"]) == []


def test_a_clause_is_flushed_only_at_the_level_of_the_earliest_sound() -> None:
    text = ["Good morning, everyone, ", PAUSE, "said he"]
    assert spoken([*text], latency=4) == [(SLOW, "Good morning, everyone, ")]
    assert spoken([*text], latency=3) == spoken([*text], latency=4, levers=False) == []
    assert spoken(["Well, ", PAUSE, "said he"], latency=4) == []


@pytest.mark.parametrize("end", ["。", "！", "。」", "! 😀", '."', ".**", " !"])
def test_what_ends_a_sentence_is_flushed_with_it(end: str) -> None:
    text = ["你好", end] if end[0] in "。！" else ["Well", end]
    assert spoken([*text, PAUSE, "x"]) == [(QUICK, "".join(text))]


def test_a_closing_quote_that_comes_late_is_nothing_to_flush() -> None:
    assert spoken(['"Well.', PAUSE, '"', PAUSE, " And", PAUSE, " so."]) == [(QUICK, '"Well.')]


@pytest.mark.parametrize("gap", [0.005, 0.04, 0.1, 0.19])
def test_a_fluent_source_is_never_flushed_before_its_end(gap: float) -> None:
    words = re.split("(?= )", "One fine day. You went out! Was it far? Yes. Very far indeed.")
    tokens = [token for word in words for token in (word, gap)]
    assert all(not piece.flush for piece in pieces(tokens[:-1]))


def test_a_source_that_takes_its_time_for_every_token_has_not_paused_sooner() -> None:
    assert spoken(["One", 0.1, " fine", 0.1, " day.", PAUSE, "x"]) == [(0.35, "One fine day.")]


def test_every_sentence_of_a_source_that_pauses_is_flushed() -> None:
    assert spoken(["One.", PAUSE, " Two.", PAUSE, " Three.", PAUSE, "\n"]) == [
        (QUICK, "One."),
        (PAUSE + QUICK, " Two."),
        (2 * PAUSE + QUICK, " Three."),
    ]


def test_with_auto_mode_a_message_is_whole_sentences() -> None:
    text = ["Hello my ", PAUSE, "world. How ", PAUSE, "are", " you?", PAUSE, " Fine"]
    assert send(text, auto_mode=True) == [
        (PAUSE, TextChunk("Hello my world. ")),
        (2 * PAUSE + QUICK, TextChunk("How are you?")),
        (3 * PAUSE, TextChunk(" Fine")),
    ]
    chunks = pieces("Word " * 100 + "end. " + "word " * 200, auto_mode=True)
    assert [len(piece.text) for piece in chunks] == [505, 1000]


def test_a_text_taken_up_in_the_middle_is_flushed_as_before() -> None:
    async def sending() -> tuple[TextChunk, float]:
        loop = asyncio.get_running_loop()
        source_text = SourceText(played(["Hello my world.", PAUSE, "x"]))
        async with source_text.reading():
            await asyncio.sleep(1.0)
            return await Chunker(source_text, SpeechRequest(), 6).next(), loop.time()

    assert run(sending()) == (TextChunk("my world.", flush=True), 1.0)


def test_of_a_source_that_fails_all_that_came_before_goes_out() -> None:
    async def source() -> AsyncIterator[str]:
        yield "one tw"
        raise LookupError("no more")

    assert pieces(source()) == [TextChunk("one tw")]


def test_a_word_longer_than_a_piece_is_cut() -> None:
    chunks = pieces("x" * (2 * MAX_PIECE + 1))
    assert [len(piece.text) for piece in chunks] == [MAX_PIECE, MAX_PIECE, 1]


ALPHABET = st.text(alphabet="ab3 .!,:\n\"'你。é😀", max_size=12)


@given(
    st.lists(ALPHABET | st.sampled_from([0.01, 0.1, PAUSE]), max_size=20),
    st.sampled_from([{}, {"auto_mode": True}, {"latency": 4}, {"schedule": [50]}]),
)
def test_the_pieces_are_the_text_however_it_comes(
    tokens: list[str | float], parameters: dict[str, Any]
) -> None:
    chunks = pieces(tokens, **parameters)
    assert "".join(piece.text for piece in chunks) == "".join(t for t in tokens if type(t) is str)
    assert all(0 < len(piece.text) <= MAX_PIECE for piece in chunks)


@given(st.text(max_size=4000))
def test_a_long_text_keeps_every_character(text: str) -> None:
    chunks = pieces(text)
    assert all(0 < len(piece.text) <= MAX_PIECE for piece in chunks)
    clean = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    assert "".join(piece.text for piece in chunks) == clean


@given(
    st.lists(
        st.sampled_from(
            ["Hi there.", " No. ", "Is it 3.14?", " Dr. Who!", "你好。", " and, ", "\n"]
        ),
        min_size=1,
        max_size=4,
    ),
    st.lists(st.integers(1, 5), min_size=1),
)
def test_what_is_flushed_does_not_depend_on_the_tokens(texts: list[str], cuts: list[int]) -> None:
    """Texts with a pause behind each, whole or cut into tokens that come all at once."""

    def cut(text: str) -> list[str]:
        lengths, tokens = itertools.cycle(cuts), []
        while text:
            length = next(lengths)
            tokens.append(text[:length])
            text = text[length:]
        return tokens

    whole = [token for text in texts for token in (text, PAUSE)]
    parts = [token for text in texts for token in (*cut(text), PAUSE)]
    assert spoken([*whole, "x"]) == spoken([*parts, "x"])


DIALOGUE = {"model": "eleven_v4_turbo"}


@pytest.mark.parametrize("level", [3, 4])
def test_on_text_to_dialogue_a_high_level_flushes_each_sentence(level: int) -> None:
    text = ["One two. ", 0.01, "Three four. ", 0.01, "Five"]
    assert spoken(text, **DIALOGUE, latency=level) == [(0, "One two. "), (0.01, "Three four. ")]
    held = ["One two.", 0.01, " Three", 0.01, " four."]
    assert spoken(held, **DIALOGUE, latency=level) == [(0.01, "One two. ")]
    assert spoken(text, **DIALOGUE, latency=level, levers=False) == []
    assert spoken(text, latency=level) == []


def test_on_text_to_dialogue_a_low_level_leaves_a_fluent_source_to_the_server() -> None:
    text = ["One two. ", 0.01, "Three four. ", 0.01, "Five"]
    assert spoken(text, **DIALOGUE, latency=2) == []
    paused = ["One two.", PAUSE, " Three"]
    assert spoken(paused, **DIALOGUE, latency=2) == [(QUICK, "One two.")]


def test_on_text_to_dialogue_auto_mode_and_schedule_change_nothing() -> None:
    text = ["One ", 0.01, "two. ", 0.01, "Three"]
    plain = send(text, **DIALOGUE)
    assert send(text, **DIALOGUE, auto_mode=True, schedule=[500]) == plain


@given(
    words=st.lists(st.sampled_from(["Oh. ", "well ", "no, ", "yes! ", "3.", "\n", "[sighs] "])),
    level=st.integers(0, 4),
)
def test_on_text_to_dialogue_the_pieces_are_the_text(words: list[str], level: int) -> None:
    timed: list[str | float] = [token for word in words for token in (word, 0.01)]
    sent = pieces(timed, **DIALOGUE, latency=level)
    assert "".join(piece.text for piece in sent) == "".join(words)


PHONEME = '<phoneme alphabet="ipa" ph="təˈmɑːtəʊ">tomato</phoneme>'
SSML = f'<speak>Wait. <break time="1.5s"/> I say {PHONEME}, fish &amp; chips. And so on.</speak>'


@given(
    st.lists(
        st.sampled_from(["so. ", "x < 3 ", "a <b", PHONEME, '<break time="1.5s"/>', "&lt;", "</s>"])
        | st.text(alphabet="<>/&;a \n.", max_size=4),
        max_size=30,
    ).map("".join),
    st.sampled_from([0, 1, 3, 7]),
    st.booleans(),
)
def test_no_message_ends_inside_markup(text: str, size: int, auto: bool) -> None:
    source = [text[at : at + size] for at in range(0, len(text), size)] if size else text
    sent = [piece.text for piece in pieces(source, ssml=True, auto_mode=auto)]
    assert "".join(sent) == text
    ends = set(itertools.accumulate(map(len, sent)))
    whole = [span for span in whole_spans(text) if "\n" not in text[slice(*span)]]
    assert not [end for end in ends for a, b in whole if a < end < b]


@pytest.mark.parametrize("stops", [False, True])
def test_of_a_long_text_neither_a_piece_nor_a_limit_parts_a_tag(stops: bool) -> None:
    text = f"{PHONEME} " * 200

    async def sending(limit: int | None) -> list[str]:
        source_text = SourceText(text)
        request = SpeechRequest(ssml=True)
        outgoing = Chunker(source_text, request, 0, stops=stops, limit=limit)
        sent = []
        async with source_text.reading():
            while (piece := await outgoing.next()).text:
                sent.append(piece.text)
                outgoing.sent(piece)
        return sent

    for limit in (None, 1, 30, 333):
        sent = run(sending(limit))
        assert "".join(sent) == text
        assert all(piece.count("<phoneme") == piece.count("</phoneme>") for piece in sent)


def test_a_sentence_before_a_tag_is_spoken_while_the_tag_is_still_coming() -> None:
    tokens = ["Wait", ".", " ", '<break time="', PAUSE, '1.5s"/>', PAUSE, " Go", " on."]
    assert spoken(tokens, ssml=True) == [(QUICK, "Wait. ")]
    sent = [piece.text for piece in pieces(tokens, ssml=True)]
    assert sent == ["Wait. ", '<break time="1.5s"/> Go on.']
    assert spoken(['Wait.<break time="1s"/>', PAUSE, "Go."], ssml=True) == [
        (QUICK, 'Wait.<break time="1s"/>')
    ]


@pytest.mark.parametrize(
    "tokens",
    [
        ["Is", " a", " <b", "?", PAUSE, " No."],
        ["It", " is", " <b", ".", PAUSE, " So", " what?"],
        ["if", " x", " <3", ".", PAUSE, " No."],
        ["a", " <b\n", PAUSE, "next", " line."],
        ["a", " <b", "\n\n", PAUSE, "next", " line."],
        ["Fish", " & ", "chips", ".", PAUSE, " AT&", "T", "."],
    ],
)
def test_a_stray_sign_does_not_hold_a_sentence(tokens: list[str | float]) -> None:
    assert spoken(tokens, ssml=True) == spoken(tokens)


def test_a_source_that_is_in_the_middle_of_a_tag_has_not_paused() -> None:
    tag = [part for character in '<emphasis level="strong">' for part in (character, 0.05)]
    tokens = ["Ask", " Dr.", " ", 0.05, *tag, "Who", "</emphasis>", ".", PAUSE]
    (first,) = spoken(tokens, ssml=True)
    assert first[1] == 'Ask Dr. <emphasis level="strong">Who</emphasis>.'
