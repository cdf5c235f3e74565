"""A sample of the matrix, the losses that were reported, and generated cases."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_tts.wire.errors import StreamStalled, TTSError

from ...client import virtual
from .corpus import REPORTED, TEXTS
from .ear import Verdict
from .hearing import REQUEST, Case, Outcome, hear, hear_all, listen
from .kept import KEPT
from .matrix import BEYOND, MOST_FAILED, QUIRKS, drops, healthy_cases, plain_cases, sampled_cases
from .stubborn import Deaf, OneMessage, Stubborn, StubbornServer, Trickle
from .voice import KINDS, PLAIN, Fault, MemoryServer, Quirks, Voice, spoken_words

PROSE = TEXTS["prose"]

#: Virtual seconds within which a stream that gets nothing has ended.
BOUND = 600.0


def check(case: Case, verdict: Verdict) -> None:
    """Assert that every word was heard once, or the speech says from where on they were not."""
    assert verdict.holds, (case, verdict)
    assert not verdict.over_budget, (case, verdict)


def check_all(cases: Iterable[Case], *, complete: bool = True) -> None:
    """Try cases, and check what comes of them."""
    cases = list(cases)
    for case, verdict in zip(cases, hear_all(cases), strict=True):
        check(case, verdict)
        assert verdict.complete or not complete, (case, verdict)


def with_drops(text: str, quirks: Quirks = PLAIN) -> Iterator[Case]:
    """Yield every drop of a text, with every kind of fault."""
    return (replace(case, quirks=quirks) for case in plain_cases(text))


# A sample of the matrix.

SHARE = 120  # of the plain server's cases, one in so many


def test_a_plain_server_loses_and_doubles_nothing() -> None:
    cases = [case for text in TEXTS.values() for case in plain_cases(text)]
    check_all(random.Random(13).sample(cases, len(cases) // SHARE))


PROMISED = [name for name in QUIRKS if name not in BEYOND]
SAMPLE = list(sampled_cases(6 * len(QUIRKS), 13, list(TEXTS.values())))


def test_servers_that_tell_other_things_mislead_it_next_to_never() -> None:
    cases = [case for name, case in SAMPLE if name in PROMISED]
    failed = [
        (case, verdict)
        for case, verdict in zip(cases, hear_all(cases), strict=True)
        if not verdict.holds
    ]
    assert len(failed) <= max(2, MOST_FAILED * len(cases)), failed


@pytest.mark.parametrize("name", PROMISED)
def test_a_healthy_server_is_asked_once(name: str) -> None:
    texts = list(TEXTS.values())[::8]
    check_all(case for other, case in healthy_cases(texts) if other == name)


def test_nine_of_ten_end_complete() -> None:
    cases = [case for _, case in SAMPLE]
    complete = sum(verdict.complete for verdict in hear_all(cases))
    assert complete >= 0.9 * len(cases)


@pytest.mark.parametrize("case", KEPT, ids=range(len(KEPT)))
def test_what_failed_once(case: Case) -> None:
    verdict = hear(case)
    check(case, verdict)
    assert verdict.complete or case.quirks != PLAIN


# What was reported.


@pytest.mark.parametrize("name", REPORTED)
def test_texts_on_which_words_were_lost_or_doubled(name: str) -> None:
    check_all(with_drops(REPORTED[name]))


@pytest.mark.parametrize("text", ["👋", "—", "%", "€", ";", "## Title", "a | b", "<b>bold</b>"])
def test_signs_alone(text: str) -> None:
    check_all(with_drops(text))


@pytest.mark.parametrize(
    "at", [drop for drop in drops(PROSE) if drop > Voice(PROSE, PLAIN).seconds - 0.6]
)
def test_a_close_within_the_last_word(at: float) -> None:
    check_all([Case(PROSE, faults=(Fault("close 1000", at),))])


@pytest.mark.parametrize(
    "quirks",
    [
        Quirks(omit_words=9),
        Quirks(omit_words=9, times="running"),
        Quirks(omit_messages=5),
        Quirks(omit_messages=5, times="running"),
        Quirks(mute_messages=1),
        Quirks(mute_messages=3),
        Quirks(mute_messages=3, times="running"),
    ],
    ids=str,
)
def test_a_healthy_server_that_leaves_out_times(quirks: Quirks) -> None:
    check_all(
        Case(text, replace(quirks, seed=seed)) for text in REPORTED.values() for seed in range(5)
    )


@pytest.mark.parametrize("times", ["message", "running", "segment clock", "segment", "cumulative"])
def test_times_that_restart_and_a_lost_socket(times: str) -> None:
    check_all(with_drops(PROSE, Quirks(times=times)))


@pytest.mark.parametrize("quirks", [Quirks(times="cumulative"), Quirks(early=True)], ids=str)
def test_an_alignment_that_begins_again_or_ends_early(quirks: Quirks) -> None:
    case = Case(TEXTS["paragraphs"], quirks)
    verdict = hear(case)
    check(case, verdict)
    assert verdict.complete
    assert verdict.sent == verdict.length
    assert list(verdict.words) == case.text.split()


def test_an_alignment_in_halves_of_characters() -> None:
    text = "Good 👍🏽 morning 🌞 to 🎉 you"
    case = Case(text, Quirks(halves=True))
    verdict = hear(case)
    check(case, verdict)
    assert list(verdict.words) == text.split()
    check_all(with_drops(text, case.quirks))


def test_a_field_with_another_name() -> None:
    case = Case(PROSE, Quirks(misnamed=True))
    assert list(hear(case).words) == PROSE.split()
    check_all(with_drops(PROSE, case.quirks))


def test_an_alignment_item_of_any_length_takes_no_time() -> None:
    item = {"chars": ["x" * 800_000], "charStartTimesMs": [0], "charDurationsMs": [1_000]}
    server = StubbornServer(lambda: OneMessage(b"\1\0" * 8_000, alignment=item))
    begun = time.process_time()
    outcome = virtual.run(listen(server, "Hello there.", bound=BOUND))
    assert time.process_time() - begun < 3.0  # it was 12 s
    assert not outcome.problem


@pytest.mark.parametrize("at", drops(PROSE))
def test_no_half_of_a_word_before_a_stall(at: float) -> None:
    check_all([Case(PROSE, faults=(Fault("stall", at),))])


@pytest.mark.parametrize("kind", ["reset", "close 1011", "close 1000"])
@pytest.mark.parametrize(("words", "most"), [(3, 4.0), (5, 3.0), (8, 3.0)])
@pytest.mark.parametrize("name", ["paragraphs", "lecture", "prose"])
def test_a_connection_that_is_cut_after_every_few_words(
    name: str, words: int, most: float, kind: str
) -> None:
    case = Case(TEXTS[name], always=Fault(kind, words=words))
    verdict = hear(case)
    check(case, verdict)
    assert verdict.complete, verdict
    assert verdict.ratio <= most, verdict


@pytest.mark.parametrize("text", [PROSE, PROSE * 20], ids=["short", "long"])
def test_a_server_that_trickles_ends(text: str) -> None:
    outcome = _listen(Trickle, text)
    assert isinstance(outcome.error, StreamStalled)


@pytest.mark.parametrize("text", [PROSE, PROSE * 150_000], ids=["short", "10 MB"])
def test_a_server_that_never_reads_ends(text: str) -> None:
    outcome = _listen(Deaf, text)
    assert isinstance(outcome.error, TTSError)


def test_a_server_that_never_answers_ends() -> None:
    outcome = _listen(Stubborn, PROSE)
    assert isinstance(outcome.error, StreamStalled)


def _listen(kind: type[Stubborn], text: str) -> Outcome:
    outcome = virtual.run(listen(StubbornServer(kind), text, bound=BOUND))
    assert not outcome.problem
    assert not outcome.speech.complete
    assert not outcome.speech.spoken
    return outcome


def test_halves_of_an_emoji_in_two_tokens_are_one() -> None:
    text = "Good 😀 morning"
    server = MemoryServer(Voice(text, PLAIN))
    outcome = virtual.run(listen(server, text, ["Good ", "\ud83d", "\ude00", " morning"]))
    assert not outcome.problem
    assert outcome.error is None
    assert server.channels[0].text == text


@pytest.mark.parametrize("at_once", [True, False])
def test_half_of_an_emoji_alone_ends_in_a_sentence_or_is_replaced(at_once: bool) -> None:
    for token in ("\ud83d", "\ude00", "a\ud83d b"):
        whole = f"Good {token} morning"
        server = MemoryServer(Voice("", PLAIN))
        source = whole if at_once else ["Good ", token, " morning"]
        outcome = virtual.run(listen(server, whole, source))
        assert not outcome.problem
        for channel in server.channels:
            channel.text.encode()


# SSML.

PHONEME = '<phoneme alphabet="ipa" ph="təˈmɑːtəʊ">tomato</phoneme>'
SSML = (
    f'<speak>Good evening.<break time="1s"/>Today {PHONEME}, <prosody rate="slow">then fish &amp; '
    f"chips</prosody>.<break/> Un<emphasis>believ</emphasis>able, {PHONEME} again.</speak>"
)


@pytest.mark.parametrize("ssml", ["told", "untold", "dots"])
@pytest.mark.parametrize("tokens", [0, 5])
def test_no_stream_goes_on_inside_markup(ssml: str, tokens: int) -> None:
    cases = [replace(case, tokens=tokens) for case in with_drops(SSML, Quirks(ssml=ssml))]
    check_all(random.Random(17).sample(cases, 60))


def test_tags_that_are_not_told_are_not_owed_while_a_source_pauses() -> None:
    begin = f"{PHONEME} " * 12

    async def source() -> AsyncIterator[str]:
        yield begin
        await asyncio.sleep(60)
        yield "End."

    server = MemoryServer(Voice(f"{begin}End.", Quirks(ssml="untold")))
    request = replace(REQUEST, ssml=True)
    outcome = virtual.run(listen(server, f"{begin}End.", source(), request=request))
    assert outcome.error is None
    assert len(server.channels) == 1


# Generated.

# fmt: off
TOKENS = (
    "word", "I,", "the_end", "co-op", "20", "$5.99", "3/4", "12%", "&", "—", "→", "|",
    "[note]", "[1]", "<b>", "</b>", "**bold**", "`x`", "(so)", "don't", "Dr.", "e.g.",
    "http://a.b/c?d=1", "👋", "👍🏽", "👨‍👩‍👧", "🇫🇷", "水", "你好", "ありがとう", "สวัสดี", "नमस्ते",
    "مرحبا", "é", "…", ";", "{", "}", "<", ">", "\\frac{1}{2}", "e\u0301",
)
# fmt: on

texts = st.one_of(
    st.lists(st.sampled_from(TOKENS), min_size=1, max_size=12).flatmap(
        lambda tokens: st.sampled_from([" ", "  ", "\n", ", "]).map(lambda gap: gap.join(tokens))
    ),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30),
).filter(lambda text: spoken_words(text, PLAIN))

quirks = st.builds(
    Quirks,
    times=st.sampled_from(["message", "running", "segment clock", "segment", "cumulative", "none"]),
    normalise=st.sampled_from(["neither", "normalized", "both", "only"]),
    omit_words=st.sampled_from([0, 0, 5]),
    merge=st.sampled_from([0, 0, 5]),
    split=st.sampled_from([0, 0, 5]),
    omit_messages=st.sampled_from([0, 0, 5]),
    early=st.booleans(),
    lie=st.sampled_from([0.0, 0.3]),
    halves=st.booleans(),
    final=st.booleans(),
    seed=st.integers(0, 99),
)

faults = st.builds(
    Fault, st.sampled_from(KINDS), st.integers(0, 60).map(lambda tenths: tenths / 10), st.booleans()
)


@settings(max_examples=120, derandomize=True, database=None)
@given(texts, st.lists(faults, max_size=3), st.sampled_from([0, 1, 4]))
def test_generated_texts_and_faults(text: str, broken: list[Fault], tokens: int) -> None:
    case = Case(text, faults=tuple(broken), tokens=tokens)
    verdict = hear(case)
    check(case, verdict)
    assert verdict.complete


@settings(max_examples=120, derandomize=True, database=None)
@given(texts, quirks, st.lists(faults, max_size=2))
def test_whatever_a_server_tells_the_stream_ends_and_says_how(
    text: str, server: Quirks, broken: list[Fault]
) -> None:
    verdict = hear(Case(text, server, tuple(broken)))
    assert not verdict.problem
    assert verdict.complete or verdict.reason
    assert verdict.sockets <= 10 + len(text)
