"""A text as a language model would write it: a word, a moment, the next word."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator

__all__ = ["FASTEST", "SLOWEST", "WORDS_PER_SECOND", "word_by_word"]

WORDS_PER_SECOND = 15.0

# What the page accepts.
SLOWEST, FASTEST = 1.0, 100.0

# Chinese and Japanese have no spaces: there each character counts as a word.
_ALONE = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"\s*(?:[{_ALONE}]|[^\s{_ALONE}]+)\s*")


async def word_by_word(text: str, words_per_second: float) -> AsyncGenerator[str, None]:
    """Yield a text's words, with what lies between them; joined they are the text."""
    pause = 1 / min(max(words_per_second, SLOWEST), FASTEST)
    for word in _WORD.findall(text):
        yield word
        await asyncio.sleep(pause)
