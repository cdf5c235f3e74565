from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.client.streaming.source_text import SourceText
from jupyter_tts.client.streaming.tag_removal import TagFilter, without_tags


def filtered(*pieces: str) -> list[tuple[str, bool]]:
    tags = TagFilter()
    fed = [part for piece in pieces for part in tags.feed(piece)]
    return [*fed, *tags.feed("", ended=True)]


def removed(text: str) -> list[str]:
    return [part for part, is_tag in filtered(text) if is_tag]


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("[laughs] Hello.", ["[laughs]"]),
        ("Well,[sighs] no. [long pause]", ["[sighs]", "[long pause]"]),
        ("[in a low, half-broken voice] Go.", ["[in a low, half-broken voice]"]),
        ("“[whispers]Go.”", ["[whispers]"]),
        ("[laughs][whispers] Hi.", ["[laughs]", "[whispers]"]),
        (
            "[the crowd cheers] and [to himself, softly] no.",
            ["[the crowd cheers]", "[to himself, softly]"],
        ),
        ("It is so [citation needed].", ["[citation needed]"]),
    ],
)
def test_tags_are_found(text: str, tags: list[str]) -> None:
    assert removed(text) == tags


@pytest.mark.parametrize(
    "text",
    [
        "See [1], [12, 13] and [see 9].",
        "As [Smith and Jones] say, and [Smith 2020].",
        "[the docs](http://a.b)",
        "![a map](map.png)",
        "[the report][1] shows.",
        "[note]: https://example.org",
        "items[index] and f(x)[index]",
        "the pattern ^[a-z]+ or `[abc]`",
        "- [x] done, [ok]",
        "[open",
        "a[b]c",
        "He said that [she] would, and it was [of the] best [sic].",
        "Dear [your name], on [insert date here] or [start date], [emphasis added]",
    ],
)
def test_other_brackets_stay(text: str) -> None:
    assert removed(text) == []


def test_a_row_of_tags_is_certain_as_it_comes_but_for_the_last_two() -> None:
    tags = TagFilter()
    certain = "".join(part for _ in range(1_000) for part, _ in tags.feed("[laughs]"))
    assert len(certain) >= len("[laughs]") * 998


def test_a_whole_text_keeps_all_but_its_tags() -> None:
    assert without_tags("One [laughs]two [1] [a link](b).") == "One two [1] [a link](b)."


TEXTS = st.text("[]ab c,.(1!A:é\n", max_size=60)


@given(text=TEXTS, cuts=st.sets(st.integers(0, 60)))
def test_a_text_is_filtered_alike_however_it_comes(text: str, cuts: set[int]) -> None:
    bounds = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    pieces = [text[start:stop] for start, stop in itertools.pairwise(bounds)]
    parts = filtered(*pieces)
    assert "".join(part for part, _ in parts) == text
    assert [part for part, is_tag in parts if is_tag] == removed(text)


@given(text=TEXTS, cuts=st.sets(st.integers(0, 60)))
async def test_positions_stay_and_only_tags_are_not_sent(text: str, cuts: set[int]) -> None:
    bounds = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    tokens = [text[start:stop] for start, stop in itertools.pairwise(bounds)]
    source = SourceText(tokens, without_tags=True)
    async with source.reading():
        while not source.ended:
            await source.changed(source.length)
    shown = source.slice(0, len(text))
    assert len(shown) == source.length == len(text)
    expected = "".join(part for part, is_tag in filtered(text) if not is_tag)
    assert source.sendable(0, len(text)) == expected
    for cut in bounds:
        assert source.sendable(0, cut) + source.sendable(cut, len(text)) == expected
    assert source.removed == next(iter(removed(text)), "")
