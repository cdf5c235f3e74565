"""README.md and README.zh-CN.md say the same: the same code, tables, pictures and links."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path

import pytest

from jupyter_tts import check_url

ROOT = Path(__file__).parents[1]
ENGLISH, CHINESE = (ROOT / name for name in ("README.md", "README.zh-CN.md"))

# The section that only README.zh-CN.md has: what a Chinese article teaches, and what is true now.
ARTICLE = "写给从那篇文章来的读者"

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def sections(page: Path) -> list[str]:
    """The page, cut before its second-level headings: a page's head is number 0."""
    return re.split(r"^(?=## )", page.read_text(encoding="utf-8"), flags=re.MULTILINE)


def blocks(section: str) -> list[tuple[str, str]]:
    """The language and the code of every fenced block, without comments."""
    return [(language, re.sub(r" *# .*", "", code)) for language, code in BLOCK.findall(section)]


def rows(section: str) -> list[list[str]]:
    """The code spans of every table row."""
    lines = re.findall(r"^\|.*\|$", section, re.MULTILINE)
    return [sorted(re.findall(r"`([^`]+)`", line)) for line in lines]


def pictures(section: str) -> list[str]:
    return re.findall(r"(?:src|srcset)=\"([^\"]+)\"", section)


def links(section: str) -> list[str]:
    """The targets outside the page and its translation; their order may differ by language."""
    targets = re.findall(r"\]\(([^)\s#][^)\s]*)\)", section)
    return sorted(target for target in targets if target not in (ENGLISH.name, CHINESE.name))


def shared() -> list[tuple[str, str]]:
    """Each section that both pages have, in both languages."""
    chinese = [
        section for section in sections(CHINESE) if not section.startswith(f"## {ARTICLE}\n")
    ]
    return list(zip_longest(sections(ENGLISH), chinese, fillvalue=""))


@pytest.mark.parametrize("part", [blocks, rows, pictures, links])
@pytest.mark.parametrize("pair", shared(), ids=lambda pair: pair[0].partition("\n")[0].strip("# "))
def test_a_section_holds_the_same_in_both_languages(
    pair: tuple[str, str], part: Callable[[str], object]
) -> None:
    english, chinese = pair
    assert part(chinese) == part(english)


@pytest.mark.parametrize(("page", "other"), [(ENGLISH, CHINESE), (CHINESE, ENGLISH)])
def test_a_page_begins_with_a_link_to_the_other_language(page: Path, other: Path) -> None:
    first_lines = page.read_text(encoding="utf-8").splitlines()[:3]
    assert re.search(rf"^\[.+\]\({re.escape(other.name)}\)$", "\n".join(first_lines), re.MULTILINE)


def test_the_articles_url_is_diagnosed_in_the_words_that_the_page_shows() -> None:
    article = CHINESE.read_text(encoding="utf-8").partition(f"\n## {ARTICLE}\n")[2]
    _, (_, command), (_, shown) = blocks(article)
    diagnosis = check_url(command.removeprefix("%tts_check").strip())
    assert repr(diagnosis).startswith(shown.rstrip())
