"""Where an emoji ends, which is often more than one character."""

from __future__ import annotations

import re

__all__ = ["emoji_end"]

# Characters that are emoji by themselves, and the ranges that Unicode reserves for more of them.
_PICTOGRAPHS = (
    "\u231a\u231b\u2328\u23cf\u23e9-\u23f3\u23f8-\u23fa\u25fd\u25fe"
    "\u2600-\u2604\u260e\u2610-\u2612\u2614\u2615\u2618\u261d\u2620\u2622\u2623\u2626\u262a"
    "\u262e\u262f\u2638-\u263a\u2648-\u2653\u2668\u267b\u267e\u267f\u2692-\u2697\u2699\u269b"
    "\u269c\u26a0-\u26ff\u2702\u2705\u2708-\u270d\u270f\u2712-\u2718\u271d\u2721\u2728\u2733"
    "\u2734\u2744\u2747\u274c\u274e\u2753-\u2755\u2757\u2763\u2764\u2795-\u2797\u27b0\u27bf"
    "\u2b1b\u2b1c\u2b50\u2b55"
    "\U0001f004\U0001f0cf\U0001f18e\U0001f191-\U0001f19a\U0001f201\U0001f21a\U0001f22f"
    "\U0001f232-\U0001f236\U0001f238-\U0001f23a\U0001f250\U0001f251\U0001f260-\U0001f265"
    "\U0001f300-\U0001f64f\U0001f680-\U0001f6ff\U0001f7e0-\U0001f7eb\U0001f7f0"
    "\U0001f90c-\U0001f93a\U0001f93c-\U0001f945\U0001f947-\U0001f9ff\U0001fa70-\U0001faff"
)
# Characters that are text unless U+FE0F or a joiner makes them emoji: arrows, suits, ♀, ▶, ‼.
# ©, ® and ™ are words in either form.
_ALSO_TEXT = (
    "\u203c\u2049\u2139\u2194-\u2199\u21a9\u21aa\u24c2\u25aa\u25ab\u25b6\u25c0\u25fb\u25fc"
    "\u2640\u2642\u265f\u2660\u2663\u2665\u2666\u2695\u27a1\u2934\u2935\u2b05-\u2b07"
    "\u3030\u303d\u3297\u3299\U0001f170\U0001f171\U0001f17e\U0001f17f\U0001f202\U0001f237"
)
_MODIFIERS = "[\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"

_EMOJI = re.compile(
    f"[\U0001f1e6-\U0001f1ff]{{1,2}}"  # a flag, or half of one
    f"|[0-9#*]\ufe0f?\u20e3"  # a keycap
    f"|(?:[{_PICTOGRAPHS}]|[{_ALSO_TEXT}](?=\ufe0f|\u200d)){_MODIFIERS}"
    f"(?:\u200d[{_PICTOGRAPHS}{_ALSO_TEXT}]{_MODIFIERS})*\u200d?"
)


def emoji_end(text: str, start: int) -> int:
    """Return where the emoji that begins at a character ends.

    Parameters
    ----------
    text : str
    start : int
        Of the emoji in the text.

    Returns
    -------
    int
        ``start`` where no emoji begins: at ©, ® and ™, at digits, and at arrows, the suits of
        cards, ♀ and ♂ in their text form. Check marks and ballot boxes (✓ ✗ ☐) count as emoji,
        as ✔️ and ☑️ are. More text can make an emoji longer that ends the text.
    """
    match = _EMOJI.match(text, start)
    return match.end() if match else start
