"""A text as a language model would write it: a word, a moment, the next word."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator

__all__ = ["PACE", "word_by_word"]

# Milliseconds between two words.
PACE = 60

# Chinese and Japanese have no spaces: there each character counts as a word.
_ALONE = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"\s*(?:[{_ALONE}]|[^\s{_ALONE}]+)\s*")


async def word_by_word(text: str) -> AsyncGenerator[str, None]:
    """Yield a text's words, with what lies between them; joined they are the text."""
    for word in _WORD.findall(text):
        yield word
        await asyncio.sleep(PACE / 1000)
