"""Markdown that is generated: words with marks around them."""

from __future__ import annotations

import re

from hypothesis import strategies as st

__all__ = ["documents", "spoken_words", "words_in"]

WORDS = ("alpha", "two", "Straße", "naïve", "B12", "水", "don't")
ADDRESSES = ("https://a.example/b_c?d=1", "/x*y", "<a b>", "https://a.example/(b)")


def joined(parts: list[str]) -> str:
    return " ".join(parts)


words = st.sampled_from(WORDS)
phrases = st.lists(words, min_size=1, max_size=3).map(joined)
code = words.map("`{}`".format)
links = st.builds(
    "[{}]({})".format, st.one_of(phrases, phrases.map("**{}**".format)), st.sampled_from(ADDRESSES)
)
emphasis = st.builds(str.format, st.sampled_from(["*{}*", "_{}_", "***{}***", "~~{}~~"]), phrases)
strong = st.builds(
    "**{} {}{}**".format,
    words,
    st.one_of(phrases, emphasis, code, links),
    st.sampled_from(["", ":", ".", " more", " (so)"]),
)
others = st.sampled_from(
    ["$x^2$", "\\(y\\)", "$5", "🎉", "https://b.example/c?d=e#f or", "<br>", "&amp;", "9:30"]
)
line = st.lists(
    st.one_of(
        words,
        words,
        others,
        code,
        links,
        emphasis,
        strong,
        st.builds(
            str.format, st.sampled_from(["“{}”", "({})", "{},"]), st.one_of(emphasis, strong)
        ),
    ),
    min_size=1,
    max_size=6,
).map(joined)

sentence = st.builds("{}{}".format, line, st.sampled_from([".", "!", "?", ":"]))
paragraph = st.lists(sentence, min_size=1, max_size=3).map(joined)
heading = st.builds("{} {}".format, st.sampled_from(["#", "##", "####"]), line)
items = st.builds(
    lambda mark, lines: "\n".join(f"{mark} {line}" for line in lines),
    st.sampled_from(["-", "*"]),
    st.lists(line, min_size=1, max_size=3),
)
quote = line.map("> {}".format)
fence = words.map("```py\n{} = `*`\n```".format)
table = st.builds(
    "| {} | {} |\n|---|--:|\n| {} | {} |".format, *[st.one_of(words, emphasis, code)] * 4
)
documents = st.lists(
    st.one_of(paragraph, paragraph, heading, items, quote, fence, table), min_size=1, max_size=5
).map("\n\n".join)


def words_in(text: str) -> list[re.Match[str]]:
    """Return the words of which documents are made."""
    return [*re.finditer("|".join(WORDS), text)]


def spoken_words(text: str) -> list[str]:
    """Return the words that are not in a code block, struck out, or in an address."""
    text = re.sub(r"```.*?```|~~.*?~~", "", text, flags=re.DOTALL)
    for address in ADDRESSES:
        text = text.replace(f"]({address})", "]")
    return [word[0] for word in words_in(text)]
