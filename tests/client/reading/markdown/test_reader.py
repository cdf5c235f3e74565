"""Markdown as a person reads it aloud: what is spoken, and that plain text stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tts.client.reading.markdown import MarkdownReader
from jupyter_tts.client.reading.spoken_form import SpokenForm

PARTS = [
    *("word", " ", "  ", "Hello. ", "Dr. ", "5", "é", "中文", "。", "。\n", "\n", "\n\n", "\r\n"),
    *("*", "**", "***", "_", "__", "~~", "~", "`", "``", "```", "```\n", "```py\n", "~~~\n"),
    *("[", "]", "(", ")", "](https://a.org/b)", "[^1]", "[^1]: ", "[a]: https://b.c\n", "!", "!["),
    *("<", ">", "<b>", "</b>", "<br>", "<!--", "-->", "&", "&amp;", "&#65;", "\\", "\\(", "\\)"),
    *("$", "$x^2$", "$$", "# ", "## ", "- ", "* ", "+ ", "1. ", "> ", "- [x] ", "---\n", "===\n"),
    *(
        "| a | b |\n",
        "|---|---|\n",
        "|",
        "🎉",
        "👨‍👩‍👧",
        "1️⃣",
        "https://a.org/b",
        "www.a.org",
        "h",
        "ht",
    ),
    *(
        ",",
        ":",
        ";",
        "-",
        ".",
        "!",
        "?",
        '"',
        "'",
        "{",
        "}",
        "=",
        "x",
        "    ",
        "\u200b",
        "∑",
        "h",
        "ht",
    ),
]
TEXTS = st.lists(st.sampled_from(PARTS), max_size=30).map("".join) | st.text(max_size=60)


def spoken(*texts: str, always: bool = False, read_code: bool = False) -> str:
    """Return the spoken form of texts that come one after the other."""
    return read(*texts, always=always, read_code=read_code)[0].text


def read(
    *texts: str, always: bool = False, read_code: bool = False
) -> tuple[SpokenForm, MarkdownReader]:
    reader, form = MarkdownReader(always=always, read_code=read_code), SpokenForm()
    for text in texts:
        for piece in reader.feed(text):
            form.add(piece)
    for piece in reader.feed("", ended=True):
        form.add(piece)
    return form, reader


READ = {
    "# Title\n\nText.": "Title.\n\nText.",
    "\ufeff# From a file\n": "From a file.\n",
    "| a |\n|---|\n| `x\\|y` |\n": "a.\nx|y.\n",
    "Learn **C++** or an __A-__.": "Learn C++ or an A-.",
    "## What now?\nText": "What now?\nText",
    "## Closed ##\n": "Closed.\n",
    "Title\n=====\n\nText": "Title\n\nText",
    "a\n\n---\n\nb": "a\n\nb",
    "**Bold**, *it*, __bold too__, _it too_.": "Bold, it, bold too, it too.",
    "A ~~bad~~ good __idea__ and __init__.": "A good idea and __init__.",
    "The chart: ![sales](s.png), new. Wow ![x](y)": "The chart: sales, new. Wow !x",
    "**1. Install**\n\nRun it. **“Hi.” he said**": "1. Install\n\nRun it. “Hi.” he said",
    "Read [the [inner] guide](https://x.y/a_(b)) now.": "Read the [inner] guide now.",
    "# A\ntext**bold**, >> b\n> > c\n>> d": "A.\ntextbold, >> b\nc\nd",
    "> ```\n> code\n> ```\n> end\n\nand text": "end\n\nand text",
    "# 1️⃣ First": "1 First.",
    "a **b**\n| lost |": "a b\n| lost |",
    "- **A** and\n- [B](c)": "A and.\nB.",
    "$$\nx^2\n$$\n\nEnd": "x squared\n\nEnd",
    "Name | Age\n--- | ---\nAda | 36\n\nEnd": "Name | Age\nAda, 36.\n\nEnd",
    "The chart: ![sales](s.png) As you see.": "The chart: sales. As you see.",
    "You need:\n\n- 200 g flour\n- 2 eggs\n": "You need:\n\n200 g flour.\n2 eggs.\n",
    "- 9:30 start\n- 17:00 end": "9:30 start.\n17:00 end.",
    "* 9:30 start\n* 17:00 end": "9:30 start.\n17:00 end.",
    "> [!WARNING]\n> Hot.": "Warning.\nHot.",
    "Energy:\n\n\\[\nx^2\n\\]\n\nEnd": "Energy:\n\nx squared\n\nEnd",
    "***both*** and **a *b* c**": "both and a b c",
    "**Note: do this. And that.** Then *this*.": "Note: do this. And that. Then this.",
    "*Sighs deeply.* Hello!": "Sighs deeply. Hello!",
    "**重要：**请注意。这是*重点*内容": "重要：请注意。这是重点内容",
    "Call `os.path.join(a, b)` and ``a ` b``.": "Call os.path.join(a, b) and a ` b.",
    "[Node.js docs](https://nodejs.org/en 'Title') rock.": "Node.js docs rock.",
    "[*the* `docs`][1]\n\n[1]: https://a.org": "the docs\n\n",
    "![a cat](cat.png) sleeps": "a cat. sleeps",
    "[![build](b.svg)](https://ci.org) passes": "build passes",
    "Known[^1].\n\n[^1]: Says who?": "Known.\n\nSays who?",
    "- one\n- two,\n  more\n* three\n": "one.\ntwo,\n  more.\nthree.\n",
    "- a\n  - b\n    - c": "a.\nb.\nc.",
    "- [x] pack\n- [ ] go": "Done: pack.\nTo do: go.",
    "- **Fast**: yes\n- _Small_: no\n": "Fast: yes.\nSmall: no.\n",
    "# Steps\n1. Open it\n2. Close it": "Steps.\n1. Open it.\n2. Close it.",
    "- 一\n- 二": "一。\n二。",
    "> quoted\n> text\n\nAfter": "quoted\ntext\n\nAfter",
    "> - a\n> - b": "a.\nb.",
    "| A | B |\n|---|:-:|\n| 1 | 2 |\n| 3 | |\n\nDone": "A, B.\n1, 2.\n3.\n\nDone",
    "| Not a table |\ntext": "| Not a table |\ntext",
    "Before\n\n```python\nx = 1\n```\n\nAfter": "Before\n\nAfter",
    "```markdown\n# Hi\n- a\n```\nx": "Hi.\na.\nx",
    "# A\n$5 a day, $x^2$ and \\(y\\).": "A.\n$5 a day, x squared and y.",
    "# A\nSee https://docs.python.org/3/a_b.html#c. Or www.a.org, or <https://b.org/x>.": (
        "A.\nSee docs.python.org. Or a.org, or b.org."
    ),
    "# 🚀 Start\n\nGreat 🎉 work 👍🏽!\n\n🎉🎉\n": "Start.\n\nGreat work !\n\n🎉🎉\n",
    "# A\nH<sub>2</sub>O<br>and &amp; <T> <!-- no -->\\*x\\*": "A.\nH2O and & <T> *x*",
}


@pytest.mark.parametrize(("text", "expected"), READ.items())
def test_markdown_is_read_as_a_person_reads_it(text: str, expected: str) -> None:
    assert spoken(text) == expected
    assert spoken(*text) == expected


PLAIN = r"""
2*3*4 = 24, a*b*c, a**b**c, f(x)=2*x*3 and 5 * 3
snake_case, __init__, _private and __name__ == "__main__"
#hashtag #two is C# and F#. #1 in the charts, #!/bin/bash
def f(*args, **kwargs): pass. Then more.
a < b > c and x<y and List<T>
$5 and $10. Or $5-$10, US$5, $1,000.50! $HOME/bin:$PATH and ${x}_$y
C:\new\*.txt, D:\a_b_c, *.py, **/*.js, path/to/_file_
[sic], [1], [citation needed], [...], f[x](y), rows[i][j], ^[a-z_]+\*?$ and [^abc]
~10 ~ 20 and ~/home
/* c */, /** d */, // e, char *p, *q; int **r;
- 5 degrees outside
3. Oktober ist Feiertag
AT&T, R&D, &c., a|b|c, |x| < 5, GET /users/{id} HTTP/1.1
it's 5 o'clock :) ;-) <3 ^_^ *_* ¯\_(ツ)_/¯
--flag -v, -5 degrees, ****1234, me@example.org, http://a.org/a_b_c
>>> print("hi")
> 5 is more
Hello 👍 world 🎉
SELECT * FROM t WHERE a_b = '*';
# deployment, # keep the layer small
    return data["key"]\n           ~~~~^^^^^^^
*Prices exclude VAT.
done! (*^_^*) and *\(^o^)/*, _private_name_, ( o.o ), console.log(`Hi ${who}`)
 > ^ <
a | lost
|| true
| lost |
£30* *UK mainland only. Left bank.[2][3]
—Bonjour, dit-il. « Oui ! »
The * operator, the ** operator, ` and "quoted' `back'
"""


@pytest.mark.parametrize("text", PLAIN.strip().splitlines())
def test_a_text_without_markdown_is_never_touched(text: str) -> None:
    form, reader = read(text)
    assert form.text == text
    assert form.original_span(0, len(text)) == (0, len(text))
    assert reader.left_out == []


def test_only_what_follows_the_first_markdown_is_read() -> None:
    assert spoken("A &amp; 🎉. **B** &amp; 🎉 c") == "A &amp; 🎉. B & c"
    assert spoken("A &amp; 🎉 c", always=True) == "A & c"


def test_what_is_left_out_is_named() -> None:
    text = "```\na\nb\n```\n![](x.png)\n~~~sh\nls\n~~~\n"
    assert read(text)[1].left_out == ["2 code blocks of 3 lines", "an image without a description"]
    assert read("```\na")[1].left_out == ["a code block of 1 line"]


def test_a_task_is_told_in_the_language_of_the_text() -> None:
    for language, expected in (("de", "Erledigt: b."), ("fi", "b.")):
        reader = MarkdownReader(language=language)
        pieces = [*reader.feed("- [x] b"), *reader.feed("", ended=True)]
        assert "".join(piece.text for piece in pieces) == expected


def test_code_blocks_are_read_on_request() -> None:
    form, reader = read("A\n\n```py\nx = *y*\n```\nB", read_code=True)
    assert form.text == "A\n\nx = *y*\nB"
    assert reader.left_out == []


def test_a_formula_in_a_fence_is_read() -> None:
    assert spoken("```math\nx^2\n```\n") == "x squared.\n"
    assert spoken("> ```math\n> x^2\n> ```\n> End") == "x squared.\nEnd"


def test_words_stand_for_their_part_of_the_original() -> None:
    text = "# Big **cats**\n\n[Read on](https://a.org) about $x^2$ at https://b.org/c."
    form, _ = read(text)

    def original(word: str) -> str:
        start = form.text.index(word)
        first, last = form.original_span(start, start + len(word)) or (0, 0)
        return text[first:last]

    assert [original(word) for word in ("Big", "cats", "Read", "b.org")] == [
        *("Big", "cats", "Read", "b.org")
    ]
    assert original("squared") == "x^2"
    assert original("cats.") == "cats"


@pytest.mark.parametrize(
    "text",
    ["$x^2$", "$$\nx^2\n$$", r"\( x^2 \)", "```math\n  x^2\n```\nEnd", "> ```math\n> x^2\n> ```\n"],
)
def test_what_marks_a_formula_is_none_of_its_words(text: str) -> None:
    form, _ = read(text)
    first, last = form.original_span(0, len("x squared")) or (0, 0)
    assert text[first:last] == "x^2"


@given(TEXTS, st.booleans(), st.booleans())
def test_the_spoken_form_depends_on_the_text_alone(text: str, always: bool, code: bool) -> None:
    whole, _ = read(text, always=always, read_code=code)
    assert spoken(*text, always=always, read_code=code) == whole.text
    for place in range(0, len(text), 7):
        parts = text[:place], text[place:]
        assert spoken(*parts, always=always, read_code=code) == whole.text


@given(TEXTS, st.booleans())
def test_pieces_come_in_the_order_of_the_text(text: str, always: bool) -> None:
    reader = MarkdownReader(always=always)
    reached = 0
    for piece in [*reader.feed(text), *reader.feed("", ended=True)]:
        assert reached <= piece.start <= piece.stop <= len(text)
        assert not piece.exact or text[piece.start : piece.stop] == piece.text
        reached = piece.stop


@given(st.text(alphabet="abc ABC.,;:?'\"()\n0123456789éß中。—-"), st.booleans())
def test_text_without_signs_of_markdown_is_spoken_as_it_stands(text: str, always: bool) -> None:
    lines = [line.lstrip(" -0123456789.") for line in text.split("\n")]
    text = "\n".join(lines)
    assert spoken(text, always=always) == text


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("**Note: this is it.", "Note: this is it."),
        ("This is **bold.", "This is **bold."),
        ("This is **Bold**.", "This is Bold."),
        ("**Step 1.*", "Step 1."),
        ("It is `code`.", "It is code."),
        ("It costs $5 or $6 a day.", "It costs $5 or $6 a day."),
        ("See [Node.js docs](https://nodejs.org).", "See Node.js docs."),
        ("AT&T and <T> went.", "AT&T and <T> went."),
        ("Wow!", "Wow!"),
        ("Bonjour !", "Bonjour !"),
        ("So good!!! (Or 5 €)!", "So good!!! (Or 5 €)!"),
        ("# A\nThat is *it*.", "A.\nThat is it."),
        ("Call f(**kwargs).", "Call f(**kwargs)."),
    ],
)
def test_no_sentence_is_spoken_later_than_as_it_stands(sentence: str, expected: str) -> None:
    form = SpokenForm()
    for piece in MarkdownReader().feed(sentence):
        form.add(piece)
    assert form.text == expected


@pytest.mark.parametrize(
    "unit",
    [
        *("*a ", "**A ", "_a ", "*_", "`", "`a ", "[", "[a ", "[a](", "[a][", "![a ", "![a]("),
        *("$a ", "\\(a ", "\\(", "\\["),
    ],
)
def test_what_never_closes_takes_bounded_work(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from jupyter_tts.client.reading.markdown import inline

    looked_at = 0
    find = inline._FINDERS[unit[0]]

    def counted(window: str, ended: bool, context: inline.Context) -> inline.Element | None:
        nonlocal looked_at
        looked_at += 1
        return find(window, ended, context)

    monkeypatch.setitem(inline._FINDERS, unit[0], counted)
    text = unit * 400
    spoken(text, always=True)
    assert looked_at <= 20 * len(text)


@pytest.mark.parametrize("unit", ["~", "`", " ", "\t", "*", "-", "~a"])
def test_of_a_long_line_no_more_than_its_beginning_is_looked_at(
    unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jupyter_tts.client.reading.markdown import reader

    lengths: list[int] = []
    kind = reader.line_kind

    def noted(line: str, **state: bool) -> reader.Line | None:
        lengths.append(len(line))
        return kind(line, **state)

    monkeypatch.setattr(reader, "line_kind", noted)
    text = (unit * 1000)[:1000]
    markdown = reader.MarkdownReader()
    for character in text:
        [*markdown.feed(character)]
    assert len(lengths) <= 410
